"""An agent's sound connection, open between calls, too: so accepting one joins them at once."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from ivr.lines.webrtc.leg import Note, WebRtcLeg
from ivr.lines.webrtc.opus import RATE

MOST_FRAMES = 10
"""Frames of the agent that wait to be taken; beyond it the oldest go."""


class HeadsetLeg:
    """The agent in one call; implements `ivr.core.ports.Leg`. Its end leaves the headset open."""

    rate = RATE
    caller: str | None = None
    called: str | None = None

    def __init__(self, wire: WebRtcLeg) -> None:
        self._wire = wire
        self._heard: asyncio.Queue[bytes | None] = asyncio.Queue(MOST_FRAMES)
        self._ended = asyncio.Event()
        self._taken = False

    @property
    def over(self) -> bool:
        return self._ended.is_set()

    def hear(self, frame: bytes) -> None:
        """Take what the agent says. What they said before anybody listened is not part of the
        call."""
        if self.over or not self._taken:
            return
        if self._heard.full():
            self._heard.get_nowait()
        self._heard.put_nowait(frame)

    def end(self) -> None:
        """The agent is no longer on this leg. Ending twice is harmless."""
        if self.over:
            return
        self._ended.set()
        self._wire.flush()
        if self._heard.full():
            self._heard.get_nowait()
        self._heard.put_nowait(None)

    async def frames(self) -> AsyncIterator[bytes]:
        self._taken = True
        while (frame := await self._heard.get()) is not None:
            yield frame

    async def keys(self) -> AsyncIterator[str]:
        """Agents send keys through their page."""
        await self._ended.wait()
        for key in "":
            yield key

    async def play(self, frame: bytes) -> None:
        if not self.over:
            await self._wire.play(frame)

    def flush(self) -> None:
        if not self.over:
            self._wire.flush()

    def unplayed_s(self) -> float:
        return 0.0 if self.over else self._wire.unplayed_s()

    async def hang_up(self) -> None:
        self.end()


class Headset:
    """Carries one call at a time over a browser's connection."""

    def __init__(self, wire: WebRtcLeg) -> None:
        self.wire = wire
        self._leg: HeadsetLeg | None = None

    @property
    def up(self) -> bool:
        """Whether the agent can be heard and hears now."""
        return not self.wire.over and not self.wire.away

    @property
    def busy(self) -> bool:
        return self._leg is not None and not self._leg.over

    def leg(self) -> HeadsetLeg:
        """A leg for a call that begins; a call before it ends."""
        if self._leg is not None:
            self._leg.end()
        self._leg = HeadsetLeg(self.wire)
        if self.wire.over:
            self._leg.end()
        return self._leg

    @contextmanager
    def trying(self) -> Iterator[HeadsetLeg]:
        """A leg for a call that may not come about: if the block fails, nobody has it and it
        ends, so that the headset is there for the next call."""
        leg = self.leg()
        try:
            yield leg
        except BaseException:
            leg.end()
            raise

    def tell(self, note: Note) -> bool:
        """Tell the page; says whether it could be sent."""
        return self.wire.tell(note)

    async def run(self) -> None:
        """Carry sound until the browser has gone for good."""
        try:
            if not await self.wire.connected():
                return
            async for frame in self.wire.frames():
                if self._leg is not None:
                    self._leg.hear(frame)
        finally:
            if self._leg is not None:
                self._leg.end()
            await self.wire.hang_up()
