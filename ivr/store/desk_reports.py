"""Reads what reports and bills are made of: few columns of many rows, of all companies on the
database."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from ivr.core.errors import RecordRefused
from ivr.core.records import Outcome
from ivr.core.reporting import NO_TOPIC, TEST_LINES, CallSeen, Ledger, StaySeen
from ivr.core.staffing import AgentState, OfferMade, StateSpan, WaitEnd
from ivr.german.phone import plain_number
from ivr.store import desk_rows as rows
from ivr.store.clients import known_client
from ivr.store.desk_tables import AgentRow, OfferRow, SpanRow, WaitRow
from ivr.store.sessions import Sessions
from ivr.store.tables import CallRow, ClientRow, HandOverRow, MessageRow, TurnRow

MOST = 300_000
"""Calls in one report; they are held in memory."""
LONGEST = timedelta(days=2)
"""A stay that was joined this long before its end is still found."""


class SqlLedgers:
    """Implements `reporting.Ledgers`."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def companies(self) -> Sequence[str]:
        async with self._sessions.reading() as session:
            return (await session.scalars(select(ClientRow.name).order_by(ClientRow.name))).all()

    async def ledger(self, company: str, since: datetime, until: datetime) -> Ledger:
        async with self._sessions.reading(self._sessions.limits.long_s) as session:
            client = await known_client(session, company)
            if client is None:
                return Ledger(company)
            return Ledger(
                company,
                await _calls(session, client, since, until),
                await _stays(session, client, since, until),
                await _spans(session, client, since, until),
                await _offers(session, client, since, until),
            )

    async def stays(self, company: str, since: datetime, until: datetime) -> Sequence[StaySeen]:
        async with self._sessions.reading(self._sessions.limits.long_s) as session:
            client = await known_client(session, company)
            return () if client is None else await _stays(session, client, since, until)

    async def calls(self, company: str, since: datetime, until: datetime) -> Sequence[CallSeen]:
        async with self._sessions.reading(self._sessions.limits.long_s) as session:
            client = await known_client(session, company)
            return () if client is None else await _calls(session, client, since, until)


async def _calls(
    session: AsyncSession, client: int, since: datetime, until: datetime
) -> Sequence[CallSeen]:
    which = (
        CallRow.client_id == client,
        CallRow.started_at >= since,
        CallRow.started_at < until,
        CallRow.line.not_in(TEST_LINES),
    )
    found = (
        select(
            CallRow.call_id,
            CallRow.caller,
            CallRow.started_at,
            CallRow.ended_at,
            CallRow.outcome,
            CallRow.outbound,
        )
        .where(*which)
        .order_by(CallRow.started_at, CallRow.call_id)
        .limit(MOST + 1)
    )
    calls = (await session.execute(found)).all()
    if len(calls) > MOST:
        raise RecordRefused(f"a report takes {MOST} calls at the most: choose a shorter time")
    topics = await _topics(session, which)
    left = {row[0] for row in await session.execute(_left_something(which))}
    return [
        CallSeen(
            call_id,
            plain_number(caller or ""),
            began,
            ended,
            Outcome(outcome) if outcome else None,
            topics.get(call_id, ()),
            outbound,
            call_id in left,
        )
        for call_id, caller, began, ended, outcome, outbound in calls
    ]


async def _topics(
    session: AsyncSession, which: Sequence[ColumnElement[bool]]
) -> Mapping[str, tuple[str, ...]]:
    found = (
        select(TurnRow.call_id, TurnRow.intent)
        .join(CallRow, CallRow.call_id == TurnRow.call_id)
        .where(*which, TurnRow.who == "caller", TurnRow.intent.not_in(NO_TOPIC))
        .where(TurnRow.understood.is_not(False))
        .group_by(TurnRow.call_id, TurnRow.intent)
        .order_by(TurnRow.call_id, func.max(TurnRow.seq))
    )
    topics: dict[str, tuple[str, ...]] = {}
    for call_id, intent in await session.execute(found):
        topics[call_id] = (*topics.get(call_id, ()), intent or "")
    return topics


def _left_something(which: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Calls after which a person had something to do."""
    kinds = [
        select(table.call_id).join(CallRow, CallRow.call_id == table.call_id).where(*which)
        for table in (MessageRow, HandOverRow)
    ]
    return select(union(*kinds).subquery().c.call_id)


async def _stays(
    session: AsyncSession, client: int, since: datetime, until: datetime
) -> Sequence[StaySeen]:
    data = WaitRow.data
    found = (
        select(
            WaitRow.call_id,
            WaitRow.queue,
            WaitRow.agent,
            WaitRow.site,
            WaitRow.taken_at,
            WaitRow.ended_at,
            data[("waiting", "since")].as_string(),
            data[("waiting", "line")].as_string(),
            data[("waiting", "hand_over", "intent")].as_string(),
            data["end"].as_string(),
            data["parted_at"].as_string(),
            data["kept"].as_boolean(),
            data["wrap_s"].as_float(),
            data["code"].as_string(),
            data["passed_on"].as_boolean(),
        )
        .where(WaitRow.client_id == client)
        .where(WaitRow.ended_at >= since, WaitRow.ended_at < until + LONGEST)
        .order_by(WaitRow.ended_at, WaitRow.id)
    )
    stays = []
    for row in await session.execute(found):
        joined = _moment(row[6])
        if joined is not None and since <= joined < until and row[7] not in TEST_LINES:
            stays.append(_stay(row, joined))
    return stays


def _stay(row: Any, joined: datetime) -> StaySeen:
    call_id, queue, agent, site, taken, ended, _, _, intent, end, parted, kept, *rest = row
    wrap_s, code, passed_on = rest
    return StaySeen(
        call_id=call_id,
        queue=queue,
        joined=joined,
        end=WaitEnd(end) if end else None,
        intent=intent or "",
        agent=agent or "",
        site=site or "",
        taken=taken,
        parted=_moment(parted),
        ended=ended,
        kept=bool(kept),
        wrap_s=wrap_s or 0.0,
        code=code or "",
        passed_on=bool(passed_on),
    )


async def _spans(
    session: AsyncSession, client: int, since: datetime, until: datetime
) -> Sequence[StateSpan]:
    found = select(SpanRow).where(
        SpanRow.client_id == client, SpanRow.ended_at > since, SpanRow.began_at < until
    )
    over = [rows.span_of(row) for row in await session.scalars(found)]
    now = datetime.now(UTC)
    going_on = []
    for row in await session.scalars(select(AgentRow).where(AgentRow.client_id == client)):
        agent = rows.agent_of(row)
        if agent.since is not None and agent.state is not AgentState.SIGNED_OUT:
            going_on.append(StateSpan(agent.id, agent.state, agent.reason, agent.since, now))
    return [*over, *(span for span in going_on if span.began_at < until)]


async def _offers(
    session: AsyncSession, client: int, since: datetime, until: datetime
) -> Sequence[OfferMade]:
    found = select(OfferRow).where(
        OfferRow.client_id == client, OfferRow.made_at >= since, OfferRow.made_at < until
    )
    return [rows.offer_of(row) for row in await session.scalars(found)]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
