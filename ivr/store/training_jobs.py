"""Trainings, trained models and which of them is used; implements `ivr.training.ports.Jobs`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select, update

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
from ivr.store.training_tables import ActivationRow, JobRow, ModelRow


def _now() -> datetime:
    return datetime.now(UTC)


class SqlJobs:
    """The trainings of one client."""

    def __init__(self, sessions: Sessions, client: str) -> None:
        self._sessions = sessions
        self._client = client

    async def ask(self, by: str, change: int) -> Job:
        async with self._sessions.writing() as session:
            row = JobRow(
                client_id=await client_id_of(session, self._client),
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
        """Note a trained model; what was known of the same key is replaced."""
        async with self._sessions.writing() as session:
            mine = await client_id_of(session, self._client)
            found = select(ModelRow).where(ModelRow.client_id == mine, ModelRow.key == key)
            row = (await session.scalars(found)).one_or_none()
            if row is None:
                row = ModelRow(client_id=mine, key=key, made_at=_now())
                session.add(row)
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
                .values(state=ActivationState.REPLACED.value)
            )
            row = ActivationRow(
                client_id=mine,
                model=model,
                state=ActivationState.WANTED.value,
                asked_at=_now(),
                asked_by=by,
                note=note,
            )
            session.add(row)
            await session.flush()
            return _activation(row)

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
            of_mine = update(ActivationRow).where(ActivationRow.client_id == mine)
            if state is ActivationState.ACTIVE:
                was = of_mine.where(ActivationRow.state == ActivationState.ACTIVE.value)
                await session.execute(was.values(state=ActivationState.REPLACED.value))
            news = {"state": state.value} | ({} if note is None else {"note": note})
            await session.execute(of_mine.where(ActivationRow.id == number).values(**news))


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
