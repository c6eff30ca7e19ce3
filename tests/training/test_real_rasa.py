"""With Rasa itself: relabelled, trained, compared, activated during a call, and back again."""

import asyncio
import socket
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from ivr.app.live_company import LiveCompany
from ivr.app.rasa import ModelKeeper, RasaWishes, start_understanding
from ivr.app.training import TrainingRoom, open_training
from ivr.config.loading import PROGRAM_FOLDER, default_settings
from ivr.config.settings import Settings
from ivr.core.training import Activation, ActivationState, Edit, Job, JobState
from ivr.store.sql import open_store
from ivr.training.content import Refused, Saved
from ivr.training.evaluation import Comparison
from ivr.training.follows import Follow, Then
from ivr.training.yaml_in import read_project
from tests.training.rooms import CLIENT, SMALL

TESTS = """
version: "3.1"
nlu:
  - intent: hours
    examples: |
      - wann macht ihr auf
      - wie lange ist bei euch offen
  - intent: price
    examples: |
      - was kostet das Ding
      - wie teuer ist der Kasten
"""
STORIES = """
version: "3.1"
stories:
  - story: hours are told
    steps:
      - intent: hours
      - action: utter_hours
"""
HOURS = [
    "wann machen Sie auf", "wann macht ihr zu", "bis wann ist offen", "wann öffnen Sie",
    "wann schließen Sie", "ist jetzt auf", "habt ihr geöffnet", "wie lange ist offen",
    "um wie viel Uhr macht ihr auf", "wann ist bei euch auf",
]  # fmt: skip
PRICE = [
    "was kostet das", "wie teuer ist der", "was soll der kosten", "was macht das",
    "wie hoch ist der Preis", "ist der teuer", "sagen Sie mir den Preis", "was zahle ich dafür",
    "was kostet der Kasten", "wie viel kostet so ein Ding",
]  # fmt: skip
SLANG = "gibt es bei euch auch Prozente"


def free_ports() -> tuple[int, int]:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        return one.getsockname()[1], other.getsockname()[1]


async def train(room: TrainingRoom) -> Job:
    asked = await room.trainer.ask("eva")
    assert isinstance(asked, Job), asked
    await room.trainer.work_once()
    job = await room.jobs.job(asked.number)
    assert job is not None
    return job


def settings_in(folder: Path, port: int, actions_port: int) -> Settings:
    settings = default_settings(PROGRAM_FOLDER)
    return settings.model_copy(
        update={
            "hotline": settings.hotline.model_copy(update={"data_dir": folder}),
            "nlu": settings.nlu.model_copy(update={"port": port, "actions_port": actions_port}),
        }
    )


async def taught(room: TrainingRoom) -> None:
    project = {**SMALL, "tests/held_out.yml": TESTS, "tests/test_hours.yml": STORIES}
    await room.shelf.change(read_project(project).edits(), "seed")
    await room.content.add_examples("hours", HOURS, "eva")
    await room.content.add_examples("price", PRICE, "eva")


async def switched(keeper: ModelKeeper, room: TrainingRoom) -> None:
    await keeper.work_once()
    (latest, *_) = await room.jobs.activations()
    assert latest.state is ActivationState.ACTIVE, latest.note


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_misunderstood_question_is_taught_and_understood_during_a_live_call(
    tmp_path: Path,
) -> None:
    settings = settings_in(tmp_path, *free_ports())
    live = LiveCompany(settings.hotline.company)
    async with AsyncExitStack() as stack:
        store = await open_store(tmp_path / "h.sqlite", client=CLIENT)
        stack.push_async_callback(store.close)
        room = open_training(settings, live, store)
        await taught(room)
        first = await train(room)
        assert first.state is JobState.DONE, first.reason
        (entry,) = [each for each in await room.jobs.models() if each.key == first.model]
        assert entry.report["n"] == 4
        assert entry.report["stories"] == {"total": 1, "failed": []}

        file = room.workshop.file(first.model)
        understanding, starter = await start_understanding(
            settings, live, store, lambda _: None, stack, RasaWishes(model=file)
        )
        room.knows(understanding)
        assert starter is not None
        keeper = ModelKeeper(understanding, starter, room.jobs, room.workshop.file)
        hours = await understanding.reply("long call", "Wann machen Sie auf?")
        assert (hours.guess.intent, hours.model) == ("hours", first.model)

        made = await room.content.new_intent(
            "rabatt",
            [SLANG, "gibt es Rabatt", "kriege ich Rabatt", "habt ihr Rabatte", "Rabatt bitte",
             "gibt es Prozente", "kriege ich Prozente", "gibt es Nachlass", "Mengenrabatt",
             "ist ein Nachlass drin"],
            ["Rabatt gibt es bei {firma} leider nicht."],
            "eva",
        )  # fmt: skip
        assert isinstance(made, Saved)
        second = await train(room)
        assert second.state is JobState.DONE, second.reason
        compared = await room.models.compare(second.model)
        assert isinstance(compared, Comparison)
        assert compared.n == 4

        assert isinstance(await room.models.activate(second.model, "eva", anyway=True), Activation)
        await switched(keeper, room)
        fresh = await understanding.reply("new call", SLANG)
        assert (fresh.guess.intent, fresh.model) == ("rabatt", second.model)
        assert [each.text for each in fresh.messages] == [
            "Rabatt gibt es bei Musterfirma leider nicht."
        ]
        # The call that was under way goes on with what it began with.
        still = await understanding.reply("long call", "Was kostet das?")
        assert (still.guess.intent, still.model) == ("price", first.model)
        await understanding.forget("long call")

        assert isinstance(await room.models.roll_back("eva"), Activation)
        await switched(keeper, room)
        back = await understanding.reply("third call", SLANG)
        assert back.model == first.model
        assert back.guess.intent != "rabatt"


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_training_that_fails_says_what_to_correct_and_one_can_be_cancelled(
    tmp_path: Path,
) -> None:
    settings = settings_in(tmp_path, *free_ports())
    store = await open_store(tmp_path / "h.sqlite", client=CLIENT)
    try:
        room = open_training(settings, LiveCompany(settings.hotline.company), store)
        await taught(room)
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
        await room.content.set_follow("price", wrong, page.line.version, "eva")
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
    settings = settings_in(tmp_path, 1, 2)
    store = await open_store(tmp_path / "h.sqlite", client=CLIENT)
    try:
        room = open_training(settings, LiveCompany(settings.hotline.company), store)
        assert isinstance(await room.trainer.ask("eva"), Refused)
    finally:
        await store.close()
