"""Removes calls and what hangs on them: those that are too old, and those of one number.

Everything goes in small batches, each a transaction, so that live calls hardly wait for it; what
is kept in files goes before the rows that name it, so that nothing is left behind unnoticed.
Calls that are going on stay.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ivr.core.retention import Before, Keepsakes, Purged
from ivr.german.phone import same_phone
from ivr.store.clients import known_client
from ivr.store.desk_tables import OfferRow, SpanRow, TaskRow, WaitRow
from ivr.store.sessions import Sessions
from ivr.store.tables import (
    AddressChangeRow,
    AppointmentRow,
    CallRow,
    FactRow,
    HandOverRow,
    MessageRow,
    OrderRow,
    TurnRow,
)
from ivr.store.training_tables import DecisionRow

_BATCH = 200
_NOTES: tuple[type[FactRow], ...] = (MessageRow, AppointmentRow, AddressChangeRow)
_TASKS: dict[Any, str] = {MessageRow: "message", HandOverRow: "hand_over"}
"""What the work list keeps rows of its own about."""


class SqlPurge:
    """For one client. Each method raises StoreUnavailable, and what `Keepsakes.forget` raises."""

    def __init__(self, sessions: Sessions, client: str, keepsakes: Sequence[Keepsakes]) -> None:
        self._sessions = sessions
        self._long_s = sessions.limits.long_s
        self._client = client
        self._keepsakes = keepsakes

    async def count_old(self, before: Before) -> Purged:
        """What `remove_old` would remove; files are not counted."""
        async with self._sessions.reading(self._long_s) as session:
            client = await known_client(session, self._client)
            counts = [
                await _count(session, table, which)
                for table, which in _old_rows(client or 0, before)
            ]
            calls = _ended(client or 0, before)
            purged = await _counted(session, select(CallRow.call_id).where(calls))
            loose = await _count(session, HandOverRow, _loose(client or 0, before))
        return purged + Purged(hand_overs=loose) + _by_table(counts)

    async def remove_old(self, before: Before) -> Purged:
        """Remove what is older, for good."""
        async with self._sessions.reading(self._long_s) as session:
            client = await known_client(session, self._client) or 0
        total = Purged()
        while calls := await self._calls(_ended(client, before)):
            total += await self._remove_calls(client, calls)
        loose = await self._remove_rows(client, HandOverRow, _loose(client, before))
        counts = [
            await self._remove_rows(client, table, which)
            for table, which in _old_rows(client, before)
        ]
        await self._sessions.wipe()
        return total + Purged(hand_overs=loose) + _by_table(counts)

    async def calls_of(self, number: str) -> tuple[Sequence[str], int]:
        """Ended calls from or to this number, or in which it was left; how many more go on."""
        async with self._sessions.reading(self._long_s) as session:
            client = await known_client(session, self._client) or 0
            party = case((CallRow.outbound, CallRow.called), else_=CallRow.caller)
            parties = select(CallRow.call_id, party, CallRow.slots, CallRow.ended_at)
            rows = (await session.execute(parties.where(CallRow.client_id == client))).all()
            left = await _leaving(session, client, number)
        found = [
            (call, ended is None)
            for call, other, slots, ended in rows
            if call in left or _names(number, other, slots.get("phone"))
        ]
        return [call for call, live in found if not live], sum(live for _, live in found)

    async def count_of(self, number: str) -> Purged:
        """What `remove_of` would remove; files are not counted."""
        calls, _ = await self.calls_of(number)
        total = Purged()
        async with self._sessions.reading(self._long_s) as session:
            for batch in _batches(calls):
                total += await _counted(session, batch)
                for table in _NOTES:
                    notes = await _count(session, table, table.call_id.in_(batch))
                    total += Purged(notes=notes)
            client = await known_client(session, self._client) or 0
            for table, rows in (await _strays(session, client, number, calls)).items():
                total += _as(table, len(rows))
        return total

    async def remove_of(self, number: str) -> Purged:
        """Remove all that tells of whoever has this number, orders excepted: the law wants those
        kept, and they name no number."""
        calls, _ = await self.calls_of(number)
        async with self._sessions.reading(self._long_s) as session:
            client = await known_client(session, self._client) or 0
            strays = await _strays(session, client, number, calls)
        total = Purged()
        for table, rows in strays.items():
            for batch in _batches(rows):
                went = await self._remove_rows(client, table, table.id.in_(batch))
                total += _as(table, went)
        for batch in _batches(calls):
            for note in _NOTES:
                went = await self._remove_rows(client, note, note.call_id.in_(batch))
                total += Purged(notes=went)
            total += await self._remove_calls(client, batch)
        await self._sessions.wipe()
        return total

    async def _calls(self, which: ColumnElement[bool]) -> Sequence[str]:
        async with self._sessions.reading(self._long_s) as session:
            found = select(CallRow.call_id).where(which).order_by(CallRow.ended_at).limit(_BATCH)
            return (await session.scalars(found)).all()

    async def _remove_calls(self, client: int, calls: Sequence[str]) -> Purged:
        files = sum([await keepsake.forget(calls) for keepsake in self._keepsakes])
        async with self._sessions.writing(self._long_s) as session:
            gone = await _counted(session, calls)
            hand_overs = select(HandOverRow.id).where(HandOverRow.call_id.in_(calls))
            await _forget_tasks(session, client, HandOverRow, (await session.scalars(hand_overs)))
            decided = update(DecisionRow).where(DecisionRow.client_id == client)
            decided = decided.where(DecisionRow.call_id.in_(calls))
            await session.execute(decided.values(transcript=None))
            for table in (HandOverRow, WaitRow, CallRow):  # Turns go with their call.
                await session.execute(delete(table).where(table.call_id.in_(calls)))
        return gone + Purged(files=files)

    async def _remove_rows(self, client: int, table: Any, which: ColumnElement[bool]) -> int:
        total = 0
        while True:
            async with self._sessions.writing(self._long_s) as session:
                found = await session.scalars(select(table.id).where(which).limit(_BATCH))
                rows = found.all()
                await _forget_tasks(session, client, table, rows)
                await session.execute(delete(table).where(table.id.in_(rows)))
            total += len(rows)
            if len(rows) < _BATCH:
                return total


def _ended(client: int, before: Before) -> ColumnElement[bool]:
    return and_(CallRow.client_id == client, CallRow.ended_at < before.calls)


def _loose(client: int, before: Before) -> ColumnElement[bool]:
    """Hand-overs whose call has gone already."""
    old = and_(HandOverRow.call_id.is_(None), HandOverRow.recorded_at < before.calls)
    return and_(HandOverRow.client_id == client, old)


def _old_rows(client: int, before: Before) -> list[tuple[Any, ColumnElement[bool]]]:
    notes = [
        (table, and_(table.client_id == client, table.recorded_at < before.notes))
        for table in _NOTES
    ]
    # A wait may be of a call of which no record was kept, because the store was away.
    waits = and_(
        WaitRow.client_id == client,
        WaitRow.ended_at < before.calls,
        WaitRow.call_id.not_in(select(CallRow.call_id)),
    )
    return [
        *notes,
        (OrderRow, and_(OrderRow.client_id == client, OrderRow.recorded_at < before.orders)),
        (WaitRow, waits),
        (OfferRow, and_(OfferRow.client_id == client, OfferRow.made_at < before.staff)),
        (SpanRow, and_(SpanRow.client_id == client, SpanRow.ended_at < before.staff)),
    ]


def _by_table(counts: Sequence[int]) -> Purged:
    """Counts of what `_old_rows` lists, in its order."""
    messages, appointments, addresses, orders, waits, offers, spans = counts
    return Purged(
        notes=messages + appointments + addresses,
        orders=orders,
        waits=waits,
        staff=offers + spans,
    )


async def _leaving(session: AsyncSession, client: int, number: str) -> set[str]:
    """The calls in which the number was left for a call back."""
    found: set[str] = set()
    for table in (MessageRow, HandOverRow):
        named = select(table.call_id, table.phone).where(table.client_id == client)
        rows = (await session.execute(named)).all()
        found |= {call for call, phone in rows if call is not None and _names(number, phone)}
    return found


async def _strays(
    session: AsyncSession, client: int, number: str, calls: Collection[str]
) -> dict[Any, list[int]]:
    """Rows with this number that hang on none of these calls: theirs have gone, or go on."""
    left: dict[Any, Any] = {
        MessageRow: MessageRow.phone,
        HandOverRow: HandOverRow.phone,
        WaitRow: WaitRow.caller,
    }
    found = {}
    for table, phone in left.items():
        named = select(table.id, table.call_id, phone).where(table.client_id == client)
        if table is WaitRow:  # Who waits now must not lose the place.
            named = named.where(WaitRow.ended_at.is_not(None))
        else:
            named = named.where(table.call_id.is_(None))
        rows = (await session.execute(named)).all()
        found[table] = [
            row for row, call, phone in rows if call not in calls and _names(number, phone)
        ]
    return found


async def _counted(session: AsyncSession, calls: Any) -> Purged:
    """What goes with these calls: a query for their numbers, or the numbers."""
    return Purged(
        calls=await _count(session, CallRow, CallRow.call_id.in_(calls)),
        turns=await _count(session, TurnRow, TurnRow.call_id.in_(calls)),
        hand_overs=await _count(session, HandOverRow, HandOverRow.call_id.in_(calls)),
        waits=await _count(session, WaitRow, WaitRow.call_id.in_(calls)),
    )


async def _count(session: AsyncSession, table: Any, which: ColumnElement[bool]) -> int:
    return await session.scalar(select(func.count()).select_from(table).where(which)) or 0


async def _forget_tasks(session: AsyncSession, client: int, table: Any, rows: Any) -> None:
    if table in _TASKS:
        mine = and_(TaskRow.client_id == client, TaskRow.kind == _TASKS[table])
        await session.execute(delete(TaskRow).where(mine, TaskRow.fact.in_(list(rows))))


def _names(number: str, *kept: str | None) -> bool:
    return any(each is not None and same_phone(number, each) for each in kept)


def _as(table: Any, count: int) -> Purged:
    kinds = {MessageRow: "notes", HandOverRow: "hand_overs", WaitRow: "waits"}
    return Purged(**{kinds[table]: count})


def _batches(rows: Sequence[Any]) -> list[Sequence[Any]]:
    return [rows[at : at + _BATCH] for at in range(0, len(rows), _BATCH)]
