"""Somebody from the desk in a call: their leg is heard, and what they say is written down."""

import asyncio
import logging
from collections.abc import Callable

from typing_extensions import override

from ivr.audio.resample import Resampler
from ivr.call.ears import Ears
from ivr.call.engines import Engines
from ivr.call.inbox import Inbox
from ivr.core.events import CallEvent, Heard
from ivr.core.pcm import LISTEN_RATE
from ivr.core.ports import Leg
from ivr.core.speech import Utterance

log = logging.getLogger(__name__)


class Participant:
    """One leg of the desk's."""

    def __init__(
        self, leg: Leg, on_pcm: Callable[[bytes], None], on_gone: Callable[["Participant"], None]
    ) -> None:
        """`on_pcm` gets all they say, at 16 kHz; `on_gone` is told when the leg ends by itself,
        not when it is let go."""
        self.leg = leg
        self.on_pcm = on_pcm
        self._on_gone = on_gone
        self._task: asyncio.Task[None] | None = None
        self.over = False
        """Whether the leg has ended by itself."""

    def start(self, group: asyncio.TaskGroup, ears: Ears | None = None) -> None:
        """Listen from now on; with `ears` of this leg it is recognized, too."""
        self._task = group.create_task(self._listen(ears), name="participant")

    async def dismiss(self, *, hang_up: bool = True) -> None:
        """Listen no more, and end the leg unless somebody else goes on with it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        if not hang_up:
            return
        try:
            self.leg.flush()
            await self.leg.hang_up()
        except Exception:
            log.exception("the leg of somebody from the desk could not be hung up")

    async def _listen(self, ears: Ears | None) -> None:
        try:
            if ears is None:
                await self._pass_on()
            else:
                ears.tap = self._said
                await ears.listen()
        except Exception:
            # The caller's call goes on, whatever happened to this leg.
            log.exception("the leg of somebody from the desk has failed")
        self.over = True
        self._on_gone(self)

    async def _pass_on(self) -> None:
        resampler = Resampler(self.leg.rate, LISTEN_RATE)
        async for frame in self.leg.frames():
            self._said(resampler.push(frame))

    def _said(self, pcm: bytes) -> None:
        self.on_pcm(pcm)


class Overhearing(Inbox):
    """Takes what ears report of a leg that the hotline does not talk with: only words matter."""

    def __init__(self, clock: Inbox, on_said: Callable[[Utterance], None]) -> None:
        super().__init__(clock.answered_at)
        self._on_said = on_said

    @override
    def put(self, event: CallEvent) -> None:
        if isinstance(event, Heard):
            self._on_said(event.utterance)


def overhear(leg: Leg, engines: Engines, clock: Inbox, said: Callable[[Utterance], None]) -> Ears:
    """Ears for a leg of the desk's, which expect nothing and tell `said` each utterance."""
    ears = Ears(leg, engines, Overhearing(clock, said))
    ears.waiting()
    ears.polite = True
    return ears
