"""What callers said, as admins look at it, and what was decided; `ivr.training.ports.Talks`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from ivr.core.training import Change, Clash, Decision, Edit, Excerpt, Settled, Utterance
from ivr.store.clients import known_client
from ivr.store.sessions import Sessions
from ivr.store.tables import CallRow
from ivr.store.training_content import in_turn, make_changes
from ivr.store.training_tables import DecisionRow
from ivr.store.utterances import AT_ONCE, MISSED, TAKEN, start_of_latest, utterances_of

MOST = 50_000
"""Utterances that are looked at together."""
_CALLS_AT_ONCE = 200


class SqlTalks:
    """The conversations of one client."""

    def __init__(self, sessions: Sessions, client: str) -> None:
        self._sessions = sessions
        self._client = client

    async def utterances(
        self,
        since: datetime,
        until: datetime | None = None,
        *,
        missed: bool = False,
        most: int = MOST,
    ) -> Excerpt:
        """What callers said to the understanding in calls that began then; of more than `most`,
        the latest. `missed`: only what it could do nothing with, outside of forms."""
        which = MISSED if missed else TAKEN
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            calls = CallRow.client_id == mine
            if until is not None:
                calls &= CallRow.started_at < until
            wanted = calls & (CallRow.started_at >= since)
            start = await start_of_latest(session, wanted, which, most)
            if start is not None:
                wanted = calls & (CallRow.started_at >= start)
            found = [
                each
                async for each in utterances_of(session, wanted, which)
                if not missed or (each.understood is False and not each.form)
            ]
        return Excerpt(tuple(found), start or since, cut=start is not None)

    async def chosen(self, ids: Sequence[tuple[str, int]]) -> Sequence[Utterance]:
        """Those utterances that there are, by call and place in it, in this order; with the
        guesses that `utterances` leaves out."""
        names = list(dict.fromkeys(call for call, _ in ids))
        found: dict[tuple[str, int], Utterance] = {}
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            for at in range(0, len(names), _CALLS_AT_ONCE):
                named = CallRow.call_id.in_(names[at : at + _CALLS_AT_ONCE])
                calls = (CallRow.client_id == mine) & named
                async for each in utterances_of(session, calls, TAKEN, guesses=True):
                    found[each.call_id, each.seq] = each
        return [found[each] for each in dict.fromkeys(ids) if each in found]

    async def decide(
        self, decisions: Sequence[Decision], edits: Sequence[Edit], by: str
    ) -> tuple[int, ...] | Clash | Settled:
        """Keep decisions together with the changes that they lead to, all or nothing; the answer
        has the number of each. What was decided meanwhile stays as it was decided; Settled if
        that is all of it."""
        async with self._sessions.writing() as session:
            mine = await in_turn(session, self._client)
            taken = await _decided(session, mine, [each.call_id for each in decisions])
            left = [each for each in decisions if (each.call_id, each.seq) not in taken]
            if not left:
                return Settled(taken[decisions[0].call_id, decisions[0].seq])
            made = await make_changes(session, mine, edits, by)
            if isinstance(made, Clash):
                return made
            change = made[-1].number if made else None
            rows = [_row(mine, decision, change) for decision in left]
            session.add_all(rows)
            await session.flush()
            return tuple(row.id for row in rows)

    async def decisions(self, numbers: Sequence[int] | None = None) -> Sequence[Decision]:
        """All of them, or those with these numbers; oldest first."""
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = select(DecisionRow).where(DecisionRow.client_id == mine)
            if numbers is not None:
                found = found.where(DecisionRow.id.in_(numbers))
            in_pieces = found.order_by(DecisionRow.id).execution_options(yield_per=AT_ONCE)
            return [_decision(row) async for row in await session.stream_scalars(in_pieces)]

    async def take_back(
        self, numbers: Sequence[int], edits: Sequence[Edit], by: str, note: str
    ) -> tuple[Change, ...] | Clash:
        """Forget decisions and put back what they changed, all or nothing."""
        async with self._sessions.writing() as session:
            mine = await in_turn(session, self._client)
            made = await make_changes(session, mine, edits, by, note)
            if not isinstance(made, Clash):
                mine_of = (DecisionRow.client_id == mine) & DecisionRow.id.in_(numbers)
                await session.execute(delete(DecisionRow).where(mine_of))
            return made


async def _decided(
    session: AsyncSession, mine: int, calls: Sequence[str]
) -> dict[tuple[str, int], str]:
    """Who decided about utterances of these calls."""
    found: dict[tuple[str, int], str] = {}
    names = list(dict.fromkeys(calls))
    for at in range(0, len(names), _CALLS_AT_ONCE):
        of = DecisionRow.call_id.in_(names[at : at + _CALLS_AT_ONCE])
        rows = await session.scalars(select(DecisionRow).where(DecisionRow.client_id == mine, of))
        found |= {(row.call_id, row.seq): row.decided_by for row in rows}
    return found


def _row(mine: int, decision: Decision, change: int | None) -> DecisionRow:
    return DecisionRow(
        client_id=mine,
        call_id=decision.call_id,
        seq=decision.seq,
        verdict=decision.verdict,
        intent=decision.intent,
        key=decision.key,
        transcript=decision.transcript,
        change=change,
        decided_at=decision.at,
        decided_by=decision.by,
    )


def _decision(row: DecisionRow) -> Decision:
    return Decision(
        number=row.id,
        call_id=row.call_id,
        seq=row.seq,
        verdict=row.verdict,
        intent=row.intent,
        key=row.key,
        at=row.decided_at,
        by=row.decided_by,
        transcript=row.transcript,
        change=row.change,
    )
