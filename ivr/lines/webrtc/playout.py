"""What is still to be sent of what was given to `play`: bounded, and emptied at once."""

import asyncio
from collections import deque

from ivr.core.measures import Tally
from ivr.core.pcm import FRAME_S
from ivr.core.ports import Meter

MOST_FRAMES = 5
"""A speaker may be 0.1 s ahead of the wire; further ahead they wait."""
_A_PAUSE = 10
"""So many silent frames are a pause between two prompts; fewer are a prompt that came late."""


class Playout:
    """Frames on their way out: `put` waits while there are enough, `take` never waits."""

    def __init__(self, meter: Meter | None = None) -> None:
        self._meter = meter
        self._frames: deque[bytes] = deque()
        self._room = asyncio.Event()
        self._gap = _A_PAUSE
        self._closed = False
        self.starved = 0
        """Frames of silence in the middle of a prompt, because the speaker was late."""

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def seconds(self) -> float:
        return len(self._frames) * FRAME_S

    async def put(self, frame: bytes) -> None:
        """Nothing waits and nothing is kept once it is closed."""
        while len(self._frames) >= MOST_FRAMES and not self._closed:
            await self._moved()
        if self._closed:
            return
        if 0 < self._gap < _A_PAUSE:
            self.starved += self._gap
            if self._meter is not None:
                self._meter.count(Tally.STARVED_FRAMES, self._gap)
        self._gap = 0
        self._frames.append(frame)

    def take(self) -> bytes | None:
        """The next frame; None where there is nothing to say."""
        self._room.set()
        if self._frames:
            return self._frames.popleft()
        self._gap += 1
        return None

    def flush(self) -> None:
        self._frames.clear()
        self._gap = _A_PAUSE
        self._room.set()

    async def drain(self) -> None:
        """Wait until all has been taken."""
        while self._frames and not self._closed:
            await self._moved()

    def close(self) -> None:
        self._closed = True
        self.flush()

    async def _moved(self) -> None:
        self._room.clear()
        await self._room.wait()
