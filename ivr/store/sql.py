"""The store on a database. Each method is one transaction: done, or nothing has changed."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import ColumnElement, func, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from ivr.core.errors import RecordRefused
from ivr.core.records import CallEnd, CallRecord, CallStart, Fact, Order, Outcome, Turn
from ivr.store import owner as owners
from ivr.store.clients import client_id_of
from ivr.store.database import Limits, address, bring_up_to_date, make_engine, shown
from ivr.store.faults import explained
from ivr.store.revising import revise_facts
from ivr.store.rows import (
    FACT_ROWS,
    call_row,
    end_of,
    fact_of,
    fact_row,
    order_of,
    start_of,
    turn_of,
    turn_row,
)
from ivr.store.sessions import Hold, Sessions
from ivr.store.tables import LAST_ORDER, CallRow, ClientRow, FactRow, OrderRow, TurnRow


async def open_store(
    url_or_path: str | Path,
    *,
    client: str | None = None,
    taken_orders: Collection[str] = (),
    busy_timeout_s: float = 3.0,
    limits: Limits | None = None,
    working: Hold = nullcontext,
) -> "SqlStore":
    """Open the database, make it if need be, and bring its tables up to date.

    `client`: see and take that company's calls only; all companies' if not given. `taken_orders`:
    numbers never to be given to a new order. `busy_timeout_s`: how long to wait for another
    program that writes to a file. `working`: see `Sessions`. Raises ConfigError, MissingPiece, and
    StoreUnavailable: the database cannot be used, or a newer version of the program made it.
    """
    url = address(url_or_path)
    limits = limits or Limits()
    engine = make_engine(url, busy_timeout_s=busy_timeout_s, limits=limits)
    try:
        with explained(shown(url)):
            if url.get_backend_name() == "sqlite" and not url.query:
                await asyncio.to_thread(_make_file, Path(str(url.database)))
            await bring_up_to_date(engine)
            owner = await asyncio.to_thread(owners.this_process)
    except BaseException:
        await engine.dispose()
        raise
    sessions = Sessions(engine, limits, working)
    return SqlStore(sessions, owner, client=client, taken_orders=taken_orders)


def _make_file(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # What callers say is for this user's eyes; SQLite gives its side files the same rights.
    file.touch(mode=0o600, exist_ok=True)


class SqlStore:
    """Implements `ports.Store`; made by `open_store`."""

    def __init__(
        self,
        sessions: Sessions,
        owner: owners.Owner,
        *,
        client: str | None = None,
        taken_orders: Collection[str] = (),
    ) -> None:
        self.sessions = sessions
        """Other repositories on this database share them."""
        self._owner = owner
        self._client = client
        self._taken_orders = frozenset(taken_orders)

    async def begin(self, start: CallStart) -> None:
        if self._client not in (None, start.client):
            raise RecordRefused("this store was opened for another company than the call is for")
        async with self.sessions.writing() as session:
            known = await session.get(CallRow, start.call_id)
            if known is None:
                client_id = await client_id_of(session, start.client)
                session.add(call_row(start, client_id, self._owner))
            elif known.started_at != start.started_at:
                raise RecordRefused(f"there is another call {start.call_id}")

    async def add_turn(self, call_id: str, turn: Turn, *, key: str | None = None) -> None:
        async with self.sessions.writing() as session:
            if await _by_key(session, TurnRow, key):
                return
            seq, client_id = await self._place(session, call_id, CallRow.turns)
            session.add(turn_row(turn, call_id, seq, client_id, key))

    async def add_fact(self, call_id: str, fact: Fact, *, key: str | None = None) -> Fact:
        async with self.sessions.writing() as session:
            kept = await _by_key(session, FACT_ROWS[type(fact)], key)
            if kept is not None:
                return fact_of(kept)
            seq, client_id = await self._place(session, call_id, CallRow.facts)
            if isinstance(fact, Order):
                fact = replace(fact, number=await self._order_number(session, client_id))
            row = fact_row(fact)
            row.call_id, row.seq, row.client_id, row.key = call_id, seq, client_id, key
            session.add(row)
        return fact

    async def revise(self, call_id: str, change: Callable[[Fact], Fact | None]) -> Sequence[Fact]:
        async with self.sessions.writing() as session:
            return await revise_facts(session, call_id, self._mine, change)

    async def end(self, call_id: str, end: CallEnd) -> None:
        async with self.sessions.writing() as session:
            found = select(CallRow).where(
                CallRow.call_id == call_id, self._mine(CallRow.client_id)
            )
            row = (await session.scalars(found)).one_or_none()
            if row is None:
                raise _unknown(call_id)
            if row.outcome in (None, Outcome.BROKEN_OFF.value):
                _close(row, end)

    async def mark_broken_off(self, at: datetime) -> int:
        async with self.sessions.writing() as session:
            opened = select(CallRow).where(
                CallRow.ended_at.is_(None), self._mine(CallRow.client_id)
            )
            rows = (await session.scalars(opened)).all()
            dead = await asyncio.to_thread(_dead, rows, at)
            for row in dead:
                latest = await session.scalar(
                    select(func.max(TurnRow.end_s)).where(TurnRow.call_id == row.call_id)
                )
                known = row.started_at + timedelta(seconds=latest or 0)
                _close(row, CallEnd(Outcome.BROKEN_OFF, min(known, at), cause="fault"))
            return len(dead)

    async def find_order(self, number: str) -> Order | None:
        # A caller waits for it.
        async with self.sessions.reading(self.sessions.limits.write_s) as session:
            found = select(OrderRow).where(
                OrderRow.number == number, self._mine(OrderRow.client_id)
            )
            row = (await session.scalars(found.limit(1))).first()
            return None if row is None else order_of(row)

    async def call(self, call_id: str) -> CallRecord | None:
        async with self.sessions.reading() as session:
            records = await self._records(session, CallRow.call_id == call_id, limit=1)
            if not records:
                return None
            turns = select(TurnRow).where(TurnRow.call_id == call_id).order_by(TurnRow.seq)
            rows = await session.scalars(turns)
            return replace(records[0], turns=tuple(turn_of(row) for row in rows))

    async def calls(self, limit: int = 50) -> Sequence[CallRecord]:
        async with self.sessions.reading() as session:
            return await self._records(session, true(), limit)

    async def calls_from(self, caller: str, limit: int = 10) -> Sequence[CallRecord]:
        async with self.sessions.reading() as session:
            return await self._records(session, CallRow.caller == caller, limit)

    async def calls_like(self, start_of_id: str, limit: int = 2) -> Sequence[CallRecord]:
        """Calls whose number begins like this, newest first, without their turns."""
        async with self.sessions.reading() as session:
            alike = CallRow.call_id.startswith(start_of_id, autoescape=True)
            return await self._records(session, alike, limit)

    async def close(self) -> None:
        await self.sessions.close()

    def _mine(self, column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        if self._client is None:
            return true()
        return (
            column == select(ClientRow.id).where(ClientRow.name == self._client).scalar_subquery()
        )

    async def _place(
        self, session: AsyncSession, call_id: str, counter: InstrumentedAttribute[int]
    ) -> tuple[int, int]:
        """The next place among the call's turns or facts, and the call's client.

        Counting in the call's row keeps others out until this transaction is over.
        """
        count = (
            update(CallRow).values({counter: counter + 1}).returning(counter, CallRow.client_id)
        )
        mine = count.where(CallRow.call_id == call_id, self._mine(CallRow.client_id))
        row = (await session.execute(mine)).one_or_none()
        if row is None:
            raise _unknown(call_id)
        seq, client_id = row
        return seq, client_id

    async def _order_number(self, session: AsyncSession, client_id: int) -> str:
        """Numbers are given once: an order that is rolled back gives its number back."""
        following = (
            update(ClientRow)
            .values(next_order=ClientRow.next_order + 1)
            .where(ClientRow.id == client_id)
            .returning(ClientRow.next_order)
        )
        while True:
            number = await session.scalar(following)
            if number is None or number - 1 > LAST_ORDER:
                raise RecordRefused("there are no order numbers left: all of six digits are given")
            if str(number - 1) not in self._taken_orders:
                return str(number - 1)

    async def _records(
        self, session: AsyncSession, which: ColumnElement[bool], limit: int
    ) -> list[CallRecord]:
        found = (
            select(CallRow, ClientRow.name)
            .join(ClientRow, ClientRow.id == CallRow.client_id)
            .where(which, self._mine(CallRow.client_id))
            .order_by(CallRow.started_at.desc(), CallRow.call_id)
            .limit(limit)
        )
        rows = (await session.execute(found)).all()
        facts = await _facts(session, [call.call_id for call, _ in rows])
        return [
            CallRecord(start_of(call, client), (), facts.get(call.call_id, ()), end_of(call))
            for call, client in rows
        ]


async def _facts(session: AsyncSession, calls: Sequence[str]) -> Mapping[str, tuple[Fact, ...]]:
    rows: list[FactRow] = []
    for table in FACT_ROWS.values():
        rows.extend(await session.scalars(select(table).where(table.call_id.in_(calls))))
    facts: dict[str, tuple[Fact, ...]] = {}
    for row in sorted(rows, key=lambda row: row.seq):
        call_id = str(row.call_id)
        facts[call_id] = (*facts.get(call_id, ()), fact_of(row))
    return facts


_Keyed = TypeVar("_Keyed", TurnRow, FactRow)


async def _by_key(session: AsyncSession, table: type[_Keyed], key: str | None) -> _Keyed | None:
    if key is None:
        return None
    return (await session.scalars(select(table).where(table.key == key))).one_or_none()


def _dead(rows: Sequence[CallRow], at: datetime) -> list[CallRow]:
    dead = []
    for row in rows:
        alive = owners.lives(owners.Owner(row.owner_host, row.owner_pid, row.owner_started))
        if alive is None:
            alive = at - row.started_at < owners.SILENT_FOR
        if not alive:
            dead.append(row)
    return dead


def _close(row: CallRow, end: CallEnd) -> None:
    row.ended_at, row.outcome, row.cause = end.ended_at, end.outcome.value, end.cause
    row.slots = dict(end.slots)


def _unknown(call_id: str) -> RecordRefused:
    return RecordRefused(f"there is no call {call_id}: it must be begun first")
