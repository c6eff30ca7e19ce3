"""Trainings, trained models and which of them is used; implements `ivr.training.ports.Jobs`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Update, delete, select, update

from ivr.core.training import (
    Activation,
    ActivationState,
    Body,
    Job,
    JobState,
    ModelEntry,
)
from ivr.store.clients import client_id_of, known_client
from ivr.store.sessions import Sessions
from ivr.store.tables import ClientRow
from ivr.store.training_tables import ActivationRow, JobRow, ModelRow

_OPEN = [state.value for state in JobState if not state.over]


def _now() -> datetime:
    return datetime.now(UTC)


class SqlJobs:
    """The trainings of one client."""

    def __init__(self, sessions: Sessions, client: str) -> None:
        self._sessions = sessions
        self._client = client

    async def ask(self, by: str, change: int) -> Job | None:
        """Put a training into the queue; None if one waits or runs already."""
        async with self._sessions.writing() as session:
            mine = await client_id_of(session, self._client)
            # PostgreSQL lets two write at once: the second one waits here, and sees the first's.
            await session.execute(
                select(ClientRow.id).where(ClientRow.id == mine).with_for_update()
            )
            open_ones = select(JobRow.id).where(JobRow.client_id == mine, JobRow.state.in_(_OPEN))
            if (await session.scalars(open_ones)).first() is not None:
                return None
            row = JobRow(
                client_id=mine,
                state=JobState.WAITING.value,
                asked_at=_now(),
                asked_by=by,
                change=change,
                share=0.0,
                step="",
                cancel=False,
                reason="",
                places=[],
                model="",
            )
            session.add(row)
            await session.flush()
            return _job(row)

    async def jobs(self, limit: int = 20) -> Sequence[Job]:
        """Newest first."""
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = select(JobRow).where(JobRow.client_id == mine)
            rows = await session.scalars(found.order_by(JobRow.id.desc()).limit(limit))
            return [_job(row) for row in rows]

    async def job(self, number: int) -> Job | None:
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = select(JobRow).where(JobRow.client_id == mine, JobRow.id == number)
            row = (await session.scalars(found)).one_or_none()
            return None if row is None else _job(row)

    async def begin(self, number: int, change: int, step: str) -> bool:
        """Start a training that waits; false if it does so no more."""
        news = {"started_at": _now(), "change": change, "step": step}
        return await self._move(number, [JobState.WAITING], state=JobState.TRAINING.value, **news)

    async def cancel(self, number: int) -> None:
        """Take a training out of the queue; mark one that runs as to be ended."""
        over = {"state": JobState.CANCELLED.value, "ended_at": _now(), "left_s": None}
        if not await self._move(number, [JobState.WAITING], **over):
            await self._move(number, [JobState.TRAINING, JobState.EVALUATING], cancel=True)

    async def _move(self, number: int, found: Sequence[JobState], **news: Any) -> bool:
        """Change a job in one of these states; false if it is in another one."""
        async with self._sessions.writing() as session:
            mine = await known_client(session, self._client)
            states = [state.value for state in found]
            moved = await session.execute(
                update(JobRow)
                .where(JobRow.client_id == mine, JobRow.id == number, JobRow.state.in_(states))
                .values(**news)
                .returning(JobRow.id)
            )
            return moved.first() is not None

    async def tell(self, number: int, **news: Any) -> None:
        """Write down how a training goes: columns of the job by their names."""
        async with self._sessions.writing() as session:
            mine = await known_client(session, self._client)
            await session.execute(
                update(JobRow)
                .where(JobRow.client_id == mine, JobRow.id == number)
                .values(**{key: _plain(value) for key, value in news.items()})
            )

    async def keep_model(self, key: str, change: int, report: Body) -> None:
        """Note a trained model; what was known of the same key is replaced, but for what is known
        of it spoken: that takes minutes to find out."""
        async with self._sessions.writing() as session:
            mine = await client_id_of(session, self._client)
            found = select(ModelRow).where(ModelRow.client_id == mine, ModelRow.key == key)
            row = (await session.scalars(found)).one_or_none()
            if row is None:
                row = ModelRow(client_id=mine, key=key, made_at=_now())
                session.add(row)
            elif "spoken" in row.report:
                report = {"spoken": row.report["spoken"], **report}
            row.change, row.report = change, dict(report)

    async def models(self) -> Sequence[ModelEntry]:
        """Newest first."""
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = select(ModelRow).where(ModelRow.client_id == mine)
            rows = await session.scalars(found.order_by(ModelRow.id.desc()))
            return [ModelEntry(row.key, row.made_at, row.change, row.report) for row in rows]

    async def forget_model(self, key: str) -> None:
        async with self._sessions.writing() as session:
            mine = await known_client(session, self._client)
            await session.execute(
                delete(ModelRow).where(ModelRow.client_id == mine, ModelRow.key == key)
            )

    async def activate(self, model: str, by: str, note: str = "") -> Activation:
        """Ask for a model; an older wish that is not fulfilled yet is dropped."""
        async with self._sessions.writing() as session:
            mine = await client_id_of(session, self._client)
            await session.execute(
                update(ActivationRow)
                .where(
                    ActivationRow.client_id == mine,
                    ActivationRow.state == ActivationState.WANTED.value,
                )
                .values(state=ActivationState.DROPPED.value)
            )
            row = _asked(mine, model, ActivationState.WANTED, by, note)
            session.add(row)
            await session.flush()
            return _activation(row)

    async def note_active(self, model: str) -> None:
        """Note what calls use without anybody's wish; a wish that stands goes on standing."""
        async with self._sessions.writing() as session:
            mine = await client_id_of(session, self._client)
            await session.execute(_no_more_active(mine))
            session.add(_asked(mine, model, ActivationState.ACTIVE))

    async def activations(self, limit: int = 20) -> Sequence[Activation]:
        """Newest first."""
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = select(ActivationRow).where(ActivationRow.client_id == mine)
            rows = await session.scalars(found.order_by(ActivationRow.id.desc()).limit(limit))
            return [_activation(row) for row in rows]

    async def settle(self, number: int, state: ActivationState, note: str | None = None) -> None:
        """Write down what became of a wish; the model that was active before is so no more."""
        async with self._sessions.writing() as session:
            mine = await known_client(session, self._client)
            if state is ActivationState.ACTIVE:
                await session.execute(_no_more_active(mine))
            news = {"state": state.value} | ({} if note is None else {"note": note})
            wish = update(ActivationRow).where(ActivationRow.client_id == mine)
            await session.execute(wish.where(ActivationRow.id == number).values(**news))


def _no_more_active(client_id: int | None) -> Update:
    was = (
        ActivationRow.client_id == client_id,
        ActivationRow.state == ActivationState.ACTIVE.value,
    )
    return update(ActivationRow).where(*was).values(state=ActivationState.REPLACED.value)


def _asked(
    client_id: int, model: str, state: ActivationState, by: str = "", note: str = ""
) -> ActivationRow:
    return ActivationRow(
        client_id=client_id,
        model=model,
        state=state.value,
        asked_at=_now(),
        asked_by=by,
        note=note,
    )


def _plain(value: object) -> object:
    if isinstance(value, JobState):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _job(row: JobRow) -> Job:
    return Job(
        number=row.id,
        state=JobState(row.state),
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        change=row.change,
        share=row.share,
        step=row.step,
        left_s=row.left_s,
        started_at=row.started_at,
        ended_at=row.ended_at,
        cancel=row.cancel,
        reason=row.reason,
        places=tuple(row.places),
        model=row.model,
    )


def _activation(row: ActivationRow) -> Activation:
    return Activation(
        row.id, row.model, ActivationState(row.state), row.asked_at, row.asked_by, row.note
    )
