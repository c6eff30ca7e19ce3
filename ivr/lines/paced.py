"""A leg that lives inside the program: a party in software, kept at the pace of a telephone.

Time is the loop's, so under a clock that jumps a long call takes seconds.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Protocol

from ivr.core.beat import Beat
from ivr.core.pcm import FRAME_S, frame_bytes

log = logging.getLogger(__name__)

IN_HAND_S = 0.1
"""How much a speaker may be ahead of what sounds."""


class Party(Protocol):
    """Who is at the other end, one 20 ms frame at a time."""

    def exchange(self, heard: bytes) -> bytes | None:
        """Hear a frame and say one in return; None hangs up. Never waits."""
        ...

    def pressed(self) -> str:
        """Keys pressed since the last frame, usually none."""
        ...


class Tap(Protocol):
    """Listens in on both sides: a recorder."""

    def write(self, caller: bytes, hotline: bytes) -> None:
        """Raises OSError if it cannot go on; then it is not asked again."""
        ...

    def close(self) -> None: ...


class PacedLeg:
    """One call of a software party; implements `ivr.core.ports.Leg`."""

    def __init__(
        self,
        party: Party,
        rate: int,
        *,
        caller: str | None = None,
        called: str | None = None,
        tap: Tap | None = None,
    ) -> None:
        self.rate = rate
        self.caller = caller
        self.called = called
        self._party = party
        self._tap = tap
        self._silence = bytes(frame_bytes(rate))
        self._waiting: deque[bytes] = deque()
        self._room = asyncio.Event()
        self._most = round(IN_HAND_S / FRAME_S)
        self._keys: asyncio.Queue[str | None] = asyncio.Queue(maxsize=64)
        self._over = False

    async def frames(self) -> AsyncIterator[bytes]:
        """What the party says; the pace of this iteration is the pace of the call.

        Who stops listening does not hang up: another iteration goes on where this one ended.
        """
        loop = asyncio.get_running_loop()
        beat = Beat(loop.time())
        while True:
            await asyncio.sleep(beat.wait_s(loop.time()))
            if self._over:
                return
            said = self._exchange()
            if said is None:
                self._finish()
                return
            yield said

    def _exchange(self) -> bytes | None:
        heard = self._waiting.popleft() if self._waiting else self._silence
        self._room.set()
        said = self._party.exchange(heard)
        for key in self._party.pressed():
            # A person cannot type faster than the queue is emptied; a script that does loses keys.
            if not self._keys.full():
                self._keys.put_nowait(key)
        if self._tap is not None:
            self._record(self._tap, said or self._silence, heard)
        return said

    def _record(self, tap: Tap, said: bytes, heard: bytes) -> None:
        try:
            tap.write(said, heard)
        except OSError as error:
            # The call is worth more than its recording.
            log.warning("the recording of a call has stopped", extra={"error": str(error)})
            self._tap = None
            with suppress(OSError):
                tap.close()

    def _finish(self) -> None:
        if self._over:
            return
        self._over = True
        self._waiting.clear()
        self._room.set()
        if self._keys.full():
            self._keys.get_nowait()
        self._keys.put_nowait(None)
        if self._tap is not None:
            with suppress(OSError):
                self._tap.close()

    async def keys(self) -> AsyncIterator[str]:
        while (key := await self._keys.get()) is not None:
            yield key

    async def play(self, frame: bytes) -> None:
        while len(self._waiting) >= self._most and not self._over:
            self._room.clear()
            await self._room.wait()
        if not self._over:
            self._waiting.append(frame)

    def flush(self) -> None:
        self._waiting.clear()
        self._room.set()

    def unplayed_s(self) -> float:
        return len(self._waiting) * FRAME_S

    async def hang_up(self) -> None:
        # Where nobody takes frames any more nothing sounds either: waiting needs an end.
        with suppress(TimeoutError):
            async with asyncio.timeout(self.unplayed_s() + IN_HAND_S):
                while self._waiting and not self._over:
                    self._room.clear()
                    await self._room.wait()
        self._finish()
