"""One call from the desk: the hotline that runs is used, or one is started for this call."""

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ivr.app.calling import (
    Channel,
    Wish,
    open_tap,
    rate_of,
    recorded_leg,
    recorded_party,
    synthetic_leg,
    synthetic_party,
)
from ivr.app.fast_clock import FastLoop
from ivr.app.hotline import open_hotline
from ivr.app.over_line import call_over_line
from ivr.app.synthetic_agent import with_agent
from ivr.call.observers import Observers
from ivr.config.settings import Microphone, Settings
from ivr.core.errors import StoreUnavailable
from ivr.core.ports import Leg
from ivr.core.records import CallRecord, Turn
from ivr.lines.microphone import MicrophoneLeg, check_devices
from ivr.lines.paced import Party
from ivr.lines.synthetic import Manners
from ivr.speech.voices.pico import PicoVoice

KEYS = frozenset("0123456789*#")


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
    agent: tuple[str, ...] = ()
    """What a synthetic agent says in turn, who takes over callers that want a person."""
    over: str | None = None
    """Where a hotline that runs is called over its own line: `webrtc:http://127.0.0.1:8080`."""

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

    Raises LineFailed, BadRecording, MissingPiece, and what the engines raise when they cannot be
    started.
    """
    if plan.over is not None:
        return await _over_line(plan, plan.over, settings, screen)
    loop = asyncio.get_running_loop()
    working = loop.working if isinstance(loop, FastLoop) else nullcontext
    # What is wrong with the call itself is told before anything slow is started for it.
    with working():
        leg = await _software_leg(plan)
    chosen = _chosen(plan, settings.microphone)
    if leg is None:
        check_devices(*chosen)
    async with open_hotline(settings, screen.note, working=working) as hotline:
        if leg is None:
            leg = MicrophoneLeg(*chosen)
            screen.note("speak when you are greeted; Ctrl-C hangs up, keys are typed with Enter")
        observers = Observers(on_turn=screen.turn, on_level=_meter(plan, screen))
        register = hotline.register
        if plan.agent:
            with working():
                register = await with_agent(hotline, plan.agent)
        with _at_the_desk(leg):
            record = await register.take(leg, plan.line, observers)
        # What Rasa's actions kept of the call stands only in the store.
        with working(), suppress(StoreUnavailable):
            await hotline.journal.flush()
            kept = await hotline.store.call(record.start.call_id)
            record = kept if kept is not None and kept.end is not None else record
    screen.end(record)
    return record


async def _over_line(plan: TryOut, line: str, settings: Settings, screen: Screen) -> CallRecord:
    party, rate = await _party(plan)
    tap = open_tap(plan.out, rate)
    record = await call_over_line(line, party, rate, settings, screen.turn, tap)
    screen.end(record)
    return record


async def _party(plan: TryOut) -> tuple[Party, int]:
    if plan.recording is not None:
        return recorded_party(plan.recording)
    voice = PicoVoice()
    try:
        manners = Manners(barge_in_s=plan.barge_in_s)
        party = await synthetic_party(voice, plan.wishes, plan.channel, manners=manners)
    finally:
        await voice.close()
    return party, rate_of(plan.channel)


def _chosen(plan: TryOut, devices: Microphone) -> tuple[str | None, str | None]:
    return plan.microphone or devices.input, plan.speaker or devices.output


@contextmanager
def _at_the_desk(leg: Leg) -> Iterator[None]:
    """While inside, Ctrl-C hangs up and lines typed on a terminal are keys of the telephone."""
    loop = asyncio.get_running_loop()
    if not isinstance(leg, MicrophoneLeg):
        yield
        return

    def typed() -> None:
        line = sys.stdin.readline()
        if not line:
            loop.remove_reader(sys.stdin)
        for key in line.strip():
            if key in KEYS:
                leg.press(key)

    watched = sys.stdin.isatty()
    # Windows' loop knows neither; there a call ends with the window.
    with suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGINT, leg.leave)
        if watched:
            loop.add_reader(sys.stdin, typed)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGINT)
            if watched:
                loop.remove_reader(sys.stdin)


async def _software_leg(plan: TryOut) -> Leg | None:
    if plan.recording is not None:
        return recorded_leg(plan.recording, caller=plan.caller, out=plan.out)
    if not plan.wishes:
        return None
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
