"""A hotline with scripted engines on a real telephone line, and somebody to call it."""

import asyncio
import dataclasses
import math
from array import array
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from ivr.app.lines import calls_from
from ivr.audio.features import level_db
from ivr.call.engines import Engines
from ivr.call.register import Register
from ivr.config.settings import Turns
from ivr.config.sip import Sip
from ivr.core.pcm import FRAME_S, LISTEN_RATE
from ivr.core.records import CallRecord
from ivr.core.telephony import DialFailure
from ivr.dialogue.script import Script
from ivr.lines.sip.leg import SipLeg
from ivr.lines.sip.line import SipLine, open_sip_line
from ivr.observe.metrics import Metrics
from ivr.speech.recognizers.scripted import ScriptedRecognizer
from ivr.speech.vad import EnergyVad
from ivr.store.journal import Journal
from ivr.store.memory import MemoryStore
from ivr.understanding.scripted import ScriptedUnderstanding
from tests.call.virtual import SCRIPT

AUDIBLE_DB = -45.0


def tone(rate: int, seconds: float, hertz: float = 500) -> bytes:
    """A tone that every codec lets through."""
    wave = (int(9000 * math.sin(math.tau * hertz * n / rate)) for n in range(int(rate * seconds)))
    return array("h", wave).tobytes()


class ToneVoice:
    """Speaks in a tone, 0.03 s a letter: what telephones carry."""

    name = "tone"
    rate = LISTEN_RATE

    async def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
        yield tone(self.rate, 0.03 * len(text) / pace)

    async def ready(self) -> bool:
        return True

    async def close(self) -> None:
        pass


@dataclass
class House:
    """A hotline that can be called."""

    line: SipLine
    register: Register
    metrics: Metrics
    store: MemoryStore

    @property
    def address(self) -> str:
        return self.line.addresses[0]

    async def leg(self) -> SipLeg:
        """The hotline's end of the only call."""
        while True:
            for call in self.line._calls._calls.values():
                if call.leg is not None:
                    return call.leg
            await asyncio.sleep(0.02)

    async def records(self, number: int = 1) -> Sequence[CallRecord]:
        """The calls, once so many have ended."""
        while True:
            calls = [
                await self.store.call(each.start.call_id) for each in await self.store.calls()
            ]
            over = [call for call in calls if call is not None and call.end is not None]
            if len(over) >= number:
                return over
            await asyncio.sleep(0.05)


@asynccontextmanager
async def hotline(
    sip: Sip | None = None,
    hears: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    script: Script = SCRIPT,
    **real: Any,
) -> AsyncIterator[House]:
    """Answers calls; `hears` is what callers are understood to say, one after the other.

    `real`: engines (fields of `Engines`) that shall not be scripted.
    """
    metrics, store = Metrics(), MemoryStore()
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(Journal(store))
        engines = Engines(
            vad=EnergyVad,
            recognizer=ScriptedRecognizer(hears or None),
            voice=ToneVoice(),
            understanding=ScriptedUnderstanding(),
            journal=journal,
            meter=metrics,
            turns=Turns(),
        )
        engines = dataclasses.replace(engines, **real)
        line = await stack.enter_async_context(
            open_sip_line(sip or Sip(port=0), metrics, env or {})
        )
        register = Register("musterfirma", engines, lambda: script)
        await stack.enter_async_context(calls_from([line], register))
        yield House(line, register, metrics, store)


@asynccontextmanager
async def telephone(*may_call: str, codec: str = "g722", **rest: object) -> AsyncIterator[SipLine]:
    """A line of ours that calls others."""
    settings = Sip.model_validate(
        {
            "port": 0,
            "rtp_ports": "20000-21999",
            "codecs": [codec],
            "dial_to": may_call,
            **rest,
        }
    )
    async with open_sip_line(settings, Metrics(), {}) as line:
        yield line


async def connected(phone: SipLine, address: str) -> SipLeg:
    """A call that is answered."""
    leg = await phone.dial(address)
    assert not isinstance(leg, DialFailure), leg
    assert isinstance(leg, SipLeg)
    return leg


async def speak(leg: SipLeg, seconds: float) -> None:
    sound = tone(leg.rate, seconds)
    size = int(leg.rate * FRAME_S) * 2
    for at in range(0, len(sound), size):
        await leg.play(sound[at : at + size].ljust(size, b"\0"))


async def until_sound(leg: SipLeg) -> None:
    async for frame in leg.frames():
        if level_db(frame) > AUDIBLE_DB:
            return
    raise AssertionError("the call ended before anything was heard")


async def until_silence(leg: SipLeg, frames: int = 15) -> None:
    """Until nothing has been heard for that many frames."""
    quiet = 0
    async for frame in leg.frames():
        quiet = 0 if level_db(frame) > AUDIBLE_DB else quiet + 1
        if quiet >= frames:
            return
    raise AssertionError("the call ended before it was silent")


async def over(leg: SipLeg) -> None:
    """Until the other side has hung up."""
    async for _ in leg.frames():
        pass


async def eventually(true: Callable[[], bool]) -> None:
    """Until something has come true; the test's own time limit ends a vain wait."""
    while not true():  # noqa: ASYNC110 - what is waited for has no event
        await asyncio.sleep(0.02)
