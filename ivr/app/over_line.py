"""Calls a hotline that runs, over one of its own lines, with a caller in software."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Protocol

from ivr.app.hotline import open_company_store
from ivr.app.overheard import Overheard
from ivr.app.telephones import call, open_telephone
from ivr.audio.framing import Framer
from ivr.audio.resample import Resampler
from ivr.config.company import load_company
from ivr.config.settings import Settings
from ivr.core.errors import HotlineError
from ivr.core.pcm import frame_bytes
from ivr.core.ports import Leg
from ivr.core.records import CallEnd, CallRecord, CallStart, Outcome, Turn
from ivr.lines.paced import Party, Tap
from ivr.lines.sip.numbers import user_of
from ivr.lines.webrtc.dial import dial_browser_line
from ivr.observe.metrics import Metrics

WEBRTC = "webrtc"
SIP = "sip"
_STORED_S = 5.0
"""How long the hotline is given to keep the end of the call."""


class OutwardLeg(Leg, Protocol):
    """A leg on which we are the caller."""

    def send_key(self, key: str) -> None: ...


class CallNotes:
    """What the caller gets to know of a call: enough for a record of its own."""

    def __init__(self, on_turn: Callable[[Turn], None]) -> None:
        self._on_turn = on_turn
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._seen: set[object] = set()
        self._started = datetime.now(UTC)
        self.call_id = ""
        self.turns: list[Turn] = []

    def take(self, note: Mapping[str, Any]) -> None:
        match note:
            case {"type": "call", "id": str(call_id)}:
                self.call_id = call_id
            case {"type": "caption", "n": number, "who": str(who), "text": str(text)}:
                if number not in self._seen:
                    self._seen.add(number)
                    at = round(self._loop.time() - self._began, 3)
                    self.turns.append(Turn(who, text, at, at))
                    self._on_turn(self.turns[-1])
            case _:
                pass

    def record(self, line: str, heard: Sequence[Turn] = ()) -> CallRecord:
        """As far as it is known on this side: no intents, and times as they were read.

        `heard` stands in where the line shows no captions.
        """
        turns = (*self.turns, *heard)
        start = CallStart(self.call_id, "", line, self._started)
        outcome = Outcome.ANSWERED if len(turns) > 1 else Outcome.ABANDONED
        return CallRecord(start, turns, (), CallEnd(outcome, datetime.now(UTC)))


async def converse(leg: OutwardLeg, party: Party, rate: int, tap: Tap | None = None) -> None:
    """Let a party in software have its call on a leg that is up; then hang up."""
    ear = Resampler(leg.rate, rate)
    mouth = Resampler(rate, leg.rate)
    heard_frames, said_frames = Framer(frame_bytes(rate)), Framer(frame_bytes(leg.rate))
    try:
        async for frame in leg.frames():
            for heard in heard_frames.push(ear.push(frame)):
                said = party.exchange(heard)
                if said is None:
                    return
                for key in party.pressed():
                    leg.send_key(key)
                if tap is not None:
                    tap.write(said, heard)
                for out in said_frames.push(mouth.push(said)):
                    await leg.play(out)
    finally:
        await leg.hang_up()
        if tap is not None:
            tap.close()


async def call_over_line(
    line: str,
    party: Party,
    rate: int,
    settings: Settings,
    on_turn: Callable[[Turn], None],
    tap: Tap | None = None,
) -> CallRecord:
    """Call at `line`, such as `webrtc:http://127.0.0.1:8080` or `sip:hotline@127.0.0.1`.

    Returns what is on record.

    That is the hotline's own record where its database can be read with these settings, else what
    the caller got to know: captions in a browser, by telephone the times of what was heard. Raises
    LineFailed.
    """
    kind, _, address = line.partition(":")
    notes = CallNotes(on_turn)
    if kind == SIP:
        async with open_telephone(line, Metrics()) as telephone:
            caller = user_of(telephone.addresses[0])
            ears = Overheard(party)
            await converse(await call(telephone, line), ears, rate, tap)
        record = await _kept_of(caller, settings) or notes.record(kind, ears.turns)
        # A telephone shows no captions: what was said is told afterwards.
        for turn in record.turns:
            on_turn(turn)
        return record
    leg = await dial_browser_line(address, settings.webrtc, notes.take)
    await converse(leg, party, rate, tap)
    return await _kept(notes.call_id, settings) or notes.record(kind)


async def _kept_of(caller: str, settings: Settings) -> CallRecord | None:
    """The hotline's record of the call that `caller` has just made."""
    with suppress(HotlineError):
        store = await open_company_store(settings, load_company(settings.hotline.company))
        try:
            for each in await store.calls(20):
                if each.start.caller == caller:
                    return await _kept(each.start.call_id, settings)
        finally:
            await store.close()
    return None


async def _kept(call_id: str, settings: Settings) -> CallRecord | None:
    """The hotline's record of the call, if it is ours to read."""
    with suppress(HotlineError, TimeoutError):
        store = await open_company_store(settings, load_company(settings.hotline.company))
        try:
            async with asyncio.timeout(_STORED_S):
                # The database belongs to another program: there is no event to wait for.
                while (record := await store.call(call_id)) and record.end is None:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
                return record
        finally:
            await store.close()
    return None
