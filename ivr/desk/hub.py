"""What agents' and supervisors' pages are told as it happens."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from ivr.core.staffing import Agent
from ivr.desk.rings import Offer

BOUND = 64
"""News a page may be behind; beyond that it is told to look anew instead."""


@dataclass(frozen=True, slots=True)
class OfferRings:
    offer: Offer


@dataclass(frozen=True, slots=True)
class OfferOver:
    """It no longer rings: taken, missed, refused, or the caller has left."""

    offer_id: str


@dataclass(frozen=True, slots=True)
class AgentChanged:
    agent: Agent


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """Callers have come or gone; pages count on by themselves how long they have waited."""

    waiting: int
    longest_since: datetime | None
    """None while nobody waits."""


@dataclass(frozen=True, slots=True)
class LookAnew:
    """News were lost: read the present state again."""


News: TypeAlias = OfferRings | OfferOver | AgentChanged | QueueChanged | LookAnew


class Subscription:
    """One page's news, bounded by `BOUND`."""

    def __init__(self) -> None:
        self._news: deque[News] = deque()
        self._there = asyncio.Event()

    def tell(self, news: News) -> None:
        if len(self._news) >= BOUND:
            self._news.clear()
            news = LookAnew()
        self._news.append(news)
        self._there.set()

    async def next(self) -> News:
        while not self._news:
            self._there.clear()
            await self._there.wait()
        return self._news.popleft()

    async def __aiter__(self) -> AsyncIterator[News]:
        while True:
            yield await self.next()


class Hub:
    """Who listens, by agent; supervisors listen to everything."""

    def __init__(self) -> None:
        self._pages: dict[str, list[Subscription]] = {}
        self._everything: list[Subscription] = []

    @asynccontextmanager
    async def listen(self, agent_id: str | None) -> AsyncIterator[Subscription]:
        """An agent's own news, or with None everybody's."""
        page = Subscription()
        pages = self._everything if agent_id is None else self._pages.setdefault(agent_id, [])
        pages.append(page)
        try:
            yield page
        finally:
            pages.remove(page)

    def listens(self, agent_id: str) -> bool:
        return bool(self._pages.get(agent_id))

    def anybody(self) -> bool:
        """Whether any page listens."""
        return bool(self._everything) or any(self._pages.values())

    def tell(self, agent_id: str, news: News) -> None:
        for page in (*self._pages.get(agent_id, ()), *self._everything):
            page.tell(news)

    def tell_all(self, news: News) -> None:
        for pages in (*self._pages.values(), self._everything):
            for page in pages:
                page.tell(news)
