"""What happens in one call, for whoever looks on: the desk's pages, a supervisor's board."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import TypeAlias

from ivr.call.seating import Seating
from ivr.core.events import AgentCame, AgentLeft, KeyPressed, KeysEntered
from ivr.core.records import CallEnd, Turn

KEPT = 256
"""News that wait for one reader; beyond it the oldest go and are counted."""

CallNews: TypeAlias = Turn | KeyPressed | KeysEntered | Seating | AgentCame | AgentLeft | CallEnd
"""A `Turn` is complete when it comes; `CallEnd` is the last."""


class Subscription:
    """One reader's news. Read it in one task; close it when nobody looks any more."""

    def __init__(self, hub: "NewsHub") -> None:
        self.missed = 0
        """How many were thrown away because the reader was too slow."""
        self._hub = hub
        self._waiting: deque[CallNews] = deque()
        self._there = asyncio.Event()
        self._over = False

    def tell(self, news: CallNews) -> None:
        if len(self._waiting) >= KEPT:
            self._waiting.popleft()
            self.missed += 1
        self._waiting.append(news)
        self._there.set()

    def close(self) -> None:
        """End the reading, after what is there has been read. Closing twice is harmless."""
        self._over = True
        self._there.set()
        self._hub.forget(self)

    async def __aiter__(self) -> AsyncIterator[CallNews]:
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            if self._over:
                return
            self._there.clear()
            await self._there.wait()


class NewsHub:
    """Passes a call's news on. Never waits."""

    def __init__(self, on_seating: Callable[[Seating], None] | None = None) -> None:
        """`on_seating` is told how everybody sits, from the beginning of the call to its end."""
        self._on_seating = on_seating
        self._readers: set[Subscription] = set()
        self._over = False

    def subscribe(self) -> Subscription:
        """From now on; of a call that is over nothing comes any more."""
        reader = Subscription(self)
        if self._over:
            reader.close()
        else:
            self._readers.add(reader)
        return reader

    def publish(self, news: CallNews) -> None:
        if self._on_seating is not None and isinstance(news, Seating):
            self._on_seating(news)
        for reader in self._readers:
            reader.tell(news)

    def forget(self, reader: Subscription) -> None:
        self._readers.discard(reader)

    def close(self) -> None:
        """The call is over."""
        self._over = True
        for reader in list(self._readers):
            reader.close()
