"""A call in writing: lines in, sentences out, and a record of both."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from ivr.app.chatting import Transcriber, converse
from ivr.app.script import make_script
from ivr.call.rehearsal import Rehearsal
from ivr.config.company import load_company
from ivr.config.loading import PROGRAM_FOLDER, default_settings
from ivr.core.records import CallStart, HandOver, Outcome
from ivr.core.understanding import Reply
from ivr.store.memory import MemoryStore
from ivr.understanding.scripted import ScriptedUnderstanding


@dataclass
class Paper:
    said: list[str] = field(default_factory=list)
    intents: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        pass

    def heard(self, text: str) -> None:
        self.said.append(text)

    def understood(self, reply: Reply) -> None:
        self.intents.append(reply.guess.intent)


async def chat(*lines: str) -> tuple[Paper, MemoryStore, Rehearsal]:
    """Type `lines`, then end the input."""
    company, store = load_company(PROGRAM_FOLDER / "company.toml"), MemoryStore()
    transcriber, paper = Transcriber(store), Paper()
    script = make_script(default_settings(PROGRAM_FOLDER), company)
    call = Rehearsal(script, ScriptedUnderstanding(), transcriber.keep)
    await store.begin(CallStart(call.call_id, company.id, "chat", datetime.now(UTC)))
    left: Iterator[str] = iter(lines)

    async def typed() -> str | None:
        return next(left, None)

    await converse(call, transcriber, paper, typed)
    return paper, store, call


async def test_words_are_answered_and_both_sides_are_on_record() -> None:
    paper, store, call = await chat("Wann haben Sie geöffnet?", "Danke, tschüss", "")
    assert paper.intents == ["opening_hours", "goodbye"]
    assert "bis 18 Uhr" in paper.said[1]
    record = await store.call(call.call_id)
    assert record is not None
    assert [turn.who for turn in record.turns] == [*["hotline", "caller"] * 2, "hotline"]
    assert call.end is not None
    assert call.end.outcome is Outcome.ANSWERED


@pytest.mark.parametrize("keys", ["0", "1", "*"])
async def test_keys_are_keys(keys: str) -> None:
    paper, _, _ = await chat(keys)
    assert paper.intents == []
    assert len(paper.said) == 2


async def test_an_empty_line_is_silence() -> None:
    paper, _, call = await chat("", "", "", "", "")
    assert "Auf Wiederhören" in paper.said[-1]
    assert call.end is not None


async def test_the_end_of_the_input_hangs_up() -> None:
    _, _, call = await chat()
    assert call.end is not None
    assert call.end.cause == "caller"


async def test_a_hand_over_carries_the_transcript() -> None:
    _, store, call = await chat("0", "Meier", "0561123456#", "1", "")
    record = await store.call(call.call_id)
    assert record is not None
    (fact,) = record.facts
    assert isinstance(fact, HandOver)
    assert (fact.caller_name, fact.phone) == ("Meier", "0561123456")
    assert "Meier" in [turn.text for turn in fact.transcript]
