"""The queue of trainings when things go wrong at the same time, or at all."""

import asyncio
from collections.abc import Mapping
from errno import EAGAIN, ENOSPC
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from ivr.core.errors import StoreUnavailable
from ivr.core.training import Job, JobState, Progress
from ivr.store.training_jobs import SqlJobs
from ivr.training import trainer as queue
from ivr.training.outcomes import Refused
from ivr.training.progress import Teller, usual_s
from tests.training.rooms import CLIENT, open_room
from tests.training.test_trainer import Shop, open_shop


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(ENOSPC, "No space left on device"), "Auf der Festplatte ist kein Platz mehr."),
        (BlockingIOError(EAGAIN, "Resource temporarily unavailable"), "Betriebssystem"),
        (ValueError("Expecting value: line 1 column 1"), "Protokoll"),
    ],
)
async def test_a_fault_fails_one_training_and_the_next_one_runs(
    tmp_path: Path, error: Exception, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LOOK_EVERY_S", 0.01)
    async with open_shop(tmp_path) as shop:
        work = asyncio.create_task(shop.trainer.run())
        shop.workshop.error = error
        failed = await _over(shop)
        assert failed.state is JobState.FAILED
        assert reason in failed.reason
        shop.workshop.error = None
        assert (await _over(shop)).state is JobState.DONE
        work.cancel()
        await asyncio.wait({work})


async def _over(shop: Shop) -> Job:
    asked = await shop.trainer.ask("eva")
    assert isinstance(asked, Job)
    while not (job := await shop.job(asked.number)).state.over:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    return job


class Forgetful(SqlJobs):
    """A store that is away whenever a model is to be noted, `times` times."""

    times = 1

    @override
    async def keep_model(self, key: str, change: int, report: Mapping[str, Any]) -> None:
        if self.times:
            self.times -= 1
            raise StoreUnavailable("away")
        await super().keep_model(key, change, report)


async def test_a_training_that_loses_its_store_goes_on_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LOOK_EVERY_S", 0.01)
    async with open_shop(tmp_path) as shop:
        jobs = Forgetful(shop.room.store.sessions, CLIENT)
        trainer = queue.Trainer(
            shop.room.shelf, jobs, shop.workshop, lambda: "pipeline: []\n", lambda: ""
        )
        work = asyncio.create_task(trainer.run())
        assert (await _over(shop)).state is JobState.DONE
        assert len(await shop.models.models()) == 1
        work.cancel()
        await asyncio.wait({work})


async def test_two_clicks_at_once_are_one_training(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        asked = await asyncio.gather(*(shop.trainer.ask("eva") for _ in range(5)))
        assert sum(isinstance(each, Job) for each in asked) == 1
        assert sum(isinstance(each, Refused) for each in asked) == 4
        assert len(await shop.room.jobs.jobs()) == 1


async def test_what_is_cancelled_as_it_begins_does_not_run(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        before = await room.jobs.ask("eva", 1)
        assert before is not None
        await room.jobs.cancel(before.number)
        assert not await room.jobs.begin(before.number, 1, "")
        after = await room.jobs.ask("eva", 1)
        assert after is not None
        assert await room.jobs.begin(after.number, 1, "")
        await room.jobs.cancel(after.number)
        found = [await room.jobs.job(each.number) for each in (before, after)]
        assert [(each.state, each.cancel) for each in found if each is not None] == [
            (JobState.CANCELLED, False),
            (JobState.TRAINING, True),
        ]
        # What is over stays as it is.
        await room.jobs.tell(after.number, state=JobState.DONE)
        await room.jobs.cancel(after.number)
        over = await room.jobs.job(after.number)
        assert over is not None
        assert over.state is JobState.DONE


async def test_the_time_left_is_that_of_whole_trainings(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        await shop.trained()
        [first] = await shop.room.jobs.jobs()
        took = usual_s([first])
        assert took is not None
        assert usual_s([]) is None
        job = await shop.room.jobs.ask("eva", 1)
        assert job is not None
        now = [100.0]
        teller = Teller(shop.room.jobs, job.number, 200.0, lambda: now[0])
        now[0] = 150.0
        # Rasa speaks of its present part alone.
        await teller(Progress("", 1, 2, 3.0))
        told = await shop.job(job.number)
        assert (told.left_s, told.share) == (150.0, 0.25)
        assert told.step == "wird trainiert: Durchgang 1 von 2"
        now[0] = 400.0
        await teller.evaluating("m")
        late = await shop.job(job.number)
        assert (late.left_s, late.share, late.state) == (None, 0.95, JobState.EVALUATING)
