"""Conversations as data: what the caller does, and what must follow.

A file holds a list of conversations:

    - name: Öffnungszeiten
      caller: "+49561998877"        # optional: the number the line tells
      people: true                  # optional: there is a desk, where callers wait for a person
      audio: [clean, phone]         # optional: spoken through real engines, too, on these channels
      turns:
        - says: Wann haben Sie geöffnet?
          hears: geöffnet           # a pattern (regular expression, case ignored) in what follows
          never: verstanden         # a pattern that must not be in it
          intent: opening_hours     # optional
          form: order_status_form   # optional; `none`: no form is active any more
          slots: {order_number: "471108"}
          expect: digits            # optional: what the hotline expects next
        - presses: "471108#"        # together with `says`: over the hotline's answer to it
        - desk: {place: 2, wait_s: 90}   # or {nobody: closed}, or {agent: Frau Schulz}
          phase: queue                # optional: where on the way to a person the caller is
        - silent: true
        - hangs_up: true
      outcome: answered             # optional; `open`: the call must still be going on
      records: [{kind: order, quantity: 2}]   # exactly these, each with at least these values
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from ivr.call.rehearsal import Rehearsal
from ivr.core.desk import Nobody, NobodyReason, Place
from ivr.core.jsonable import fact_json
from ivr.core.records import Fact
from ivr.core.speech import Expect
from ivr.dialogue.state import Phase

HERE = Path(__file__).parent


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DeskTurn(Part):
    """What happens at the desk."""

    place: int | None = None
    wait_s: float | None = None
    nobody: NobodyReason | None = None
    agent: str | None = None


class TurnOf(Part):
    """One thing the caller does, and what must follow."""

    says: str | None = None
    presses: str | None = None
    silent: bool = False
    hangs_up: bool = False
    desk: DeskTurn | None = None
    phase: Phase | None = None
    hears: str | None = None
    never: str | None = None
    intent: str | None = None
    form: str | None = None
    slots: dict[str, str] = Field(default_factory=dict)
    expect: Expect | None = None


class Conversation(Part):
    name: str
    turns: tuple[TurnOf, ...]
    caller: str | None = None
    people: bool = False
    audio: tuple[Literal["clean", "phone"], ...] = ()
    outcome: str | None = None
    records: tuple[dict[str, Any], ...] = ()


def load(folder: Path = HERE) -> list[Conversation]:
    """All conversations below `folder`."""
    return [
        Conversation.model_validate(entry)
        for file in sorted(folder.glob("*.yaml"))
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


async def play(conversation: Conversation, call: Rehearsal) -> None:
    """Play it on text level and check each turn."""
    await call.answer()
    for number, turn in enumerate(conversation.turns, start=1):
        where = f"{conversation.name}, turn {number} ({turn.says or turn.presses or 'silence'})"
        heard = await _do(turn, call)
        check_heard(turn, heard, where)
        _check_understanding(turn, call, where)
    if conversation.outcome == "open":
        assert call.end is None, f"{conversation.name}: the call has ended"
    elif conversation.outcome is not None:
        if call.end is None:
            await call.rings("last_chance")
        assert call.end is not None, f"{conversation.name}: the call has not ended"
        assert call.end.outcome.value == conversation.outcome, conversation.name


async def _do(turn: TurnOf, call: Rehearsal) -> str:
    if turn.says is not None:
        return await call.says(turn.says, turn.presses or "")
    if turn.presses is not None:
        return await call.presses(turn.presses)
    if turn.desk is not None:
        return await _at_the_desk(turn.desk, call)
    if turn.hangs_up:
        await call.hangs_up()
        return ""
    return await call.stays_silent()


async def _at_the_desk(desk: DeskTurn, call: Rehearsal) -> str:
    if desk.agent is not None:
        return await call.agent_comes(desk.agent)
    if desk.nobody is not None:
        return await call.desk_says(Nobody(desk.nobody))
    return await call.desk_says(Place(desk.place or 1, desk.wait_s))


def check_heard(turn: TurnOf, heard: str, where: str) -> None:
    if turn.hears is not None:
        found = re.search(turn.hears, heard, re.IGNORECASE)
        assert found, f"{where}: {turn.hears!r} is not in {heard!r}"
    if turn.never is not None:
        found = re.search(turn.never, heard, re.IGNORECASE)
        assert not found, f"{where}: {turn.never!r} is in {heard!r}"


def _check_understanding(turn: TurnOf, call: Rehearsal, where: str) -> None:
    reply = call.reply
    if turn.phase is not None:
        assert call.phase is turn.phase, f"{where}: the caller is in {call.phase}"
    if turn.intent is not None:
        assert reply is not None, f"{where}: nothing was asked of the understanding"
        assert reply.guess.intent == turn.intent, f"{where}: {reply.guess} instead"
    if turn.form is not None:
        form = (reply.form if reply else None) or "none"
        assert form == turn.form, f"{where}: the form is {form}"
    if turn.slots:
        slots = reply.slots if reply else {}
        got = {name: slots.get(name) for name in turn.slots}
        assert got == turn.slots, where
    if turn.expect is not None:
        assert call.expect is turn.expect, f"{where}: expects {call.expect.value}"


def check_records(conversation: Conversation, facts: Sequence[Fact]) -> None:
    """Exactly the records that the conversation promises, in any order."""
    kept = [fact_json(fact) for fact in facts]
    wanted = list(conversation.records)
    assert len(kept) == len(wanted), f"{conversation.name}: {kept}"
    for want in wanted:
        match = [have for have in kept if _holds(have, want)]
        assert match, f"{conversation.name}: no record like {want} among {kept}"


def _holds(have: Any, want: Any) -> bool:
    if isinstance(want, dict):
        return isinstance(have, dict) and all(
            key in have and _holds(have[key], value) for key, value in want.items()
        )
    return bool(have == want)
