"""How far a training is, and how long it will still take, for admins who watch it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from statistics import median

from ivr.core.errors import StoreUnavailable
from ivr.core.training import Job, JobState, Progress
from ivr.training.ports import Jobs
from ivr.training.texts import say

EVALUATION = 0.85
"""Share of the work after which the model is there and its figures are not, by experience."""
_ALMOST = 0.95
"""More is not claimed of a training that takes longer than others did."""
_LOOK_BACK = 5


def usual_s(jobs: Sequence[Job]) -> float | None:
    """Seconds that trainings took lately, their evaluation with them; None if none is known.

    `jobs`: newest first.
    """
    took = [
        (job.ended_at - job.started_at).total_seconds()
        for job in jobs
        if job.state is JobState.DONE and job.started_at and job.ended_at
    ]
    return median(took[:_LOOK_BACK]) if took else None


class Teller:
    """Writes a training's progress down, but not with every line. Begins when it is made.

    `usual_s`: what a training takes; where nobody knows, no time left is told for the whole of it.
    `clock`: seconds, from anywhere.
    """

    def __init__(
        self, jobs: Jobs, number: int, usual_s: float | None, clock: Callable[[], float]
    ) -> None:
        self._jobs = jobs
        self._number = number
        self._usual_s = usual_s
        self._clock = clock
        self._began = clock()
        self._told: tuple[str, int] | None = None
        self._parts = 0
        self._part = ""

    async def __call__(self, progress: Progress) -> None:
        if progress.part and progress.part != self._part:
            self._part, self._parts = progress.part, self._parts + 1
        tenth = 10 * progress.done // progress.total if progress.total else 0
        if self._told == (self._part, tenth):
            return
        self._told = self._part, tenth
        # Nobody knows beforehand how many parts there are: each takes half of what is left.
        share = EVALUATION * (1 - 0.5 ** (self._parts + tenth / 10))
        # A training does not end because its progress cannot be written down.
        with suppress(StoreUnavailable):
            await self._tell(self._step(progress), share)

    async def evaluating(self, model: str) -> None:
        """The model is there. Raises StoreUnavailable."""
        await self._tell(say("step_guess"), EVALUATION, state=JobState.EVALUATING, model=model)

    async def _tell(self, step: str, share: float, **news: object) -> None:
        left_s = None
        if self._usual_s:
            passed_s = self._clock() - self._began
            share = max(0.0, min(passed_s / self._usual_s, _ALMOST))
            left_s = self._usual_s - passed_s
        left_s = None if left_s is None or left_s <= 0 else left_s
        await self._jobs.tell(self._number, step=step, share=share, left_s=left_s, **news)

    def _step(self, progress: Progress) -> str:
        if not progress.total:
            return say("step_train", part=self._part)
        if self._usual_s or progress.left_s is None:
            return say("step_epochs", done=progress.done, total=progress.total)
        return say(
            "step_part",
            done=progress.done,
            total=progress.total,
            left=say("minutes", count=max(1, round(progress.left_s / 60))),
        )
