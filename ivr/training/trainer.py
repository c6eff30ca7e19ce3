"""The queue of trainings: one at a time, in the background, and safe from the program's end.

What waits or runs stands in the store. A training that the program's end has cut off begins again
at the next start; Rasa's own cache spares it the parts that were done.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ivr.core.errors import MissingPiece, StoreUnavailable
from ivr.core.training import ActivationState, Job, JobState, Progress, TrainingFailed
from ivr.training.evaluation import report, taken
from ivr.training.failures import explain
from ivr.training.outcomes import Refused
from ivr.training.pieces import Content
from ivr.training.ports import Jobs, Shelf, Workshop
from ivr.training.project import frozen_set, obstacles, stories_of, training_files
from ivr.training.texts import say

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
"""How often the queue is looked at, and whether a running training is to be cancelled."""
_EVALUATION = 0.85
"""Share of the work after which the model is there and its figures are not."""


class Trainer:
    """Runs trainings. `active` tells the key of the model that calls use."""

    def __init__(
        self,
        shelf: Shelf,
        jobs: Jobs,
        workshop: Workshop,
        default_config: Callable[[], str],
        active: Callable[[], str],
        keep: int = 5,
    ) -> None:
        self._shelf = shelf
        self._jobs = jobs
        self._workshop = workshop
        self._default_config = default_config
        self._active = active
        self._keep = keep

    async def ask(self, by: str) -> Job | Refused:
        """Put a training into the queue; refused while another waits or runs, or where it is
        plain that it would fail."""
        if any(not job.state.over for job in await self._jobs.jobs()):
            return Refused(say("running"))
        wrong = obstacles(Content(tuple(await self._shelf.pieces())))
        if wrong:
            return Refused(*wrong[0])
        return await self._jobs.ask(by, await self._shelf.latest())

    async def cancel(self, number: int) -> None:
        """End a training, or take it out of the queue. One that is over stays as it is."""
        job = await self._jobs.job(number)
        if job is None or job.state.over:
            return
        if job.state is JobState.WAITING:
            await self._over(number, JobState.CANCELLED)
        else:
            await self._jobs.tell(number, cancel=True)

    async def run(self) -> None:
        """Work the queue until cancelled; a training under way begins again another time."""
        await self._after_restart()
        while True:
            try:
                await self.work_once()
            except StoreUnavailable:
                log.warning("trainings wait: the store is away")
            await asyncio.sleep(LOOK_EVERY_S)

    async def work_once(self) -> bool:
        """Do the training that has waited longest; false where none waits."""
        waiting = [job for job in await self._jobs.jobs() if job.state is JobState.WAITING]
        if not waiting:
            return False
        job = min(waiting, key=lambda each: each.number)
        work = asyncio.create_task(self._train(job), name="training")
        try:
            while not (await asyncio.wait({work}, timeout=LOOK_EVERY_S))[0]:
                now = await self._jobs.job(job.number)
                if now is not None and now.cancel:
                    work.cancel()
                    await asyncio.wait({work})
                    await self._over(job.number, JobState.CANCELLED)
                    return True
        finally:
            # Also when the program ends: Rasa's process must not outlive it.
            if not work.done():
                work.cancel()
                await asyncio.wait({work})
        work.result()
        return True

    async def _after_restart(self) -> None:
        for job in await self._jobs.jobs():
            if job.state in (JobState.TRAINING, JobState.EVALUATING):
                state = JobState.CANCELLED if job.cancel else JobState.WAITING
                await self._jobs.tell(job.number, state=state, share=0.0, left_s=None)

    async def _train(self, job: Job) -> None:
        content = Content(tuple(await self._shelf.pieces()))
        change = await self._shelf.latest()
        await self._jobs.tell(
            job.number,
            state=JobState.TRAINING,
            started_at=datetime.now(UTC),
            change=change,
            step=say("step_export"),
        )
        try:
            files = training_files(content, self._default_config())
            model = await self._workshop.train(files, _Teller(self._jobs, job.number))
            await self._jobs.tell(
                job.number,
                state=JobState.EVALUATING,
                model=model,
                share=_EVALUATION,
                left_s=None,
                step=say("step_guess"),
            )
            await self._jobs.keep_model(model, change, await self.evaluate(model, content))
            await self._evaluate_active(content)
            await self._forget_old(model)
        except TrainingFailed as error:
            reason, places = explain(str(error), content)
            await self._over(job.number, JobState.FAILED, reason=reason, places=places)
        except MissingPiece as error:
            reason = say("fail_environment", what=error)
            await self._over(job.number, JobState.FAILED, reason=reason)
        else:
            await self._over(job.number, JobState.DONE, share=1.0, step=say("step_done"))

    async def evaluate(
        self, model: str, content: Content, heard: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """A model's figures on the present test set; `heard`: what a recognizer made of its
        utterances, one by one. Raises TrainingFailed."""
        file = self._workshop.file(model)
        if file is None:
            raise TrainingFailed(say("no_model", name=model))
        tests = frozen_set(content)
        answer = await self._workshop.guess(file, [text for text, _ in tests], stories_of(content))
        made = report(taken(tests, answer), answer["stories"])
        if heard is not None:
            aloud = [(text, meant) for text, (_, meant) in zip(heard, tests, strict=True)]
            answer = await self._workshop.guess(file, heard, {})
            made["spoken"] = report(taken(aloud, answer))
        return made

    async def _evaluate_active(self, content: Content) -> None:
        """The active model beside it, where it was not tried on all of the present test set."""
        active = self._active()
        if not active or self._workshop.file(active) is None:
            return
        known = {entry.key: entry for entry in await self._jobs.models()}
        entry = known.get(active)
        seen = {row[0] for row in (entry.report if entry else {}).get("utterances", ())}
        if not {text for text, _ in frozen_set(content)} <= seen or entry is None:
            found = await self.evaluate(active, content)
            await self._jobs.keep_model(active, entry.change if entry else 0, found)

    async def _forget_old(self, latest: str) -> None:
        """Keep the last models, and whichever is in use or was before."""
        used = {
            each.model
            for each in (await self._jobs.activations())[: self._keep]
            if each.state is not ActivationState.FAILED
        }
        spared = used | {latest, self._active()}
        models = [entry.key for entry in await self._jobs.models()]
        for model in [each for each in models if each not in spared][self._keep - 1 :]:
            self._workshop.forget(model)
            await self._jobs.forget_model(model)

    async def _over(self, number: int, state: JobState, **news: Any) -> None:
        told: Mapping[str, Any] = {"left_s": None, "ended_at": datetime.now(UTC), **news}
        await self._jobs.tell(number, state=state, **told)


class _Teller:
    """Writes a training's progress down, but not with every line."""

    def __init__(self, jobs: Jobs, number: int) -> None:
        self._jobs = jobs
        self._number = number
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
        if progress.total:
            step = say("step_epochs", done=progress.done, total=progress.total)
        else:
            step = say("step_train", part=self._part)
        # Nobody knows beforehand how many parts there are: each takes half of what is left.
        share = _EVALUATION * (1 - 0.5 ** (self._parts + tenth / 10))
        await self._jobs.tell(self._number, step=step, share=share, left_s=progress.left_s)
