"""What is still to be sent of what was given to `play`: bounded, and emptied at once."""

import asyncio
from collections import deque

from ivr.core.pcm import FRAME_S

MOST_FRAMES = 5
"""A speaker may be 0.1 s ahead of the wire; further ahead they wait."""


class Playout:
    """Frames on their way out: `put` waits while there are enough, `take` never waits."""

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()
        self._room = asyncio.Event()
        self._closed = False

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def seconds(self) -> float:
        return len(self._frames) * FRAME_S

    async def put(self, frame: bytes) -> None:
        """Nothing waits and nothing is kept once it is closed."""
        while len(self._frames) >= MOST_FRAMES and not self._closed:
            await self._moved()
        if not self._closed:
            self._frames.append(frame)

    def take(self) -> bytes | None:
        """The next frame; None where there is nothing to say."""
        self._room.set()
        return self._frames.popleft() if self._frames else None

    def flush(self) -> None:
        self._frames.clear()
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
