"""The queue of trainings, and what is done with the models that come of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ivr.core.training import Activation, ActivationState, Edit, Job, JobState
from ivr.training import pieces as p
from ivr.training.evaluation import Comparison, compare, doubts, report, taken, wrong
from ivr.training.failures import explain
from ivr.training.models_desk import Doubts, ModelsDesk
from ivr.training.outcomes import Refused
from ivr.training.project import CONFIG, training_files
from ivr.training.scripted import ScriptedWorkshop
from ivr.training.trainer import Trainer
from tests.training.rooms import Room, open_room

TEST = {"file": p.TEST_FILE, "intent": "hours", "examples": ["wann ist auf", "seid ihr da"]}


@dataclass
class Shop:
    room: Room
    workshop: ScriptedWorkshop
    trainer: Trainer
    models: ModelsDesk
    active: list[str]

    async def trained(self) -> Job:
        asked = await self.trainer.ask("eva")
        assert isinstance(asked, Job)
        await self.trainer.work_once()
        return await self.job(asked.number)

    async def job(self, number: int) -> Job:
        job = await self.room.jobs.job(number)
        assert job is not None
        return job

    async def activated(self, model: str) -> None:
        """As the hotline does it."""
        wish = await self.models.activate(model, "eva", anyway=True)
        assert isinstance(wish, Activation)
        await self.room.jobs.settle(wish.number, ActivationState.ACTIVE)
        self.active.append(model)


@asynccontextmanager
async def open_shop(folder: Path, keep: int = 5) -> AsyncIterator[Shop]:
    async with open_room(folder / "h.sqlite") as room:
        await room.shelf.change([Edit(p.TEST, f"{p.TEST_FILE}#hours", TEST)], "seed")
        workshop, active = ScriptedWorkshop(folder), [""]
        trainer = Trainer(
            room.shelf, room.jobs, workshop, lambda: "pipeline: []\n", lambda: active[-1], keep
        )
        models = ModelsDesk(room.jobs, workshop, lambda: active[-1])
        yield Shop(room, workshop, trainer, models, active)


async def test_a_training_makes_a_model_with_its_figures(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        await shop.room.desk.add_examples("hours", ["Wann ist auf?"], "eva")
        await shop.room.desk.add_examples("hours", ["seid ihr noch da"], "eva")
        job = await shop.trained()
        assert (job.state, job.share) == (JobState.DONE, 1.0)
        (line,) = await shop.models.models()
        # What has become an example since tells nothing about a model any more.
        assert [row[0] for row in line.entry.report["utterances"]] == ["seid ihr da"]
        assert line.entry.change == job.change > 0


async def test_only_one_at_a_time_and_it_can_be_cancelled(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        shop.workshop.gate.clear()
        asked = await shop.trainer.ask("eva")
        assert isinstance(asked, Job)
        assert isinstance(await shop.trainer.ask("max"), Refused)
        work = asyncio.create_task(shop.trainer.work_once())
        await shop.workshop.begun.wait()
        running = await shop.job(asked.number)
        assert running.state is JobState.TRAINING
        # Nobody knows yet how long the whole of it takes.
        assert running.left_s is None
        assert running.step == "wird trainiert: Durchgang 1 von 2, dieser Teil noch etwa 1 min"
        await shop.trainer.cancel(asked.number)
        await work
        assert (await shop.job(asked.number)).state is JobState.CANCELLED
        assert await shop.models.models() == ()
        assert isinstance(await shop.trainer.ask("max"), Job)


async def test_one_that_waits_is_taken_out_of_the_queue(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        asked = await shop.trainer.ask("eva")
        assert isinstance(asked, Job)
        await shop.trainer.cancel(asked.number)
        assert not await shop.trainer.work_once()
        assert (await shop.job(asked.number)).state is JobState.CANCELLED


async def test_a_training_that_the_programs_end_cut_off_begins_again(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        shop.workshop.gate.clear()
        asked = await shop.trainer.ask("eva")
        assert isinstance(asked, Job)
        work = asyncio.create_task(shop.trainer.run())
        await shop.workshop.begun.wait()
        work.cancel()
        await asyncio.wait({work})
        assert not (await shop.job(asked.number)).state.over
        shop.workshop.gate.set()
        again = asyncio.create_task(shop.trainer.run())
        while not (await shop.job(asked.number)).state.over:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        again.cancel()
        await asyncio.wait({again})
        assert (await shop.job(asked.number)).state is JobState.DONE
        assert shop.workshop.trainings == 2


async def test_a_failure_says_why_and_where(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        shop.workshop.words = (
            "rasa.core.exceptions.InvalidRule: \nContradicting rules or stories found 🚨\n"
            "- the prediction of the action 'utter_price' in rule 'answer price' is contradicting"
            " with rule(s) 'answer hours'."
        )
        job = await shop.trained()
        assert job.state is JobState.FAILED
        assert "widersprechen" in job.reason
        assert set(job.places) >= {"rule/answer price", "rule/answer hours"}


async def test_a_rule_that_calls_nothing_is_refused_at_once(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        steps = [{"intent": "price"}, {"action": "utter_nichts"}]
        body = {"file": "r.yml", "title": "r", "steps": steps}
        await shop.room.shelf.change([Edit(p.RULE, "r", body)], "eva")
        refused = await shop.trainer.ask("eva")
        assert isinstance(refused, Refused)
        assert refused.place == "rule/r"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("OSError: [Errno 28] No space left on device", "Festplatte"),
        ("MemoryError", "Arbeitsspeicher"),
        ("YamlException: Failed to read '/x/.work-1/nlu/data/a.yml'. At line 7", "Zeile 7"),
        ("Traceback\nValueError: kaputt", "kaputt"),
        ("", "abgebrochen"),
    ],
)
async def test_failures_are_told_in_the_admins_words(
    words: str, part: str, tmp_path: Path
) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        assert part in explain(words, await room.desk.content())[0]


async def test_a_worse_model_needs_a_deliberate_trotzdem_and_rolls_back(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        first = (await shop.trained()).model
        await shop.activated(first)
        other = await _other_model(shop)
        row = ["a", "hours", "hours", 1.0, True]
        await shop.room.jobs.keep_model(first, 1, {"n": 1, "utterances": [row]})
        row = ["a", "hours", "price", 1.0, True]
        await shop.room.jobs.keep_model(other, 2, {"n": 1, "utterances": [row]})
        refused = await shop.models.activate(other, "eva")
        assert isinstance(refused, Doubts)
        await shop.activated(other)
        back = await shop.models.roll_back("eva")
        assert isinstance(back, Activation)
        assert back.model == first


async def test_roll_back_leads_to_what_calls_have_used_not_to_what_was_wished_for(
    tmp_path: Path,
) -> None:
    async with open_shop(tmp_path) as shop:
        first = (await shop.trained()).model
        await shop.activated(first)
        never = await _other_model(shop)
        await shop.models.activate(never, "eva", anyway=True)
        await shop.room.desk.add_examples("price", ["was soll das kosten"], "eva")
        third = (await shop.trained()).model
        await shop.activated(third)
        back = await shop.models.roll_back("eva")
        assert isinstance(back, Activation)
        assert back.model == first
        states = {each.model: each.state for each in await shop.models.activations()}
        assert states[never] is ActivationState.DROPPED


async def test_a_new_model_is_kept_though_the_active_one_cannot_be_evaluated(
    tmp_path: Path,
) -> None:
    async with open_shop(tmp_path) as shop:
        first = (await shop.trained()).model
        await shop.activated(first)
        more = {**TEST, "examples": [*TEST["examples"], "wann macht ihr zu"]}
        await shop.room.shelf.change([Edit(p.TEST, f"{p.TEST_FILE}#hours", more)], "eva")
        await shop.room.desk.add_examples("hours", ["bis wann ist auf"], "eva")
        shop.workshop.broken.add(first)
        job = await shop.trained()
        assert (job.state, job.model) == (JobState.DONE, (await shop.models.models())[0].entry.key)
        refused = await shop.models.activate(job.model, "eva")
        assert isinstance(refused, Doubts)
        assert "kaputt" in refused.texts[0]
        # What was known of it before still stands beside.
        assert isinstance(await shop.models.compare(job.model), Comparison)
        shop.workshop.broken.clear()
        await shop.room.desk.add_examples("hours", ["wie lange noch auf"], "eva")
        job = await shop.trained()
        assert isinstance(await shop.models.activate(job.model, "eva"), Activation)


async def _other_model(shop: Shop) -> str:
    await shop.room.desk.add_examples("price", ["was macht das"], "eva")
    return (await shop.trained()).model


async def test_a_model_that_is_gone_cannot_be_activated(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        assert isinstance(await shop.models.activate("weg", "eva"), Refused)
        assert isinstance(await shop.models.roll_back("eva"), Refused)


async def test_the_last_models_are_kept_and_the_active_one_too(tmp_path: Path) -> None:
    async with open_shop(tmp_path, keep=2) as shop:
        models = []
        for at in range(5):
            await shop.room.desk.add_examples("price", [f"Preis {at}"], "eva")
            models.append((await shop.trained()).model)
            if at == 0:
                await shop.activated(models[0])
        kept = [line.entry.key for line in await shop.models.models()]
        assert kept == [models[4], models[3], models[0]]
        assert [model for model in models if shop.workshop.file(model)] == [
            models[0],
            *models[3:],
        ]


def test_figures_are_what_they_are_called() -> None:
    tests = [("a", "x"), ("b", "x"), ("c", "y"), ("d", "out_of_scope")]
    answer = {
        "guesses": [[["x", 0.9]], [["y", 0.7]], [["y", 0.8]], [["y", 0.3]]],
        "understood": [True, True, True, False],
    }
    made = report(taken(tests, answer))
    assert made["accuracy"] == 0.75
    assert made["asked_again"] == 0.25
    assert made["intents"]["y"] == {"n": 1, "precision": 1 / 2, "recall": 1.0}
    assert made["confusions"] == [["x", "y", 1]]
    assert made["out_of_scope"] == {"n": 1, "caught": 1}
    assert sum(row[2] for row in made["calibration"]) == 4


def test_a_model_that_makes_everybody_repeat_themselves_understands_nobody() -> None:
    tests = [("a", "x"), ("b", "y"), ("c", "out_of_scope")]
    guesses = [[["x", 0.9]], [["y", 0.9]], [["out_of_scope", 0.9]]]
    bold = report(taken(tests, {"guesses": guesses, "understood": [True] * 3}))
    shy = report(taken(tests, {"guesses": guesses, "understood": [False] * 3}))
    assert (bold["accuracy"], shy["accuracy"]) == (1.0, 1 / 3)
    assert shy["intents"]["x"] == {"n": 1, "precision": 0.0, "recall": 0.0}
    # It takes them for nothing else: it is only too unsure.
    assert shy["confusions"] == []
    assert [each.shown for each in wrong(shy)] == ["nachgefragt (x)", "nachgefragt (y)"]
    assert len(doubts(bold, shy, 0.01)) == 1


def test_a_comparison_goes_utterance_by_utterance() -> None:
    one = {"utterances": [["a", "x", "y", 0.9, True], ["b", "x", "x", 0.9, True]]}
    other = {
        "utterances": [["a", "x", "x", 0.9, True], ["b", "x", "y", 0.9, True]],
        "stories": {"total": 2, "failed": ["s"]},
    }
    assert compare(one, other) == Comparison(
        (0.5, 0.5), (("a", "x", "y", "x"),), (("b", "x", "x", "y"),), ("s",), (), 2
    )
    assert len(doubts({**one, "n": 2}, {**other, "n": 2}, 0.01)) == 1
    assert doubts(None, {}, 0.01)


async def test_an_own_threshold_comes_into_the_pipeline(tmp_path: Path) -> None:
    async with open_room(tmp_path / "h.sqlite") as room:
        page = await room.desk.intent("price")
        assert page is not None
        await room.desk.set_threshold("price", 0.8, page.line.version, "eva")
        files = training_files(await room.desk.content(), "pipeline:\n- name: A\npolicies: []\n")
        assert "price: 0.8" in files[CONFIG]
        assert set(files) == {CONFIG, "domain/domain.yml", "data/nlu.yml", "data/rules.yml"}
