"""Trying models beside the active one: loaded on demand, one at a time, put away again."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.app.rasa import running
from ivr.app.rehearsing import TryParts, TryRoom
from ivr.app.unrecorded import UNRECORDED, recorded_calls_only
from ivr.core.errors import UnderstandingUnavailable
from ivr.core.records import Fact, Message
from ivr.speech.recognizers.scripted import ScriptedRecognizer
from ivr.training.trying import CannotTry, Exchange, ModelLoading, rule_taken
from ivr.understanding.scripted import ScriptedUnderstanding, say
from ivr.understanding.switching import Model, SwitchingUnderstanding
from tests.dialogue.talks import SCRIPT
from tests.training.rooms import Room, open_room


class Stage:
    """Models that need no Rasa; `ended` lists those that were put away."""

    def __init__(self, room: Room, *broken: str) -> None:
        self.ended: list[str] = []
        self.room = room
        self._broken = broken

    def model(self, key: str, answer: str) -> Model:
        async def stop() -> None:
            self.ended.append(key)

        table = {"kocher": say("price", answer)}
        return Model(key, ScriptedUnderstanding(table), stop)

    async def start(self, file: Path) -> Model:
        if file.name in self._broken:
            raise UnderstandingUnavailable("no")
        return self.model(file.name, f"Es antwortet {file.name}.")

    def open(self) -> TryRoom:
        live = SwitchingUnderstanding(self.model("aktiv", "Es antwortet das aktive."))
        return TryRoom(
            TryParts(
                live,
                self.start,
                lambda key: Path(key) if key != "weg" else None,
                str,
                lambda: SCRIPT,
                self.room.desk,
                ScriptedRecognizer([]),
            )
        )


async def patient(room: TryRoom, model: str, text: str) -> Exchange:
    while True:
        try:
            return await room.say("t", model, text)
        except ModelLoading:
            await asyncio.sleep(0)


async def test_another_model_is_loaded_tried_and_put_away(tmp_path: Path) -> None:
    async with open_room(tmp_path / "t.sqlite") as kept:
        stage = Stage(kept)
        room = stage.open()
        async with running(room.work()):
            made = await patient(room, "", "der Kocher")
            assert made.answer.startswith("Es antwortet das aktive.")
            with pytest.raises(ModelLoading):
                await room.say("t", "neu", "der Kocher")
            made = await patient(room, "neu", "der Kocher")
            assert made.answer.startswith("Es antwortet neu.")
            assert made.reply is not None
            assert (made.reply.guess.intent, made.reply.model) == ("price", "neu")
            await patient(room, "anders", "der Kocher")
            assert stage.ended == ["neu"]
        assert stage.ended == ["neu", "anders"]


async def test_a_model_that_does_not_start_says_so_and_can_be_tried_again(tmp_path: Path) -> None:
    async with open_room(tmp_path / "t.sqlite") as kept:
        room = Stage(kept, "kaputt").open()
        async with running(room.work()):
            for _ in range(2):
                with pytest.raises(CannotTry):
                    await patient(room, "kaputt", "Hallo")
            with pytest.raises(CannotTry):
                await room.say("t", "weg", "Hallo")


async def test_the_rule_that_was_taken_is_told(tmp_path: Path) -> None:
    async with open_room(tmp_path / "t.sqlite") as kept:
        content = await kept.desk.content()
        price = say("price")
        assert rule_taken(content, replace(price, actions=("utter_price",))) == "answer price"
        assert rule_taken(content, replace(price, actions=("action_other",))) == ""


async def test_facts_of_what_is_tried_are_kept_nowhere() -> None:
    kept: list[str] = []

    async def keep(call_id: str, fact: Fact) -> Fact:
        kept.append(call_id)
        return fact

    both = recorded_calls_only(keep)
    fact = Message("Kern", "0561", "Rückruf")
    assert await both(f"{UNRECORDED}1", fact) == fact
    await both("1", fact)
    assert kept == ["1"]
