"""The desk's state on a database, shared by all processes on it.

A change carries the version it was made from and is refused if another one came in between; so
whatever several processes decide at once, one of them wins and the others look again.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from ivr.core.staffing import (
    Agent,
    Floor,
    Handling,
    OfferMade,
    SiteState,
    StateSpan,
    Wait,
    WaitState,
)
from ivr.store import desk_rows as rows
from ivr.store import pulse
from ivr.store.clients import client_id_of
from ivr.store.desk_changes import (
    QuickerError,
    agent_row,
    all_of,
    changed,
    insert_once,
    need_line,
    put_agent,
    put_wait,
    stays,
)
from ivr.store.desk_tables import AgentRow, OfferRow, SiteRow, SpanRow, WaitRow
from ivr.store.owner import Owner
from ivr.store.sessions import Sessions

_Row = TypeVar("_Row", WaitRow, OfferRow, SpanRow)


class SqlDesk:
    """Implements `desk_store.DeskStore`, for one client."""

    def __init__(
        self,
        sessions: Sessions,
        client: str,
        owner: Owner,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` is the one by which other machines' processes are waited for."""
        self._sessions = sessions
        self._client = client
        self._owner = str(owner)
        self._client_id: int | None = None
        self._pulses = pulse.Pulses(clock)

    @property
    def me(self) -> str:
        return self._owner

    async def floor(self) -> Floor:
        client = await self._id()
        async with self._sessions.reading() as session:
            agents = await all_of(session, AgentRow, client)
            sites = await all_of(session, SiteRow, client)
            open_ = select(WaitRow).where(
                WaitRow.client_id == client, WaitRow.state != WaitState.ENDED.value
            )
            waits = (await session.scalars(open_.order_by(WaitRow.id))).all()
        return Floor(
            tuple(rows.agent_of(row) for row in agents),
            tuple(rows.wait_of(row) for row in waits),
            {row.site: rows.site_of(row) for row in sites},
        )

    async def add_agent(self, agent: Agent) -> bool:
        client = await self._id()
        async with self._sessions.writing() as session:
            return await insert_once(session, AgentRow, client, rows.agent_values(agent))

    async def remove_agent(self, agent_id: str) -> bool:
        client = await self._id()
        async with self._sessions.writing() as session:
            gone = delete(AgentRow).where(AgentRow.client_id == client, AgentRow.agent == agent_id)
            return changed(await session.execute(gone))

    async def agent(self, agent_id: str) -> Agent | None:
        client = await self._id()
        async with self._sessions.reading() as session:
            row = await agent_row(session, client, agent_id)
            return None if row is None else rows.agent_of(row)

    async def save_agent(self, agent: Agent) -> Agent | None:
        saved = await self._together(None, agent, None)
        return replace(agent, version=agent.version + 1) if saved else None

    async def join(self, wait: Wait) -> Wait:
        client = await self._id()
        async with self._sessions.writing() as session:
            row = await session.scalar(
                stays(client, wait.call_id).where(WaitRow.state == WaitState.WAITING.value)
            )
            if row is not None:
                mine = replace(rows.wait_of(row), owner=self._owner, kept=False)
                await put_wait(session, mine)
                return replace(mine, version=mine.version + 1)
            new = replace(wait, owner=self._owner)
            row = WaitRow(client_id=client, **rows.wait_values(new))
            session.add(row)
            await session.flush()
            return replace(new, id=row.id)

    async def wait_of(self, call_id: str) -> Wait | None:
        client = await self._id()
        async with self._sessions.reading() as session:
            row = await session.scalar(stays(client, call_id))
            return None if row is None else rows.wait_of(row)

    async def stays(self, call_id: str) -> Sequence[Wait]:
        client = await self._id()
        found = select(WaitRow).where(WaitRow.client_id == client, WaitRow.call_id == call_id)
        async with self._sessions.reading() as session:
            kept = (await session.scalars(found.order_by(WaitRow.id))).all()
        return [rows.wait_of(row) for row in kept]

    async def save_wait(self, wait: Wait) -> Wait | None:
        saved = await self._together(wait, None, None)
        return replace(wait, version=wait.version + 1) if saved else None

    async def claim(self, wait: Wait, agent: Agent | None, lines: int) -> bool:
        return await self._together(wait, agent, None, lines=lines)

    async def claim_line(self, wait: Wait, lines: int) -> Wait | None:
        client = await self._id()
        new = replace(wait, owner=self._owner)
        try:
            async with self._sessions.writing() as session:
                await need_line(session, client, new, lines)
                row = WaitRow(client_id=client, **rows.wait_values(new))
                session.add(row)
                await session.flush()
                return replace(new, id=row.id)
        except QuickerError:
            return None

    async def drop(self, wait: Wait) -> None:
        client = await self._id()
        async with self._sessions.writing() as session:
            this = delete(WaitRow).where(WaitRow.client_id == client, WaitRow.id == wait.id)
            await session.execute(this)

    async def settle(self, wait: Wait, agent: Agent | None, offer: OfferMade | None) -> bool:
        return await self._together(wait, agent, offer)

    async def save_site(self, site: SiteState) -> SiteState | None:
        client = await self._id()
        async with self._sessions.writing() as session:
            await insert_once(session, SiteRow, client, rows.site_values(SiteState(site.id)))
            change = (
                update(SiteRow)
                .where(SiteRow.client_id == client, SiteRow.site == site.id)
                .where(SiteRow.version == site.version)
                .values({**rows.site_values(site), "version": site.version + 1})
            )
            saved = changed(await session.execute(change))
        return replace(site, version=site.version + 1) if saved else None

    async def handling(self, queue: str, last: int = 50) -> Handling:
        client = await self._id()
        latest = (
            select(WaitRow.handled_s)
            .where(WaitRow.client_id == client, WaitRow.queue == queue)
            .where(WaitRow.handled_s.is_not(None))
            .order_by(WaitRow.ended_at.desc())
            .limit(last)
            .subquery()
        )
        async with self._sessions.reading() as session:
            mean = select(func.avg(latest.c.handled_s), func.count())
            mean_s, calls = (await session.execute(mean.select_from(latest))).one()
        return Handling(float(mean_s or 0.0), calls)

    async def handled(self, agent: str, since: datetime) -> Handling:
        client = await self._id()
        theirs = (
            select(func.avg(WaitRow.handled_s), func.count())
            .where(WaitRow.client_id == client, WaitRow.agent == agent)
            .where(WaitRow.ended_at >= since, WaitRow.taken_at >= since)
            .where(WaitRow.handled_s.is_not(None))
        )
        async with self._sessions.reading() as session:
            mean_s, calls = (await session.execute(theirs)).one()
        return Handling(float(mean_s or 0.0), calls)

    async def last_agent(self, caller: str) -> str | None:
        client = await self._id()
        spoke = (
            select(WaitRow.agent)
            .where(WaitRow.client_id == client, WaitRow.caller == caller)
            .where(WaitRow.taken_at.is_not(None))
            .order_by(WaitRow.id.desc())
            .limit(1)
        )
        async with self._sessions.reading() as session:
            return await session.scalar(spoke)

    async def beat(self) -> None:
        await pulse.beat(self._sessions, await self._id(), self._owner)

    async def dead(self, owners: Collection[str]) -> frozenset[str]:
        others = frozenset(owners) - {self._owner, ""}
        gone, unknown = await pulse.gone(others)
        beats = await pulse.beats(self._sessions, await self._id(), unknown)
        return gone | self._pulses.stopped(beats)

    async def ended(
        self, since: datetime, until: datetime, agent: str | None = None
    ) -> Sequence[Wait]:
        whose = () if agent is None else (WaitRow.agent == agent,)
        found = await self._within(WaitRow, WaitRow.ended_at, since, until, *whose)
        # Transcripts are long, and whoever reads them here is on the loop that carries calls.
        return await asyncio.to_thread(lambda: [rows.wait_of(row) for row in found])

    async def offers(self, since: datetime, until: datetime) -> Sequence[OfferMade]:
        found = await self._within(OfferRow, OfferRow.made_at, since, until)
        return [rows.offer_of(row) for row in found]

    async def spans(self, since: datetime, until: datetime) -> Sequence[StateSpan]:
        found = await self._within(SpanRow, SpanRow.ended_at, since, until)
        return [rows.span_of(row) for row in found]

    async def _within(
        self,
        kind: type[_Row],
        moment: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
        since: datetime,
        until: datetime,
        *which: ColumnElement[bool],
    ) -> Sequence[_Row]:
        """The client's rows whose moment lies in [since, until), in order."""
        client = await self._id()
        found = (
            select(kind)
            .where(kind.client_id == client, moment >= since, moment < until, *which)
            .order_by(moment, kind.id)
        )
        async with self._sessions.reading() as session:
            return (await session.scalars(found)).all()

    async def _id(self) -> int:
        if self._client_id is None:
            async with self._sessions.writing() as session:
                self._client_id = await client_id_of(session, self._client)
        return self._client_id

    async def _together(
        self,
        wait: Wait | None,
        agent: Agent | None,
        offer: OfferMade | None,
        *,
        lines: int | None = None,
    ) -> bool:
        """Keep all of it in one transaction, or nothing."""
        client = await self._id()
        try:
            async with self._sessions.writing() as session:
                if wait is not None and lines is not None:
                    await need_line(session, client, wait, lines)
                if wait is not None:
                    await put_wait(session, wait)
                if agent is not None:
                    await put_agent(session, client, agent)
                if offer is not None:
                    session.add(OfferRow(client_id=client, **rows.offer_values(offer)))
        except QuickerError:
            return False
        return True
