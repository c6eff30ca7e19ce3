"""Calls customers for agents: the agent hears it ring, then both are a call like any other."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from ivr.audio.framing import Framer
from ivr.audio.tones import busy, ringback
from ivr.call.parts import Outgoing
from ivr.call.register import Register
from ivr.core.beat import Beat
from ivr.core.desk import CallOutEnd, Taken, Waiting
from ivr.core.pcm import FRAME_S, frame_bytes
from ivr.core.ports import Leg
from ivr.core.telephony import DialFailure, Dialler, dialable

RINGS_S = 45.0
"""How long a customer is rung: nine rings."""
_BUSY_TONES = 3
"""How many an agent hears before their leg is let go."""
_AHEAD_S = 0.1
"""How far a tone may be ahead of what sounds."""


class OutgoingCalls:
    """Implements `core.desk.Outward`, by a telephone line."""

    def __init__(self, dialler: Dialler, register: Register, line: str) -> None:
        """`line` is what the records of these calls say."""
        self._dialler = dialler
        self._register = register
        self._line = line

    def allows(self, number: str) -> bool:
        return self._dialler.allows(number)

    async def reach(self, number: str) -> Taken | CallOutEnd:
        plain = dialable(number)
        if not self.allows(plain):
            return CallOutEnd.NOT_ALLOWED
        answer = await self._dialler.dial(plain, timeout_s=RINGS_S)
        if isinstance(answer, DialFailure):
            return CallOutEnd(answer.reason.value)
        return Taken(f"tel:{plain}", number, "", answer, by_phone=True)

    async def call(
        self, waiting: Waiting, taken: Taken, reached: Callable[[], Awaitable[None]]
    ) -> CallOutEnd:
        number = dialable(waiting.hand_over.phone or "")
        if not self.allows(number):
            return CallOutEnd.NOT_ALLOWED
        if self._register.draining:
            return CallOutEnd.LINE_DOWN
        answer = await self._ring(number, taken.leg)
        if answer is None:
            return CallOutEnd.GIVEN_UP
        if isinstance(answer, DialFailure):
            return CallOutEnd(answer.reason.value)
        try:
            await reached()
            out = Outgoing(secrets.token_hex(8), waiting, taken)
            await self._register.take(answer, self._line, out=out)
        finally:
            await answer.hang_up()
        return CallOutEnd.REACHED

    async def _ring(self, number: str, agent: Leg) -> Leg | DialFailure | None:
        """None if the agent has left before anybody answered."""
        dialling = asyncio.create_task(self._dialler.dial(number, timeout_s=RINGS_S))
        async with _listening(agent) as gone, _playing(agent, ringback(agent.rate)):
            try:
                await asyncio.wait({dialling, gone}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                left = not dialling.done()
                dialling.cancel()
                await asyncio.wait({dialling})
        answer = None if dialling.cancelled() else dialling.result()
        if left and answer is not None and not isinstance(answer, DialFailure):
            # Answered in the moment in which the agent left: nobody is there for them.
            await answer.hang_up()
        if left:
            return None
        if isinstance(answer, DialFailure):
            await self._tell(agent)
        return answer

    async def _tell(self, agent: Leg) -> None:
        """Let the agent hear that nobody was reached; their page says why."""
        tone = busy(agent.rate)
        async with _listening(agent) as gone, _playing(agent, tone):
            lasts_s = _BUSY_TONES * len(tone) / frame_bytes(agent.rate) * FRAME_S
            await asyncio.wait({gone}, timeout=lasts_s)


@asynccontextmanager
async def _listening(leg: Leg) -> AsyncIterator["asyncio.Task[None]"]:
    """Take what is said on a leg, so that it keeps its pace; done when it has ended."""

    async def listen() -> None:
        async for _ in leg.frames():
            pass

    task = asyncio.create_task(listen(), name="listen on")
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


@asynccontextmanager
async def _playing(leg: Leg, sound: bytes) -> AsyncIterator[None]:
    """Play a sound over and over, in whole frames, and stop at once."""
    frames = Framer(frame_bytes(leg.rate)).push(sound)

    async def play() -> None:
        loop = asyncio.get_running_loop()
        # A leg that has ended takes everything at once: the pace is ours, too.
        beat = Beat(loop.time(), late_s=FRAME_S, ahead_s=_AHEAD_S)
        while True:
            for frame in frames:
                await leg.play(frame)
                await asyncio.sleep(beat.wait_s(loop.time()))

    task = asyncio.create_task(play(), name="tone")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
        leg.flush()
