"""The queue of trainings: one at a time, in the background, and safe from the program's end.

What waits or runs stands in the store. A training that the program's end has cut off begins again
at the next start; Rasa's own cache spares it the parts that were done.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ivr.core.errors import MissingPiece, StoreUnavailable
from ivr.core.training import ActivationState, Job, JobState, TrainingFailed
from ivr.training.examiner import Examiner
from ivr.training.failures import explain, unforeseen
from ivr.training.outcomes import Refused
from ivr.training.pieces import Content
from ivr.training.ports import Jobs, Shelf, Workshop
from ivr.training.progress import Teller, usual_s
from ivr.training.project import obstacles, training_files
from ivr.training.texts import say
from ivr.training.waking import rung

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
"""How often the queue is looked at for what other programs have asked for."""
CANCEL_S = 1.0
"""How often it is looked whether a running training is to be cancelled."""


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
        self._asked = asyncio.Event()
        self.examiner = Examiner(jobs, workshop, active)

    async def ask(self, by: str) -> Job | Refused:
        """Put a training into the queue; refused while another waits or runs, or where it is
        plain that it would fail."""
        wrong = obstacles(Content(tuple(await self._shelf.pieces())))
        if wrong:
            return Refused(*wrong[0])
        asked = await self._jobs.ask(by, await self._shelf.latest())
        self._asked.set()
        return asked or Refused(say("running"))

    async def cancel(self, number: int) -> None:
        """End a training, or take it out of the queue. One that is over stays as it is."""
        await self._jobs.cancel(number)

    async def run(self) -> None:
        """Work the queue until cancelled; a training under way begins again another time."""
        cut_off = True
        while True:
            try:
                if cut_off:
                    await self._begin_again()
                    cut_off = False
                await self.work_once()
            except StoreUnavailable:
                # What was trained meanwhile is still there, and costs no time again.
                log.warning("trainings wait: the store is away")
                cut_off = True
            except Exception:
                log.exception("the queue of trainings is hindered")
            await rung(self._asked, LOOK_EVERY_S)

    async def work_once(self) -> bool:
        """Do the training that has waited longest; false where none waits."""
        waiting = [job for job in await self._jobs.jobs() if job.state is JobState.WAITING]
        if not waiting:
            return False
        job = min(waiting, key=lambda each: each.number)
        work = asyncio.create_task(self._train(job), name="training")
        try:
            while not (await asyncio.wait({work}, timeout=CANCEL_S))[0]:
                if await self._unwanted(job.number):
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

    async def _unwanted(self, number: int) -> bool:
        try:
            now = await self._jobs.job(number)
        except StoreUnavailable:
            return False
        return now is not None and now.cancel

    async def _begin_again(self) -> None:
        for job in await self._jobs.jobs():
            if job.state in (JobState.TRAINING, JobState.EVALUATING):
                state = JobState.CANCELLED if job.cancel else JobState.WAITING
                await self._jobs.tell(job.number, state=state, share=0.0, left_s=None)

    async def _train(self, job: Job) -> None:
        change = await self._shelf.latest()
        if not await self._jobs.begin(job.number, change, say("step_export")):
            return
        content = Content(tuple(await self._shelf.pieces()))
        try:
            await self._make_model(job, content, change)
        except TrainingFailed as error:
            reason, places = explain(str(error), content)
            await self._over(job.number, JobState.FAILED, reason=reason, places=places)
        except MissingPiece as error:
            reason = say("fail_environment", what=error)
            await self._over(job.number, JobState.FAILED, reason=reason)
        except StoreUnavailable:
            raise
        except Exception as error:
            # This training has failed, the next one need not.
            log.exception("a training has failed")
            await self._over(job.number, JobState.FAILED, reason=unforeseen(error))
        else:
            await self._over(job.number, JobState.DONE, share=1.0, step=say("step_done"))

    async def _make_model(self, job: Job, content: Content, change: int) -> None:
        clock = asyncio.get_running_loop().time
        teller = Teller(self._jobs, job.number, usual_s(await self._jobs.jobs()), clock)
        files = await asyncio.to_thread(training_files, content, self._default_config())
        model = await self._workshop.train(files, teller)
        await teller.evaluating(model)
        report = await self.examiner.evaluate(model, content)
        await self._jobs.keep_model(model, change, report)
        await self.examiner.evaluate_active(content)
        await self._forget_old(model)

    async def _forget_old(self, latest: str) -> None:
        """Keep the last models, and whichever is in use or was before."""
        used = {
            each.model
            for each in (await self._jobs.activations())[: self._keep]
            if each.state not in (ActivationState.FAILED, ActivationState.DROPPED)
        }
        spared = used | {latest, self._active()}
        models = [entry.key for entry in await self._jobs.models()]
        for model in [each for each in models if each not in spared][self._keep - 1 :]:
            self._workshop.forget(model)
            await self._jobs.forget_model(model)

    async def _over(self, number: int, state: JobState, **news: Any) -> None:
        told: Mapping[str, Any] = {"left_s": None, "ended_at": datetime.now(UTC), **news}
        await self._jobs.tell(number, state=state, **told)
