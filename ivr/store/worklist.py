"""The work list: messages and call backs of calls, and what became of them.

What a caller left is where the call put it (`messages`, `hand_overs`); a row of `desk_tasks` is
made when somebody first does something about it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from ivr.core.desk import CallOutEnd
from ivr.core.records import Message
from ivr.core.staffing import Task, TaskState, WaitEnd, WaitState
from ivr.store import desk_rows as rows
from ivr.store.clients import client_id_of
from ivr.store.desk_changes import QuickerError, changed, insert_once, put_wait
from ivr.store.desk_tables import TaskRow, WaitRow
from ivr.store.rows import fact_row
from ivr.store.sessions import Sessions
from ivr.store.tables import CallRow, HandOverRow, MessageRow

_KINDS = {"message": MessageRow, "hand_over": HandOverRow}
_FREE: dict[str, Any] = {"state": TaskState.OPEN.value, "agent": None}


class SqlWorkList:
    """Implements `desk_store.WorkList`, for one client."""

    def __init__(self, sessions: Sessions, client: str) -> None:
        self._sessions = sessions
        self._client = client
        self._known: int | None = None

    async def tasks(
        self, now: datetime, limit: int = 100, agent: str | None = None
    ) -> Sequence[Task]:
        shown = or_(TaskRow.due_at.is_(None), TaskRow.due_at <= now)
        open_ = or_(TaskRow.state.is_(None), TaskRow.state == TaskState.OPEN.value)
        claimed = TaskRow.state == TaskState.CLAIMED.value
        if agent is None:
            return await self._which(and_(or_(open_, claimed), shown), limit)
        # What an agent has taken upon them is there however much else there is.
        theirs = await self._which(and_(claimed, TaskRow.agent == agent), limit)
        return [*theirs, *await self._which(and_(open_, shown), limit)][:limit]

    async def claimed(self, limit: int = 100) -> Sequence[Task]:
        return await self._which(TaskRow.state == TaskState.CLAIMED.value, limit)

    async def _which(self, which: ColumnElement[bool], limit: int) -> list[Task]:
        client = await self._id()
        async with self._sessions.reading() as session:
            found = [
                task
                for kind in _KINDS
                for task in await _tasks(session, client, kind, which, limit)
            ]
        return sorted(found, key=lambda task: (task.recorded_at, task.id))[:limit]

    async def task(self, task_id: str) -> Task | None:
        place = _place(task_id)
        if place is None:
            return None
        kind, number = place
        client = await self._id()
        async with self._sessions.reading() as session:
            found = await _tasks(session, client, kind, _KINDS[kind].id == number, 1)
        return found[0] if found else None

    async def claim(self, task_id: str, agent: str, now: datetime) -> bool:
        mine_or_free = or_(
            TaskRow.state == TaskState.OPEN.value,
            and_(TaskRow.state == TaskState.CLAIMED.value, TaskRow.agent == agent),
        )
        values = {"state": TaskState.CLAIMED.value, "agent": agent, "due_at": None}
        return await self._change(task_id, mine_or_free, values, taken_on_at=now)

    async def release(self, task_id: str, agent: str | None) -> bool:
        claimed = TaskRow.state == TaskState.CLAIMED.value
        theirs = claimed if agent is None else and_(claimed, TaskRow.agent == agent)
        return await self._change(task_id, theirs, _FREE)

    async def release_all(self, agent: str) -> int:
        async with self._sessions.writing() as session:
            client = await client_id_of(session, self._client)
            theirs = update(TaskRow).where(
                TaskRow.client_id == client,
                TaskRow.state == TaskState.CLAIMED.value,
                TaskRow.agent == agent,
            )
            given_back = await session.scalars(theirs.values(_FREE).returning(TaskRow.id))
            return len(given_back.all())

    async def snooze(self, task_id: str, agent: str, until: datetime) -> bool:
        values = {**_FREE, "due_at": until}
        return await self._change(
            task_id, _nobody_elses(agent), values, taken_on_at=datetime.now(UTC)
        )

    async def finish(self, task_id: str, agent: str, note: str, now: datetime) -> bool:
        values = {"state": TaskState.DONE.value, "agent": agent, "done_at": now, "note": note}
        return await self._change(task_id, _nobody_elses(agent), values, taken_on_at=now)

    async def schedule(self, message: Message, due_at: datetime, call_id: str | None) -> str:
        client = await self._id()
        async with self._sessions.writing() as session:
            # Counting in the call's row keeps others out until this transaction is over.
            place = (
                update(CallRow)
                .where(CallRow.call_id == call_id, CallRow.client_id == client)
                .values(facts=CallRow.facts + 1)
                .returning(CallRow.facts)
            )
            seq = await session.scalar(place) if call_id else None
            row = fact_row(message)
            row.client_id, row.seq = client, seq or 0
            row.call_id = call_id if seq is not None else None
            session.add(row)
            await session.flush()
            new = {"kind": "message", "fact": row.id, "state": TaskState.OPEN.value}
            rest = {"due_at": due_at, "note": "", "tries": 0}
            await insert_once(session, TaskRow, client, {**new, **rest})
            return f"message:{row.id}"

    async def tried(self, task_id: str, end: CallOutEnd, now: datetime) -> None:
        values = {"tries": TaskRow.tries + 1, "tried_at": now, "tried_end": end.value}
        await self._change(task_id, true(), values)

    async def _id(self) -> int:
        """Pages ask for the list every few seconds: that must not take turns at writing."""
        if self._known is None:
            async with self._sessions.writing() as session:
                self._known = await client_id_of(session, self._client)
        return self._known

    async def _change(
        self,
        task_id: str,
        allowed: ColumnElement[bool],
        values: dict[str, Any],
        *,
        taken_on_at: datetime | None = None,
    ) -> bool:
        """`taken_on_at`: somebody sees to it, so the place that was kept for it ends then."""
        try:
            return await self._changed(task_id, allowed, values, taken_on_at)
        except QuickerError:
            return False

    async def _changed(
        self,
        task_id: str,
        allowed: ColumnElement[bool],
        values: dict[str, Any],
        taken_on_at: datetime | None,
    ) -> bool:
        place = _place(task_id)
        if place is None:
            return False
        kind, number = place
        client = await self._id()
        async with self._sessions.writing() as session:
            table = _KINDS[kind]
            known = select(table).where(table.id == number, table.client_id == client)
            fact: Any = await session.scalar(known)
            if fact is None:
                return False
            if taken_on_at is not None and (kind == "hand_over" or fact.callback):
                await _end_place(session, client, fact.call_id, taken_on_at)
            opened = {"state": TaskState.OPEN.value, "note": "", "tries": 0}
            new = {"kind": kind, "fact": number, **opened}
            await insert_once(session, TaskRow, client, new)
            change = update(TaskRow).where(
                TaskRow.client_id == client, TaskRow.kind == kind, TaskRow.fact == number
            )
            return changed(await session.execute(change.where(allowed).values(values)))


async def _end_place(
    session: AsyncSession, client: int, call_id: str | None, at: datetime
) -> None:
    """Nobody is to be called twice. Raises QuickerError while it is this place's turn."""
    going_on = (
        select(WaitRow)
        .where(WaitRow.client_id == client, WaitRow.call_id == call_id)
        .where(WaitRow.state != WaitState.ENDED.value)
        .order_by(WaitRow.id)
    )
    stays = [rows.wait_of(row) for row in await session.scalars(going_on)]
    for stay in (each for each in stays if each.kept):
        if stay.state is not WaitState.WAITING:
            raise QuickerError
        over = replace(stay, state=WaitState.ENDED, end=WaitEnd.CALL_BACK, ended_at=at)
        await put_wait(session, over)


def _nobody_elses(agent: str) -> ColumnElement[bool]:
    return and_(
        TaskRow.state != TaskState.DONE.value,
        or_(TaskRow.agent.is_(None), TaskRow.agent == agent),
    )


def _place(task_id: str) -> tuple[str, int] | None:
    kind, _, number = task_id.partition(":")
    if kind not in _KINDS or not number.isascii() or not number.isdecimal() or len(number) > 18:
        return None
    return kind, int(number)


async def _tasks(
    session: AsyncSession, client: int, kind: str, which: ColumnElement[bool], limit: int
) -> list[Task]:
    table = _KINDS[kind]
    join = and_(
        TaskRow.kind == kind, TaskRow.fact == table.id, TaskRow.client_id == table.client_id
    )
    found = (
        select(table, TaskRow)
        .outerjoin(TaskRow, join)
        .where(table.client_id == client, which)
        .order_by(table.recorded_at)
        .limit(limit)
    )
    if table is HandOverRow:
        # Where somebody has spoken with the caller since, nothing is left to be done. An agent
        # whom they have lost before does not count.
        found = found.where(
            ~exists().where(
                WaitRow.client_id == client,
                WaitRow.call_id == HandOverRow.call_id,
                WaitRow.taken_at >= HandOverRow.recorded_at,
            )
        )
    pairs = (await session.execute(found)).all()
    return [_task(kind, fact, state) for fact, state in pairs]


def _task(kind: str, fact: Any, row: TaskRow | None) -> Task:
    message = isinstance(fact, MessageRow)
    return Task(
        id=f"{kind}:{fact.id}",
        call_id=fact.call_id,
        name=(fact.name if message else fact.caller_name) or "",
        phone=fact.phone or "",
        about=fact.about if message else fact.summary,
        callback=fact.callback if message else True,
        when=fact.when if message else "",
        recorded_at=fact.recorded_at,
        state=TaskState(row.state) if row is not None else TaskState.OPEN,
        agent=row.agent if row is not None else None,
        due_at=row.due_at if row is not None else None,
        note=row.note if row is not None else "",
        tries=row.tries if row is not None else 0,
        tried_at=row.tried_at if row is not None else None,
        tried_end=CallOutEnd(row.tried_end) if row is not None and row.tried_end else None,
    )
