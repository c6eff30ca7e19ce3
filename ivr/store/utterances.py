"""Reads what callers said to the understanding, with what was said around it.

Months of calls are many thousands of rows: they come in small pieces, and between two pieces the
loop goes on with its calls. Guesses are left out unless they are asked for: with them there are
seven times as many objects, and Python stops all calls for as long as it looks through these.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Row, Select, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from ivr.core.training import Utterance
from ivr.core.understanding import Guess
from ivr.store.tables import CallRow, HandOverRow, TurnRow

_PERSONAL_SLOTS = ("name", "phone", "address", "customer", "order_number")
"""Slots that hold what tells of a person."""
AT_ONCE = 250
"""Rows between two looks at the loop: a few milliseconds."""
TAKEN = TurnRow.understood.is_not(None)
"""What the understanding got. What the dialogue sees to by itself, and what callers say to people,
goes by without it."""
MISSED = TurnRow.understood.is_(False) & TurnRow.form.is_(None)
"""What it could do nothing with. A form asks again by itself."""


class _Turn(Protocol):
    """A row of `_query`."""

    call_id: str
    seq: int
    who: str
    text: str
    start_s: float
    intent: str | None
    confidence: float | None
    asr_confidence: float | None
    guesses: list[dict[str, Any]] | None
    understood: bool | None
    form: str | None
    model: str | None
    audio: str | None
    started_at: datetime
    caller: str | None
    outcome: str | None
    slots: dict[str, str]
    reason: str | None


async def start_of_latest(
    session: AsyncSession, calls: ColumnElement[bool], which: ColumnElement[bool], most: int
) -> datetime | None:
    """From when on there are no more than `most` of these turns in these calls; None if there are
    no more at all. A call is in whole or not at all."""
    last_out = (
        select(CallRow.started_at)
        .join(TurnRow, TurnRow.call_id == CallRow.call_id)
        .where(calls, which)
        .order_by(CallRow.started_at.desc())
        .offset(most)
        .limit(1)
    )
    started = await session.scalar(last_out)
    return None if started is None else started + timedelta(microseconds=1)


async def utterances_of(
    session: AsyncSession,
    calls: ColumnElement[bool],
    which: ColumnElement[bool],
    *,
    guesses: bool = False,
) -> AsyncIterator[Utterance]:
    """What callers said to the understanding in those of these calls that have such a turn, by the
    calls' beginnings."""
    having = select(TurnRow.call_id).where(TurnRow.call_id == CallRow.call_id, which)
    found = await session.stream(
        _query(guesses=guesses).where(calls, having.correlate(CallRow).exists())
    )
    call: dict[int, _Turn] = {}
    async for rows in found.partitions(AT_ONCE):
        for row in rows:
            turn = _as_turn(row)
            if call and next(iter(call.values())).call_id != turn.call_id:
                for each in _of_call(list(call.values())):
                    yield each
                call = {}
            # A call with several hand-overs has its turns as often; the last hand-over counts.
            call[turn.seq] = turn
    for each in _of_call(list(call.values())):
        yield each


def _query(*, guesses: bool) -> Select[Any]:
    return (
        select(
            TurnRow.call_id,
            TurnRow.seq,
            TurnRow.who,
            TurnRow.text,
            TurnRow.start_s,
            TurnRow.intent,
            TurnRow.confidence,
            TurnRow.asr_confidence,
            TurnRow.guesses if guesses else null().label("guesses"),
            TurnRow.understood,
            TurnRow.form,
            TurnRow.model,
            TurnRow.audio,
            CallRow.started_at,
            CallRow.caller,
            CallRow.outcome,
            CallRow.slots,
            HandOverRow.reason,
        )
        .join(CallRow, CallRow.call_id == TurnRow.call_id)
        .outerjoin(HandOverRow, HandOverRow.call_id == CallRow.call_id)
        .order_by(CallRow.started_at, CallRow.call_id, TurnRow.seq, HandOverRow.id)
        .execution_options(yield_per=AT_ONCE)
    )


def _as_turn(row: Row[Any]) -> _Turn:
    turn: Any = row
    return turn  # type: ignore[no-any-return]


def _of_call(turns: Sequence[_Turn]) -> Iterator[Utterance]:
    spoken = [at for at, turn in enumerate(turns) if turn.who == "caller"]
    for place, at in enumerate(spoken):
        turn = turns[at]
        if turn.understood is None:
            continue
        following = turns[spoken[place + 1]] if place + 1 < len(spoken) else None
        if following is not None and following.understood is None:
            # It may be said to a person.
            following = None
        yield Utterance(
            call_id=turn.call_id,
            seq=turn.seq,
            at=(turn.started_at + timedelta(seconds=turn.start_s)).astimezone(UTC),
            text=turn.text,
            intent=turn.intent,
            confidence=turn.confidence,
            asr_confidence=turn.asr_confidence,
            guesses=tuple(Guess(**guess) for guess in turn.guesses or ()),
            understood=turn.understood,
            form=turn.form,
            model=turn.model,
            before=_prompt(turns, at - 1),
            after=_prompt(turns, at + 1),
            following=following.text if following else "",
            following_intent=following.intent if following else None,
            outcome=turn.outcome or "",
            hand_over=turn.reason or "",
            values=_values(turn),
            audio=turn.audio,
        )


def _prompt(turns: Sequence[_Turn], at: int) -> str:
    """What the hotline said there."""
    return turns[at].text if 0 <= at < len(turns) and turns[at].who == "hotline" else ""


def _values(call: _Turn) -> tuple[str, ...]:
    values = [call.slots.get(name, "") for name in _PERSONAL_SLOTS]
    return tuple(value for value in (*values, call.caller or "") if value)
