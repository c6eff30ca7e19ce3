"""Keeps each record in the best place there is: the store, the rescue file, or memory.

While the store is away nothing waits for it: records go to the rescue file at once, and every few
seconds the store is asked beside that whether it is back. What was told first is brought in first.
"""

import asyncio
import logging
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ivr.core.errors import RecordRefused, StoreUnavailable
from ivr.core.measures import Tally, Timing
from ivr.core.ports import Meter, Store
from ivr.core.records import CallEnd, CallStart, Fact, Outcome, Turn
from ivr.store.rescue import Entry, Kept, RescueFolder

_log = logging.getLogger(__name__)
_NO_CALL = ""
"""A change of its facts takes what every change takes, and changes nothing."""


class Keeper:
    """For one task only: what it is told, it does in order. Only `until_back` may run beside it.

    `bound`: records held in memory.
    """

    def __init__(
        self,
        store: Store,
        rescue: RescueFolder | None,
        meter: Meter | None,
        *,
        bound: int,
        retry_s: float,
    ) -> None:
        self._store = store
        self._rescue = rescue
        self._meter = meter
        self._held: deque[Entry] = deque()
        self._bound = bound
        self._retry_s = retry_s
        self.away = False
        """Whether the store could not be used when it was last tried."""

    @property
    def held(self) -> int:
        """Records that are in memory only."""
        return len(self._held)

    async def keep(self, entry: Entry) -> Kept:
        """Keep an entry; a fact that the store has kept comes back with its number.

        Raises RecordRefused if it does not fit, and for a fact StoreUnavailable if it could be
        kept nowhere: whoever told it knows then, so it is not kept later either.
        """
        if not self.away:
            try:
                return await self._to_store(entry)
            except StoreUnavailable as error:
                self._away(error)
        if await self._to_rescue([*self._held, entry]):
            self._held.clear()
        elif isinstance(entry.what, (CallStart, Turn, CallEnd)):
            self._hold(entry)
        else:
            raise StoreUnavailable("neither the database nor the rescue file can be written")
        return entry.what

    async def until_back(self) -> None:
        """Wait until a store that is away takes changes again. Does not bring anything in."""
        while True:
            await asyncio.sleep(self._retry_s)
            try:
                await self._store.revise(_NO_CALL, _as_it_is)
            except StoreUnavailable:
                continue
            except RecordRefused:
                pass  # It has answered.
            return

    async def bring_in(self) -> None:
        """Bring in what waits elsewhere, this process's and that of dead ones, and close the calls
        that dead ones left open, unless the store is away."""
        try:
            if self._rescue is not None:
                await self._bring_in_files(self._rescue)
            while self._held:
                if not await self._fits(self._held[0]):
                    self.lose(1, "they do not fit the store")
                self._held.popleft()
            broken_off = await self._store.mark_broken_off(datetime.now(UTC))
        except StoreUnavailable as error:
            if not self.away:
                self._away(error)
            return
        if broken_off:
            _log.warning("calls of an earlier run were broken off", extra={"calls": broken_off})
        if self.away:
            self.away = False
            _log.warning("the store is back")

    def lose(self, records: int, reason: str) -> None:
        """Own up to records that are lost."""
        _log.error("records are lost", extra={"records": records, "reason": reason})
        if self._meter is not None:
            self._meter.count(Tally.RECORDS_LOST, records)

    def close(self) -> None:
        """What is in memory only is lost."""
        if self._held:
            self.lose(len(self._held), "nothing could be written before the end")
            self._held.clear()

    async def _to_store(self, entry: Entry) -> Kept:
        began = asyncio.get_running_loop().time()
        kept = entry.what
        match entry.what:
            case CallStart() as start:
                await self._store.begin(start)
            case Turn() as turn:
                await self._store.add_turn(entry.call_id, turn, key=entry.key)
            case CallEnd() as end:
                await self._store.end(entry.call_id, end)
            case fact:
                kept = await self._store.add_fact(entry.call_id, fact, key=entry.key)
        if self._meter is not None:
            self._meter.observe(Timing.STORE, asyncio.get_running_loop().time() - began)
        return kept

    async def _fits(self, entry: Entry) -> bool:
        """Put an entry into the store, unless it does not fit there."""
        try:
            await self._to_store(entry)
        except RecordRefused:
            return False
        return True

    async def _to_rescue(self, entries: list[Entry]) -> bool:
        if self._rescue is None:
            return False
        try:
            await asyncio.to_thread(self._rescue.append, entries)
        except OSError as error:
            _log.debug("the rescue file cannot be written", extra={"reason": error.strerror})
            return False
        if self._meter is not None:
            self._meter.count(Tally.RECORDS_RESCUED, len(entries))
        return True

    def _hold(self, entry: Entry) -> None:
        if len(self._held) < self._bound:
            self._held.append(entry)
        else:
            self.lose(1, "the store is away, and no more records fit into memory")

    def _away(self, error: StoreUnavailable) -> None:
        self.away = True
        where = "the rescue file" if self._rescue is not None else "memory"
        _log.error("the store is away", extra={"reason": str(error), "records_go_to": where})

    async def _bring_in_files(self, rescue: RescueFolder) -> None:
        try:
            files = await asyncio.to_thread(rescue.left_behind, datetime.now(UTC))
            for file in files:
                await self._bring_in_file(rescue, file)
            if await asyncio.to_thread(rescue.own.exists):
                await self._bring_in_file(rescue, rescue.own)
        except OSError as error:
            # The files stay for the next try; nothing is brought in twice.
            reason = error.strerror or type(error).__name__
            _log.error("rescued records cannot be read", extra={"reason": reason})

    async def _bring_in_file(self, rescue: RescueFolder, file: Path) -> None:
        entries, spoilt = await asyncio.to_thread(rescue.read, file)
        refused = [entry for entry in entries if not await self._fits(entry)]
        if file != rescue.own:
            for call_id, end in _broken_off(entries):
                await self._fits(Entry(call_id, end, ""))
        await asyncio.to_thread(rescue.remove, file, refused, spoilt)
        _log.warning(
            "rescued records are in the store",
            extra={
                "records": len(entries) - len(refused),
                "set_aside": len(refused) + len(spoilt),
            },
        )


def _as_it_is(_: Fact) -> None:
    return None


def _broken_off(entries: list[Entry]) -> list[tuple[str, CallEnd]]:
    """Ends for the calls that begin in a dead process's file: they are no longer going on.

    A call that has its end keeps it. Calls that began earlier are in the store under the dead
    process's name, and closed from there.
    """
    starts = {e.call_id: e.what.started_at for e in entries if isinstance(e.what, CallStart)}
    latest = dict.fromkeys(starts, 0.0)
    for entry in entries:
        if isinstance(entry.what, Turn) and entry.call_id in latest:
            latest[entry.call_id] = max(latest[entry.call_id], entry.what.end_s)
    return [
        (
            call_id,
            CallEnd(Outcome.BROKEN_OFF, starts[call_id] + timedelta(seconds=end_s), cause="fault"),
        )
        for call_id, end_s in latest.items()
    ]
