"""Models tried on the test set as the phone hears it, beside how it is written."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.core.errors import MissingPiece
from ivr.training.in_turn import InTurn
from ivr.training.outcomes import Refused
from ivr.training.scripted import ScriptedEar
from ivr.training.spoken import SpokenDesk, SpokenTest
from tests.training.test_trainer import Shop, open_shop


@dataclass
class Studio:
    shop: Shop
    ear: ScriptedEar
    turn: InTurn
    desk: SpokenDesk
    model: str

    async def report(self, model: str) -> dict[str, object]:
        [found] = [each for each in await self.shop.room.jobs.models() if each.key == model]
        return dict(found.report)


@asynccontextmanager
async def open_studio(folder: Path) -> AsyncIterator[Studio]:
    """With one model, that calls use, and another one that knows an utterance more."""
    async with open_shop(folder) as shop:
        first = (await shop.trained()).model
        await shop.activated(first)
        await shop.room.desk.add_examples("hours", ["wann ist aus", "seid ihr noch da"], "eva")
        second = (await shop.trained()).model
        ear = ScriptedEar({"wann ist auf": "wann ist aus", "seid ihr da": "seit wir da"})
        turn = InTurn()
        desk = SpokenDesk(
            shop.room.desk,
            ear,
            lambda: ("Musterfirma",),
            turn,
            shop.trainer.examiner,
            shop.workshop,
            lambda: first,
        )
        yield Studio(shop, ear, turn, desk, second)


async def test_both_models_hear_the_same_and_stand_side_by_side(tmp_path: Path) -> None:
    async with open_studio(tmp_path) as studio:
        begun = await studio.desk.ask(studio.model, "eva")
        assert isinstance(begun, SpokenTest)
        assert begun.total == 2
        await studio.turn.work_once()
        state = studio.desk.state
        assert state is not None
        assert (state.over, state.done, state.reason) == (True, 2, "")
        spoken = (await studio.report(studio.model))["spoken"]
        assert isinstance(spoken, dict)
        assert (spoken["n"], spoken["accuracy"]) == (2, 0.5)
        assert spoken["heard"] == ["wann ist aus", "seit wir da"]
        # By what was said: what was heard of it may be the same for two.
        assert spoken["utterances"][0][:2] == ["wann ist auf", "hours"]
        compared = await studio.shop.models.compare_spoken(studio.model)
        assert compared is not None
        assert (compared.accuracy, len(compared.better)) == ((0.0, 0.5), 1)
        assert studio.ear.words == ("Musterfirma",)


async def test_a_new_evaluation_in_writing_keeps_what_was_spoken(tmp_path: Path) -> None:
    async with open_studio(tmp_path) as studio:
        await studio.desk.ask(studio.model, "eva")
        await studio.turn.work_once()
        before = (await studio.report(studio.model))["spoken"]
        content = await studio.shop.room.desk.content()
        await studio.shop.trainer.examiner.evaluate_and_keep(studio.model, content)
        assert (await studio.report(studio.model))["spoken"] == before


async def test_it_is_refused_cancelled_and_fails_without_a_trace(tmp_path: Path) -> None:
    async with open_studio(tmp_path) as studio:
        assert isinstance(await studio.desk.ask("weg", "eva"), Refused)
        studio.ear.waits_before = "seid ihr da"
        await studio.desk.ask(studio.model, "eva")
        assert isinstance(await studio.desk.ask(studio.model, "max"), Refused)
        work = asyncio.create_task(studio.turn.work_once())
        await studio.ear.waits.wait()
        assert studio.desk.state is not None
        assert (studio.desk.state.done, studio.desk.state.over) == (1, False)
        studio.desk.cancel()
        await work
        assert studio.desk.state.cancelled
        assert "spoken" not in await studio.report(studio.model)
        studio.ear.waits_before = ""
        studio.ear.error = MissingPiece("there is no recognizer")
        assert isinstance(await studio.desk.ask(studio.model, "eva"), SpokenTest)
        await studio.turn.work_once()
        assert "there is no recognizer" in studio.desk.state.reason
        studio.ear.error = None
        await studio.desk.ask(studio.model, "eva")
        studio.shop.workshop.broken.add(studio.model)
        await studio.turn.work_once()
        assert "kaputt" in studio.desk.state.reason
