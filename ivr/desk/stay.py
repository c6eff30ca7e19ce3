"""A caller of this process in the queue: what they are still to be told."""

import asyncio

from ivr.core.desk import DeskNews, Nobody, Place, Taken, Waiting
from ivr.core.errors import StoreUnavailable


class Stay:
    """Holds the newest place and the end; older places are of no use to anybody."""

    def __init__(self, waiting: Waiting) -> None:
        self.waiting = waiting
        self.left = False
        self.unstaffed_since: float | None = None
        """By the loop's clock."""
        self._place: Place | None = None
        self._told: Place | None = None
        self.end: Taken | Nobody | StoreUnavailable | None = None
        self._news = asyncio.Event()

    @property
    def has_place(self) -> bool:
        return self._place is not None

    def tell(self, news: DeskNews) -> None:
        """Only the first end counts."""
        if self.end is not None:
            return
        if isinstance(news, Place):
            self._place = news
        else:
            self.end = news
        self._news.set()

    def fail(self) -> None:
        """The desk cannot do anything for them any more."""
        if self.end is None:
            self.end = StoreUnavailable("the queue cannot be kept: the caller is not left in it")
            self._news.set()

    async def next(self) -> DeskNews:
        """The end, or a place that differs from the one told last.

        Raises StoreUnavailable if nothing can be known any more.
        """
        while True:
            if isinstance(self.end, StoreUnavailable):
                raise self.end
            if self.end is not None:
                return self.end
            if self._place is not None and self._place != self._told:
                self._told = self._place
                return self._place
            self._news.clear()
            await self._news.wait()
