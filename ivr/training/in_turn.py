"""Work in the background, one piece at a time: whoever comes meanwhile is refused."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """A piece of work."""

    do: Callable[[], Awaitable[None]]
    """Must not fail: what it raises ends the one who works."""
    cancelled: Callable[[], None]
    """Called instead of, or after, a `do` that was cut off."""


class InTurn:
    """Takes an order whenever none is being worked."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self._order: Order | None = None
        self._work: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        return self._order is not None

    def give(self, order: Order) -> bool:
        """Have it done by whoever runs `run`; false while another one is."""
        if self._order is not None:
            return False
        self._order = order
        self._asked.set()
        return True

    def cancel(self) -> None:
        """End what is worked or waits; harmless if nothing is."""
        if self._work is not None:
            self._work.cancel()
        elif self._order is not None:
            order, self._order = self._order, None
            order.cancelled()

    async def run(self) -> None:
        """Do what is asked for, until cancelled."""
        while True:
            await self._asked.wait()
            await self.work_once()

    async def work_once(self) -> None:
        """Do what was asked for, if anything was."""
        self._asked.clear()
        order = self._order
        if order is None:
            return
        self._work = asyncio.create_task(_done(order), name="in turn")
        try:
            await asyncio.wait({self._work})
        finally:
            work, self._work = self._work, None
            if not work.done():
                work.cancel()
                await asyncio.wait({work})
            self._order = None
        if work.cancelled():
            order.cancelled()
        else:
            work.result()


async def _done(order: Order) -> None:
    await order.do()
