"""One call from the desk: the hotline that runs is used, or one is started for this call."""

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ivr.app.calling import Channel, Wish, recorded_leg, synthetic_leg
from ivr.app.fast_clock import FastLoop
from ivr.app.hotline import open_hotline
from ivr.call.session import Observers
from ivr.config.settings import Microphone, Settings
from ivr.core.ports import Leg
from ivr.core.records import CallRecord, Turn
from ivr.lines.microphone import MicrophoneLeg
from ivr.lines.synthetic import Manners
from ivr.speech.voices.pico import PicoVoice


@dataclass(frozen=True, slots=True)
class TryOut:
    """What kind of call it is to be."""

    wishes: tuple[Wish, ...] = ()
    recording: Path | None = None
    channel: Channel = Channel.CLEAN
    barge_in_s: float | None = None
    caller: str | None = None
    out: Path | None = None
    microphone: str | None = None
    speaker: str | None = None

    @property
    def line(self) -> str:
        if self.wishes:
            return "synthetic"
        return "wav" if self.recording is not None else "microphone"


class Screen(Protocol):
    """Where the call is shown."""

    def note(self, text: str) -> None: ...
    def turn(self, turn: Turn) -> None: ...
    def level(self, level_db: float) -> None: ...
    def end(self, record: CallRecord) -> None: ...


async def try_out(plan: TryOut, settings: Settings, screen: Screen) -> CallRecord:
    """Call once, show it on `screen`, and return what is on record.

    Raises LineFailed, MissingPiece, and what the engines raise when they cannot be started.
    """
    loop = asyncio.get_running_loop()
    working = loop.working if isinstance(loop, FastLoop) else nullcontext
    async with open_hotline(settings, screen.note, working=working) as hotline:
        leg = await _leg(plan, settings.microphone)
        observers = Observers(on_turn=screen.turn, on_level=_meter(plan, screen))
        record = await hotline.register.take(leg, plan.line, observers)
        await hotline.journal.flush()
        # What Rasa's actions kept of the call stands only there.
        kept = await hotline.store.call(record.start.call_id)
    record = kept or record
    screen.end(record)
    return record


async def _leg(plan: TryOut, devices: Microphone) -> Leg:
    if plan.recording is not None:
        return recorded_leg(plan.recording, caller=plan.caller, out=plan.out)
    if not plan.wishes:
        return MicrophoneLeg(plan.microphone or devices.input, plan.speaker or devices.output)
    voice = PicoVoice()
    try:
        manners = Manners(barge_in_s=plan.barge_in_s)
        leg, _ = await synthetic_leg(
            voice, plan.wishes, plan.channel, manners=manners, caller=plan.caller, out=plan.out
        )
    finally:
        await voice.close()
    return leg


def _meter(plan: TryOut, screen: Screen) -> Callable[[float], None] | None:
    return screen.level if plan.line == "microphone" else None
