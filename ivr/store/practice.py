"""Exercises and runs of practice calls; implements `ivr.core.practice.PracticeStore`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select, update

from ivr.core.jsonable import jsonable, restore
from ivr.core.practice import OwnExercise, PracticeResult, Run
from ivr.store.clients import client_id_of, known_client
from ivr.store.practice_tables import ExerciseRow, RunRow
from ivr.store.sessions import Sessions


class SqlPractice:
    """The practice calls of one client."""

    def __init__(self, sessions: Sessions, client: str) -> None:
        self._sessions = sessions
        self._client = client

    async def exercises(self) -> Sequence[OwnExercise]:
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = select(ExerciseRow).where(ExerciseRow.client_id == mine)
            rows = await session.scalars(found.order_by(ExerciseRow.name))
            return [OwnExercise(r.name, r.text, r.changed_by, r.changed_at) for r in rows]

    async def keep_exercise(self, name: str, text: str, by: str, now: datetime) -> None:
        values = {"text": text, "changed_by": by, "changed_at": now}
        async with self._sessions.writing() as session:
            mine = await client_id_of(session, self._client)
            named = (ExerciseRow.client_id == mine, ExerciseRow.name == name)
            known = await session.scalar(select(ExerciseRow.id).where(*named))
            if known is None:
                session.add(ExerciseRow(client_id=mine, name=name, **values))
            else:
                await session.execute(update(ExerciseRow).where(*named).values(**values))

    async def remove_exercise(self, name: str) -> bool:
        async with self._sessions.writing() as session:
            mine = await client_id_of(session, self._client)
            named = (ExerciseRow.client_id == mine, ExerciseRow.name == name)
            known = await session.scalar(select(ExerciseRow.id).where(*named))
            await session.execute(delete(ExerciseRow).where(*named))
            return known is not None

    async def assign(self, run: Run) -> Run:
        async with self._sessions.writing() as session:
            row = RunRow(
                client_id=await client_id_of(session, self._client),
                agent=run.agent,
                exercise=run.exercise,
                title=run.title,
                asked_by=run.asked_by,
                asked_at=run.asked_at,
                ended_at=run.ended_at,
                result=None if run.result is None else jsonable(run.result),
                code=run.code,
                note=run.note,
            )
            session.add(row)
            await session.flush()
            return replace(run, id=row.id)

    async def finish(self, run: Run) -> None:
        async with self._sessions.writing() as session:
            mine = await client_id_of(session, self._client)
            await session.execute(
                update(RunRow)
                .where(RunRow.client_id == mine, RunRow.id == run.id)
                .values(
                    title=run.title,
                    ended_at=run.ended_at,
                    result=None if run.result is None else jsonable(run.result),
                    code=run.code,
                    note=run.note,
                )
            )

    async def withdraw(self, run_id: int) -> bool:
        async with self._sessions.writing() as session:
            mine = await client_id_of(session, self._client)
            open_ = (RunRow.client_id == mine, RunRow.id == run_id, RunRow.ended_at.is_(None))
            known = await session.scalar(select(RunRow.id).where(*open_))
            await session.execute(delete(RunRow).where(*open_))
            return known is not None

    async def run(self, run_id: int) -> Run | None:
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = select(RunRow).where(RunRow.client_id == mine, RunRow.id == run_id)
            row = (await session.scalars(found)).one_or_none()
            return None if row is None else _run(row)

    async def runs(self, agent: str | None = None, limit: int = 200) -> Sequence[Run]:
        async with self._sessions.reading() as session:
            mine = await known_client(session, self._client)
            found = select(RunRow).where(RunRow.client_id == mine)
            if agent is not None:
                found = found.where(RunRow.agent == agent)
            rows = await session.scalars(found.order_by(RunRow.id.desc()).limit(limit))
            return [_run(row) for row in rows]


def _run(row: RunRow) -> Run:
    return Run(
        row.id,
        row.agent,
        row.exercise,
        row.title,
        row.asked_by,
        row.asked_at,
        row.ended_at,
        None if row.result is None else restore(PracticeResult, row.result),
        row.code,
        row.note,
    )
