"""The one queue of a call through which all facts reach the decider."""

import asyncio

from ivr.core.errors import HotlineError
from ivr.core.events import CallEvent

MOST_EVENTS = 256
"""More means that nobody decides any more; events are rare, audio is none."""


class InboxFull(HotlineError):
    """The decider has stopped deciding: the call is ended as failed."""


class Inbox:
    """Takes events without waiting, and stamps them with the call's time."""

    def __init__(self, answered_at: float) -> None:
        self.answered_at = answered_at
        self._queue: asyncio.Queue[CallEvent] = asyncio.Queue(maxsize=MOST_EVENTS)

    def now(self) -> float:
        """Seconds since the call was answered, by the loop's clock."""
        return asyncio.get_running_loop().time() - self.answered_at

    def put(self, event: CallEvent) -> None:
        """Raises InboxFull."""
        try:
            self._queue.put_nowait(event)
        except asyncio.QueueFull:
            raise InboxFull(f"{MOST_EVENTS} events of a call wait to be decided on") from None

    async def get(self) -> CallEvent:
        return await self._queue.get()
