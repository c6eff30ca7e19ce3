"""With Rasa itself: a training that fails, and one that is cancelled."""

import asyncio
from pathlib import Path

import pytest

from ivr.app.live_company import LiveCompany
from ivr.app.training import open_training
from ivr.core.training import Edit, Job, JobState
from ivr.store.sql import open_store
from ivr.training.follows import Follow, Then
from ivr.training.outcomes import Refused
from tests.training.real import settings_in, teach, train
from tests.training.rooms import CLIENT


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_training_that_fails_says_what_to_correct_and_one_can_be_cancelled(
    tmp_path: Path,
) -> None:
    settings = settings_in(tmp_path)
    store = await open_store(tmp_path / "h.sqlite", client=CLIENT)
    try:
        room = open_training(settings, LiveCompany(settings.hotline.company), store)
        await teach(room)
        cancelled = await room.trainer.ask("eva")
        assert isinstance(cancelled, Job)
        work = asyncio.create_task(room.trainer.work_once())
        # Rasa takes seconds to begin: by then the training is certainly under way.
        await asyncio.sleep(4)
        await room.trainer.cancel(cancelled.number)
        await work
        job = await room.jobs.job(cancelled.number)
        assert job is not None
        assert (job.state, job.model) == (JobState.CANCELLED, "")
        assert not list((tmp_path / "training").glob(".work-*"))

        # A second rule that answers the same question with something else.
        page = await room.content.intent("price")
        assert page is not None
        rule = await room.shelf.piece("rule", "answer hours")
        assert rule is not None
        wrong = Follow(Then.ANSWER, "utter_hours")
        await room.content.set_follow("price", wrong, page.seen, "eva")
        steps = [{"intent": "price"}, {"action": "utter_price"}]
        body = {**rule.body, "title": "zweite Antwort", "steps": steps}
        await room.shelf.change([Edit("rule", "zweite Antwort", body)], "eva")
        job = await train(room)
        assert job.state is JobState.FAILED
        assert "widersprechen" in job.reason
        assert set(job.places) == {"rule/answer price", "rule/zweite Antwort"}
    finally:
        await store.close()


async def test_what_is_plainly_wrong_is_refused_before_it_takes_time(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    store = await open_store(tmp_path / "h.sqlite", client=CLIENT)
    try:
        room = open_training(settings, LiveCompany(settings.hotline.company), store)
        assert isinstance(await room.trainer.ask("eva"), Refused)
    finally:
        await store.close()
