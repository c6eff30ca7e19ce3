"""Mixes what several parties say into what each of them shall hear. Pure: a tick is 20 ms.

Parties arrive at their own pace. What comes early waits; what is late is silence for that
moment, and waits so much longer from then on. A clock that runs faster than ours fills the waiting
room slowly: whenever it has not been nearly empty for a second, what was never needed is cut out.
So the delay stays as small as the line allows, and bounded.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from ivr.core.pcm import FRAME_S, LISTEN_RATE, SAMPLE_BYTES, frame_bytes

TICK_BYTES = frame_bytes(LISTEN_RATE)
LONGEST_S = 0.2
"""More than this never waits: the oldest is thrown away."""
WATCHED_TICKS = 50
"""A second of ticks, after which a waiting room that was never empty is made shallower."""

KEPT_BYTES = TICK_BYTES // 4
"""Left in a waiting room that is made shallower: 5 ms, for clocks that are a little uneven."""
NEEDLESS_BYTES = 2 * KEPT_BYTES
"""So much must have been needless for a cut to be worth its noise."""

_SILENCE = bytes(TICK_BYTES)
_LONGEST_BYTES = round(LONGEST_S / FRAME_S) * TICK_BYTES


@dataclass(slots=True)
class _Room:
    """What a party has said and nobody has heard yet."""

    live: bool
    begun: bool = False
    waiting: bytearray = field(default_factory=bytearray)
    least: int = _LONGEST_BYTES
    """The least that was left behind in a tick since the last look."""
    ticks: int = 0

    def put(self, pcm: bytes) -> None:
        """Take more; what is live and too early goes for it, the oldest first."""
        self.waiting += pcm
        over = len(self.waiting) - _LONGEST_BYTES if self.live else 0
        if over > 0:
            del self.waiting[:over]

    def take(self) -> bytes | None:
        """The next tick's sound; None if there is not enough of it."""
        if self.waiting and not self.begun:
            # The first sound of all is not kept back for being less than a tick.
            self.begun = True
            self.waiting[:0] = bytes(max(0, TICK_BYTES - len(self.waiting)))
        if len(self.waiting) < TICK_BYTES:
            self.least = 0
            return None
        said = bytes(self.waiting[:TICK_BYTES])
        del self.waiting[:TICK_BYTES]
        self.least = min(self.least, len(self.waiting))
        return said

    def shorten(self) -> None:
        """Once a second cut out what was never needed."""
        self.ticks += 1
        if self.ticks < WATCHED_TICKS:
            return
        needless = 0
        if self.live and self.least >= NEEDLESS_BYTES:
            needless = min(self.least, len(self.waiting)) - KEPT_BYTES
            needless -= needless % SAMPLE_BYTES
        del self.waiting[:needless]
        self.ticks, self.least = 0, _LONGEST_BYTES


class Mixer:
    """Who hears whom is a matrix: for each listener the speakers. All sound is 16 kHz."""

    def __init__(self) -> None:
        self._rooms: dict[str, _Room] = {}
        self._hears: dict[str, frozenset[str]] = {}

    def join(self, party: str, *, live: bool = True) -> None:
        """Let somebody speak. What is not `live` waits for as long as it is early: a prompt that
        is made faster than it sounds, whose maker looks at `waiting_s`."""
        self._rooms[party] = _Room(live)

    def leave(self, party: str) -> None:
        """Neither speaks nor hears any more. Leaving twice is harmless."""
        self._rooms.pop(party, None)
        self._hears.pop(party, None)

    def arrange(self, hears: Mapping[str, Collection[str]]) -> None:
        """From the next tick on each listener hears these speakers and nobody else.

        Nobody hears themselves, whatever is asked for.
        """
        self._hears = {
            listener: frozenset(speakers) - {listener} for listener, speakers in hears.items()
        }

    def put(self, party: str, pcm: bytes) -> None:
        """Somebody says this. Of somebody who is not there it is ignored."""
        room = self._rooms.get(party)
        if room is not None:
            room.put(pcm)

    def waiting_s(self, party: str) -> float:
        """How much of a party's sound nobody has heard yet."""
        room = self._rooms.get(party)
        return 0.0 if room is None else len(room.waiting) / TICK_BYTES * FRAME_S

    def clear(self, party: str) -> None:
        """Throw away what of a party nobody has heard yet."""
        room = self._rooms.get(party)
        if room is not None:
            room.waiting.clear()

    def tick(self) -> dict[str, bytes]:
        """What each listener hears in the next 20 ms."""
        said: dict[str, bytes] = {}
        for party, room in self._rooms.items():
            sound = room.take()
            if sound is not None:
                said[party] = sound
            room.shorten()
        return {
            listener: _sum([said[speaker] for speaker in speakers if speaker in said])
            for listener, speakers in self._hears.items()
        }


def _sum(sounds: list[bytes]) -> bytes:
    if len(sounds) < 2:
        return sounds[0] if sounds else _SILENCE
    total = np.zeros(TICK_BYTES // 2, np.int32)
    for sound in sounds:
        total += np.frombuffer(sound, "<i2")
    return np.clip(total, -32768, 32767).astype("<i2").tobytes()
