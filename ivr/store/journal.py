"""Writes down what happens in calls, so that no call ever waits for the database.

One task writes, in order, what all calls tell. While the store is away, or silent for seconds,
records go to a rescue file (`rescue`), from which they are brought in as soon as the store is
back, at the latest by the next start of the program. Where not even that file can be written,
records wait in memory, up to a bound; beyond it the newest are lost, counted and told in the log.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from ivr.core.errors import RecordRefused, StoreUnavailable
from ivr.core.measures import Level
from ivr.core.ports import Meter, Store
from ivr.core.records import CallEnd, CallStart, Fact, Turn
from ivr.store.keeper import Keeper
from ivr.store.rescue import Entry, Kept, RescueFolder


@dataclass(frozen=True, slots=True)
class _Told:
    entry: Entry
    answer: "asyncio.Future[Kept] | None" = None
    """Who waits for a fact; may have gone meanwhile."""


class Journal:
    """Implements `ports.Journal`; works inside `async with`, on that loop only.

    Entering it brings in what earlier runs rescued and closes the calls they left open. Without a
    `rescue` folder, records wait in memory only. `bound` records wait in the queue, and as many
    again while nothing can be written; every `retry_s` seconds the store is tried again.
    """

    def __init__(
        self,
        store: Store,
        rescue: Path | None = None,
        *,
        meter: Meter | None = None,
        bound: int = 10_000,
        retry_s: float = 5.0,
    ) -> None:
        folder = None if rescue is None else RescueFolder(rescue)
        self._keeper = Keeper(store, folder, meter, bound=bound, retry_s=retry_s)
        self._meter = meter
        self._queue: asyncio.Queue[_Told | None] = asyncio.Queue(bound)
        """None: the store seems to be back."""
        self._writer: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._keeper.bring_in()
        self._writer = asyncio.create_task(self._write(), name="journal")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what is left, and try the store once more if it is away."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        await self._until_written(writer)
        writer.cancel()
        await asyncio.wait([writer])
        if not writer.cancelled():
            writer.result()  # It ended by itself: a fault of the program comes to light here.
        if self._keeper.away:
            await self._keeper.bring_in()
        self._keeper.close()

    def begin(self, start: CallStart) -> None:
        self._tell(start.call_id, start)

    def turn(self, call_id: str, turn: Turn) -> None:
        self._tell(call_id, turn)

    def end(self, call_id: str, end: CallEnd) -> None:
        self._tell(call_id, end)

    async def fact(self, call_id: str, fact: Fact) -> Fact:
        answer: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        writer = self._writer
        if writer is None or not self._put(_Told(Entry(call_id, fact, uuid4().hex), answer)):
            raise StoreUnavailable("the journal takes nothing more: see the log for the reason")
        waiters: list[asyncio.Future[Any]] = [answer, writer]
        try:
            await asyncio.wait(waiters, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise StoreUnavailable("the journal has ended: see the log for the reason")
        finally:
            answer.cancel()  # Whoever asked may have gone; the fact is kept all the same.
        kept = answer.result()
        if isinstance(kept, (CallStart, Turn, CallEnd)):
            raise TypeError("a fact became something else")
        return kept

    async def flush(self) -> None:
        if self._writer is not None:
            await self._until_written(self._writer)

    def waiting(self) -> int:
        """Records that are neither in the store nor in the rescue file yet."""
        return self._queue.qsize() + self._keeper.held

    def _tell(self, call_id: str, what: Kept) -> None:
        if self._writer is None:
            self._keeper.lose(1, "the journal is closed")
        elif not self._put(_Told(Entry(call_id, what, uuid4().hex))):
            self._keeper.lose(1, "the journal's queue is full")

    def _put(self, told: _Told) -> bool:
        try:
            self._queue.put_nowait(told)
        except asyncio.QueueFull:
            return False
        if self._meter is not None:
            self._meter.level(Level.JOURNAL_QUEUE, self.waiting())
        return True

    async def _until_written(self, writer: asyncio.Task[None]) -> None:
        written = asyncio.ensure_future(self._queue.join())
        try:
            waiters: list[asyncio.Future[Any]] = [written, writer]
            await asyncio.wait(waiters, return_when=asyncio.FIRST_COMPLETED)
        finally:
            written.cancel()

    async def _write(self) -> None:
        async with asyncio.TaskGroup() as group:
            asking = False
            while True:
                if self._keeper.away and not asking:
                    group.create_task(self._until_back(), name="journal-away")
                    asking = True
                if not await self._write_next():
                    asking = False

    async def _until_back(self) -> None:
        await self._keeper.until_back()
        await self._queue.put(None)

    async def _write_next(self) -> bool:
        """Whether that was a record, not what came of `_until_back`."""
        told = await self._queue.get()
        try:
            if told is None:
                await self._keeper.bring_in()
            else:
                await self._write_one(told)
        finally:
            self._queue.task_done()
            if self._meter is not None:
                self._meter.level(Level.JOURNAL_QUEUE, self.waiting())
        return told is not None

    async def _write_one(self, told: _Told) -> None:
        answer = told.answer
        try:
            kept = await self._keeper.keep(told.entry)
        except (RecordRefused, StoreUnavailable) as error:
            if answer is None:
                self._keeper.lose(1, str(error))
            elif not answer.done():
                answer.set_exception(error)
        else:
            if answer is not None and not answer.done():
                answer.set_result(kept)
