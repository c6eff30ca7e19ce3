"""What callers said, as admins look at it, and what was decided; `ivr.training.ports.Talks`."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby

from sqlalchemy import delete, select

from ivr.core.jsonable import restore
from ivr.core.training import Decision, Utterance
from ivr.core.understanding import Guess
from ivr.store.clients import client_id_of, known_client
from ivr.store.sessions import Sessions
from ivr.store.tables import CallRow, HandOverRow, TurnRow
from ivr.store.training_tables import DecisionRow

_PERSONAL_SLOTS = ("name", "phone", "address", "customer", "order_number")
"""Slots that hold what tells of a person."""


class SqlTalks:
    """The conversations of one client."""

    def __init__(self, sessions: Sessions, client: str) -> None:
        self._sessions = sessions
        self._client = client

    async def utterances(
        self, since: datetime, until: datetime | None = None, limit: int = 50_000
    ) -> Sequence[Utterance]:
        """What callers said in calls that began then, oldest first; of more, the latest."""
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = (
                select(TurnRow, CallRow, HandOverRow.reason)
                .join(CallRow, CallRow.call_id == TurnRow.call_id)
                .outerjoin(HandOverRow, HandOverRow.call_id == CallRow.call_id)
                .where(CallRow.client_id == mine, CallRow.started_at >= since)
                .order_by(
                    CallRow.started_at.desc(),
                    CallRow.call_id.desc(),
                    TurnRow.seq,
                    HandOverRow.id,
                )
                .limit(limit)
            )
            if until is not None:
                found = found.where(CallRow.started_at < until)
            rows = (await session.execute(found)).all()
        calls: list[list[Utterance]] = []
        for _, of_call in groupby(rows, key=lambda row: row[1].call_id):
            turns = {row[0].seq: (row[0], row[1], row[2]) for row in of_call}
            calls.append(_of_call(list(turns.values())))
        return [utterance for call in reversed(calls) for utterance in call]

    async def decide(self, decisions: Sequence[Decision]) -> tuple[int, ...]:
        """Keep decisions; the answer has the number of each."""
        async with self._sessions.writing() as session:
            mine = await client_id_of(session, self._client)
            rows = [
                DecisionRow(
                    client_id=mine,
                    call_id=decision.call_id,
                    seq=decision.seq,
                    verdict=decision.verdict,
                    intent=decision.intent,
                    key=decision.key,
                    transcript=decision.transcript,
                    change=decision.change,
                    decided_at=decision.at,
                    decided_by=decision.by,
                )
                for decision in decisions
            ]
            session.add_all(rows)
            await session.flush()
            return tuple(row.id for row in rows)

    async def decisions(self, since: datetime | None = None) -> Sequence[Decision]:
        """Oldest first."""
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = select(DecisionRow).where(DecisionRow.client_id == mine)
            if since is not None:
                found = found.where(DecisionRow.decided_at >= since)
            rows = await session.scalars(found.order_by(DecisionRow.id))
            return [_decision(row) for row in rows]

    async def take_back(self, numbers: Sequence[int]) -> None:
        async with self._sessions.writing() as session:
            mine = await known_client(session, self._client)
            await session.execute(
                delete(DecisionRow).where(
                    DecisionRow.client_id == mine, DecisionRow.id.in_(numbers)
                )
            )


def _of_call(rows: list[tuple[TurnRow, CallRow, str | None]]) -> list[Utterance]:
    spoken = [at for at, (turn, _, _) in enumerate(rows) if turn.who == "caller"]
    listed = []
    for place, at in enumerate(spoken):
        turn, call, reason = rows[at]
        following = rows[spoken[place + 1]][0] if place + 1 < len(spoken) else None
        listed.append(
            Utterance(
                call_id=turn.call_id,
                seq=turn.seq,
                at=(call.started_at + timedelta(seconds=turn.start_s)).astimezone(UTC),
                text=turn.text,
                intent=turn.intent,
                confidence=turn.confidence,
                asr_confidence=turn.asr_confidence,
                guesses=tuple(restore(Guess, guess) for guess in turn.guesses or ()),
                understood=turn.understood,
                form=turn.form,
                model=turn.model,
                before=_said(rows, at - 1),
                after=_said(rows, at + 1),
                following=following.text if following else "",
                following_intent=following.intent if following else None,
                following_understood=following.understood if following else None,
                last=following is None,
                outcome=call.outcome or "",
                hand_over=reason or "",
                values=_values(call),
                audio=turn.audio,
            )
        )
    return listed


def _said(rows: list[tuple[TurnRow, CallRow, str | None]], at: int) -> str:
    if not 0 <= at < len(rows) or rows[at][0].who == "caller":
        return ""
    return rows[at][0].text


def _values(call: CallRow) -> tuple[str, ...]:
    values = [call.slots.get(name, "") for name in _PERSONAL_SLOTS]
    return tuple(value for value in (*values, call.caller or "") if value)


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
