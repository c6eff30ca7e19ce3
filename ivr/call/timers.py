"""The timers of one call: each rings once, by name, unless it is set anew."""

import asyncio

from ivr.call.inbox import Inbox
from ivr.core.actions import SetTimer
from ivr.core.events import TimerRang


class Timers:
    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._running: dict[str, asyncio.TimerHandle] = {}

    def set(self, wish: SetTimer) -> None:
        running = self._running.pop(wish.name, None)
        if running is not None:
            running.cancel()
        loop = asyncio.get_running_loop()
        self._running[wish.name] = loop.call_later(wish.seconds, self._ring, wish)

    def _ring(self, wish: SetTimer) -> None:
        self._running.pop(wish.name, None)
        self._inbox.put(TimerRang(self._inbox.now(), wish.name, wish.number))

    def stop(self) -> None:
        """Let none ring any more."""
        for running in self._running.values():
            running.cancel()
        self._running.clear()
