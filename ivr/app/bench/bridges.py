"""How much later a bridge lets somebody be heard, and how many bridges the machine holds.

Both ends are software legs, whose own delay is none: what is measured is what bridging adds.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import psutil

from ivr.audio.features import level_db
from ivr.audio.music import hold_music
from ivr.audio.resample import Resampler
from ivr.audio.tones import tone
from ivr.call.bridge import Bridge
from ivr.call.seating import AGENT, CALLER, Seating, hearing
from ivr.core.pcm import FRAME_S, LISTEN_RATE, frame_bytes
from ivr.lines.paced import PacedLeg

EVERY_S = 1.0
"""How often one says a short word."""
WORD_S = 0.3
_LOUD_DB = -40.0


class Talker:
    """Says a word every second, and notes when it hears one begin and whether one had a hole."""

    def __init__(self, rate: int, first_at_s: float) -> None:
        self.said_at: list[float] = []
        self.heard_at: list[float] = []
        self.holes = 0
        """Silent frames in the middle of a word."""
        self._size = frame_bytes(rate)
        self._word = tone((440.0,), WORD_S, rate)
        self._left = b""
        self._frame = 0
        self._first = round(first_at_s / FRAME_S)
        self._quiet = 1_000

    def exchange(self, heard: bytes) -> bytes | None:
        now = asyncio.get_running_loop().time()
        self._listen(heard, now)
        if self._frame >= self._first and (self._frame - self._first) % _EVERY == 0:
            self._left = self._word
            self.said_at.append(now)
        self._frame += 1
        frame, self._left = self._left[: self._size], self._left[self._size :]
        return frame.ljust(self._size, b"\0")

    def pressed(self) -> str:
        return ""

    def _listen(self, heard: bytes, now: float) -> None:
        if level_db(heard) < _LOUD_DB:
            self._quiet += 1
            return
        if self._quiet * FRAME_S > WORD_S:
            self.heard_at.append(now)
        elif self._quiet:
            self.holes += self._quiet
        self._quiet = 0


_EVERY = round(EVERY_S / FRAME_S)


@dataclass(slots=True)
class Bridged:
    """What the talkers of one run found."""

    delays_s: list[float] = field(default_factory=list)
    words: int = 0
    holes: int = 0
    cpu: float = 0.0
    """CPU seconds a second, the talkers' own work included."""


async def run_bridges(
    bridges: int, seconds: float, rates: Sequence[tuple[int, int]] = ((8_000, 48_000),)
) -> Bridged:
    """`bridges` pairs at once talk for so long; their legs take the given rates in turn."""
    music, found = hold_music(LISTEN_RATE), Bridged()
    pairs: list[tuple[Talker, Talker]] = []
    began, cpu = time.monotonic(), psutil.Process().cpu_times()
    try:
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            for number in range(bridges):
                pairs.append(_pair(rates[number % len(rates)], music, group))
                await asyncio.sleep(0.013)
    except TimeoutError:
        pass
    now, took_s = psutil.Process().cpu_times(), time.monotonic() - began
    found.cpu = (now.user + now.system - cpu.user - cpu.system) / max(0.001, took_s)
    for one, other in pairs:
        for talker, listener in ((one, other), (other, one)):
            found.delays_s += _delays(talker.said_at, listener.heard_at)
            found.words += len(talker.said_at)
            found.holes += listener.holes
    return found


def _pair(
    rates: tuple[int, int], music: tuple[bytes, ...], group: asyncio.TaskGroup
) -> tuple[Talker, Talker]:
    bridge = Bridge(music)
    talkers = Talker(rates[0], 0.5), Talker(rates[1], 1.0)
    for seat, talker, rate in zip((CALLER, AGENT), talkers, rates, strict=True):
        leg = PacedLeg(talker, rate)
        bridge.seat(seat, leg, group)
        group.create_task(_pump(leg, bridge, seat), name="pump")
    bridge.arrange(hearing(Seating()))
    group.create_task(bridge.run(), name="bridge")
    return talkers


async def _pump(leg: PacedLeg, bridge: Bridge, seat: str) -> None:
    resampler = Resampler(leg.rate, LISTEN_RATE)
    async for frame in leg.frames():
        bridge.hear(seat, resampler.push(frame))


def _delays(said_at: Sequence[float], heard_at: Sequence[float]) -> list[float]:
    """For each word that was heard within half a second, how much later."""
    times = np.asarray(heard_at)
    delays = []
    for said in said_at:
        later = times[(times >= said) & (times < said + EVERY_S / 2)]
        if later.size:
            delays.append(float(later[0] - said))
    return delays
