"""Examples are spoken in the background: one at a time, watched, ended, and taken back."""

import asyncio
from errno import ENOSPC
from pathlib import Path

import psutil
import pytest

from ivr.app.heard import DEEP, USUAL, ProcessEar
from ivr.config.loading import PROGRAM_FOLDER, default_settings
from ivr.core.errors import MissingPiece
from ivr.training.hearing import Hearing, HearingDesk
from ivr.training.in_turn import InTurn
from ivr.training.outcomes import Refused, Saved
from ivr.training.scripted import ScriptedEar
from ivr.understanding.priority import WORK
from tests.training.rooms import Room, open_room

MISTAKES = {
    "wann haben Sie geöffnet": "wann haben sie gelöffelt",
    "wie lange ist auf": "wie lange ist aus",
    "was kostet der Kocher": "was kostet der Koch",
}


def desk(room: Room, ear: ScriptedEar, turn: InTurn, most: int = 20) -> HearingDesk:
    return HearingDesk(room.desk, ear, lambda: ("Musterfirma",), turn, most)


async def heard(room: Room, intent: str) -> list[str]:
    page = await room.desk.intent(intent)
    assert page is not None
    return [each["text"] for each in page.heard]


async def test_what_the_recognizer_makes_of_every_example_is_kept(tmp_path: Path) -> None:
    ear = ScriptedEar(MISTAKES)
    async with open_room(tmp_path / "r.sqlite") as room:
        turn = InTurn()
        hearing = desk(room, ear, turn)
        begun = await hearing.ask((), "eva")
        assert isinstance(begun, Hearing)
        assert begun.total == 4
        await turn.work_once()
        state = hearing.state
        assert state is not None
        assert (state.over, state.cancelled, state.done, state.kept) == (True, False, 4, 2)
        assert await heard(room, "hours") == ["wann haben sie gelöffelt"]
        [price] = await heard(room, "price")
        assert price == "was kostet der Koch"
    assert ear.words == ("Musterfirma",)
    assert ear.closed == 1


async def test_no_more_of_an_intent_is_spoken_than_is_set(tmp_path: Path) -> None:
    ear = ScriptedEar()
    async with open_room(tmp_path / "r.sqlite") as room:
        await room.desk.add_examples("hours", [f"auf {at}" for at in range(19)], "eva")
        turn = InTurn()
        hearing = desk(room, ear, turn, most=5)
        await hearing.ask(["hours"], "eva")
        await turn.work_once()
    assert len(ear.spoken) == 5
    # From the whole of it, not from its beginning alone.
    assert ear.spoken[-1] not in {f"auf {at}" for at in range(10)}


async def test_a_second_one_is_refused_and_a_cancelled_one_leaves_what_is_done(
    tmp_path: Path,
) -> None:
    ear = ScriptedEar(MISTAKES)
    ear.waits_before = "wie teuer ist das"
    async with open_room(tmp_path / "r.sqlite") as room:
        turn = InTurn()
        hearing = desk(room, ear, turn)
        await hearing.ask(["hours", "price"], "eva")
        work = asyncio.create_task(turn.work_once())
        await ear.waits.wait()
        assert isinstance(await hearing.ask(["hours"], "max"), Refused)
        hearing.cancel()
        await work
        assert hearing.state is not None
        assert hearing.state.cancelled
        assert await heard(room, "hours") == ["wann haben sie gelöffelt"]
        assert await heard(room, "price") == []
        assert ear.closed == 1
        assert isinstance(await hearing.ask(["price"], "eva"), Hearing)
        # Not begun yet: nothing will be spoken.
        hearing.cancel()
        await turn.work_once()
        assert ear.closed == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MissingPiece("there is no recognizer"), "there is no recognizer"),
        (OSError(ENOSPC, "No space left on device"), "auf der Festplatte ist kein Platz"),
        (ValueError("no JSON"), "im Protokoll"),
    ],
)
async def test_a_machine_that_cannot_speak_says_so(
    tmp_path: Path, error: Exception, words: str
) -> None:
    ear = ScriptedEar()
    ear.error = error
    async with open_room(tmp_path / "r.sqlite") as room:
        turn = InTurn()
        hearing = desk(room, ear, turn)
        await hearing.ask((), "eva")
        await turn.work_once()
        assert hearing.state is not None
        assert words.lower() in hearing.state.reason.lower()
        # It may be tried again.
        assert isinstance(await hearing.ask((), "eva"), Hearing)


async def test_variants_are_let_go_of_and_come_back_with_undo(tmp_path: Path) -> None:
    async with open_room(tmp_path / "r.sqlite") as room:
        turn = InTurn()
        hearing = desk(room, ScriptedEar(MISTAKES), turn)
        await hearing.ask((), "eva")
        await turn.work_once()
        assert await hearing.forget(["hours"], "max") == 1
        assert await heard(room, "hours") == []
        assert await heard(room, "price") != []
        [change, *_] = await room.desk.past.changes("intent", "hours")
        assert isinstance(await room.desk.past.undo(change.number, "max"), Saved)
        assert await heard(room, "hours") == ["wann haben sie gelöffelt"]


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_voices_are_heard_by_the_real_recognizer_in_a_process_of_its_own() -> None:
    ear = ProcessEar(default_settings(PROGRAM_FOLDER), (USUAL, DEEP))
    texts = ["was kostet der Versand", "wann haben Sie geöffnet"]
    found = [heard async for heard in ear.hear(texts, ())]
    assert [{each.said for each in heard} for heard in found] == [{text} for text in texts]
    assert [[each.voice for each in heard] for heard in found] == [[USUAL, DEEP]] * 2
    # Different lines, so that a model does not learn the noise of one.
    assert len({each.channel for heard in found for each in heard}) > 1
    assert "Versand" in found[0][0].text
    again = ear.hear(texts, ())
    await anext(again)
    [process] = [each for each in psutil.Process().children() if "ivr.app.heard" in each.cmdline()]
    # Calls come first.
    assert process.nice() >= WORK
    await again.aclose()
    assert not process.is_running()
