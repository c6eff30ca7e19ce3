"""Joins the legs of a call: every 20 ms what each party said is mixed into what each one hears.

The mixer decides nothing and waits for nobody. Each leg is played to by a task of its own, so that
a line that hangs delays no other.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping

from ivr.audio.framing import Framer
from ivr.audio.mixer import Mixer
from ivr.audio.resample import Resampler
from ivr.call.seating import CALLER, KEYS, MUSIC, VOICE
from ivr.core.beat import Beat
from ivr.core.pcm import FRAME_S, LISTEN_RATE, frame_bytes
from ivr.core.ports import Leg

log = logging.getLogger(__name__)

IN_HAND_S = 0.04
"""More than this in a line's hand for a whole second is too much: its clock is slower."""
QUEUED = 5
"""Frames that wait for a line that takes none; beyond it the oldest goes."""
AHEAD_S = 0.1
"""How far the hotline's voice may be ahead of what sounds."""
_WATCHED = 50


class Bridge:
    """`run` keeps it going. Whoever sits at it is heard through `hear`, and hears by `arrange`."""

    def __init__(self, music: tuple[bytes, ...]) -> None:
        """`music`: 20 ms frames at 16 kHz that are played over and over."""
        self.mixer = Mixer()
        self._music = music
        self._beat = 0
        self._ears: dict[str, _Ear] = {}
        self.mixer.join(MUSIC)
        self.mixer.join(VOICE, live=False)
        self.mixer.join(KEYS, live=False)

    def seat(
        self,
        party: str,
        leg: Leg,
        group: asyncio.TaskGroup,
        on_frame: Callable[[bytes], None] | None = None,
    ) -> None:
        """Let a party speak and be played to; `on_frame` gets each frame that goes to its leg."""
        self.unseat(party)
        self.mixer.join(party)
        self._ears[party] = _Ear(leg, group, on_frame)

    def unseat(self, party: str) -> None:
        """Nothing more is played to this party. Harmless if it does not sit here."""
        self.mixer.leave(party)
        ear = self._ears.pop(party, None)
        if ear is not None:
            ear.close()

    def arrange(self, hears: Mapping[str, frozenset[str]]) -> None:
        self.mixer.arrange(hears)

    def hear(self, party: str, pcm: bytes) -> None:
        """A party says this, at 16 kHz, in pieces of any length."""
        self.mixer.put(party, pcm)

    def ahead_s(self, party: str) -> float:
        """How much of what was mixed for a party has not sounded yet, in seconds."""
        ear = self._ears.get(party)
        return 0.0 if ear is None else ear.ahead_s

    async def run(self) -> None:
        """Mix until cancelled."""
        loop = asyncio.get_running_loop()
        # Lines make up for lateness, too, and what they bring at once is mixed at once, instead of
        # waiting in the mixer and being heard late.
        beat = Beat(loop.time())
        try:
            while True:
                await asyncio.sleep(beat.wait_s(loop.time()))
                self._tick()
        finally:
            self.close()

    def close(self) -> None:
        """Play nothing more. Closing twice is harmless."""
        for party in list(self._ears):
            self.unseat(party)

    def _tick(self) -> None:
        self.mixer.put(MUSIC, self._music[self._beat])
        self._beat = (self._beat + 1) % len(self._music)
        for party, pcm in self.mixer.tick().items():
            ear = self._ears.get(party)
            if ear is not None:
                ear.give(pcm)


class _Ear:
    """One party's way out: at its own rate, in its own time."""

    def __init__(
        self, leg: Leg, group: asyncio.TaskGroup, on_frame: Callable[[bytes], None] | None
    ) -> None:
        self._leg = leg
        self._on_frame = on_frame
        self._resampler = Resampler(LISTEN_RATE, leg.rate)
        self._framer = Framer(frame_bytes(leg.rate))
        self._size = frame_bytes(leg.rate)
        self._begun = False
        self._most_s = IN_HAND_S
        self._cut_at_s = 0.0
        self._queue: deque[bytes] = deque(maxlen=QUEUED)
        self._there = asyncio.Event()
        self._least_s = float("inf")
        self._given = 0
        self._task = group.create_task(self._play(), name="bridge out")

    @property
    def ahead_s(self) -> float:
        return self._leg.unplayed_s() + len(self._queue) * FRAME_S

    def give(self, pcm: bytes) -> None:
        sound = self._resampler.push(pcm)
        if not self._begun:
            # The filter's delay makes the first piece shorter: filled up, each piece is a frame.
            self._begun = True
            sound = sound.rjust(self._size, b"\0")
        for frame in self._framer.push(sound):
            if self._on_frame is not None:
                self._on_frame(frame)
            if not self._is_needless():
                self._queue.append(frame)
                self._there.set()

    def close(self) -> None:
        self._queue.clear()
        self._task.cancel()

    def _is_needless(self) -> bool:
        """Once a second: whether the line has had too much in hand all the time."""
        self._least_s = min(self._least_s, self.ahead_s)
        self._given += 1
        if self._given % _WATCHED:
            return False
        least_s, self._least_s = self._least_s, float("inf")
        if self._cut_at_s and least_s > self._cut_at_s - FRAME_S / 2:
            # The last cut has not helped: this line always tells so much.
            self._most_s = least_s + FRAME_S
        too_much = least_s >= self._most_s
        self._cut_at_s = least_s if too_much else 0.0
        return too_much

    async def _play(self) -> None:
        try:
            while True:
                await self._there.wait()
                self._there.clear()
                while self._queue:
                    await self._leg.play(self._queue.popleft())
        except Exception:
            # One broken leg must not take the others' call: its own report says that it is gone.
            log.exception("a leg of a call cannot be played to any more")


class Mouth:
    """The hotline's voice in a bridge, as the speaker sees it: part of a leg at 16 kHz."""

    rate = LISTEN_RATE

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    async def play(self, frame: bytes) -> None:
        """Say one frame. Waits while enough is said beforehand."""
        early_s = self._bridge.mixer.waiting_s(VOICE) - AHEAD_S
        if early_s > 0:
            await asyncio.sleep(early_s)
        self._bridge.mixer.put(VOICE, frame)

    def flush(self) -> None:
        self._bridge.mixer.clear(VOICE)

    def unplayed_s(self) -> float:
        return self._bridge.mixer.waiting_s(VOICE) + self._bridge.ahead_s(CALLER)


class Outlet:
    """Where the hotline speaks: on the caller's leg, or, while people are bridged, into that.

    Switched only while nothing is said: a prompt goes one way to its end.
    """

    def __init__(self, leg: Leg) -> None:
        self._leg = leg
        self._mouth: Mouth | None = None

    def through(self, mouth: Mouth | None) -> None:
        """Speak through a bridge from now on; None: on the leg again."""
        self._mouth = mouth

    @property
    def rate(self) -> int:
        return (self._mouth or self._leg).rate

    async def play(self, frame: bytes) -> None:
        await (self._mouth or self._leg).play(frame)

    def flush(self) -> None:
        (self._mouth or self._leg).flush()

    def unplayed_s(self) -> float:
        return (self._mouth or self._leg).unplayed_s()
