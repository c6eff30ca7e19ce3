"""Staff and their sessions, on the database that calls are kept in.

Each method is one transaction and raises StoreUnavailable. Passwords and tokens come in hashed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from ivr.core.staff import Person, Role
from ivr.store.sessions import Sessions
from ivr.store.staff_tables import SignInFailureRow, StaffRow, StaffSessionRow


@dataclass(frozen=True, slots=True)
class Credentials:
    person: Person
    password: str
    """Hashed."""


@dataclass(frozen=True, slots=True)
class StaffSession:
    person: Person
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong passwords since some moment."""

    name_and_address: int
    name: int
    address: int


class StaffStore:
    """Who works with the program, and where they are signed in."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def add(
        self, name: str, full_name: str, role: Role, password: str, at: datetime
    ) -> Person | None:
        """Somebody new, whose password must be changed; None if the name is taken."""
        async with self._sessions.writing() as session:
            if await _row(session, StaffRow.name == name):
                return None
            row = StaffRow(
                name=name,
                full_name=full_name,
                role=role.value,
                password=password,
                must_change=True,
                created_at=at,
            )
            session.add(row)
            await session.flush()
            return _person(row)

    async def people(self) -> Sequence[Person]:
        """Everybody by name, the disabled too."""
        async with self._sessions.reading() as session:
            rows = await session.scalars(select(StaffRow).order_by(StaffRow.name))
            return [_person(row) for row in rows]

    async def anybody(self) -> bool:
        async with self._sessions.reading() as session:
            return bool(await session.scalar(select(exists().where(StaffRow.id.is_not(None)))))

    async def find(self, name: str) -> Credentials | None:
        return await self._credentials(StaffRow.name == name)

    async def by_id(self, person_id: int) -> Credentials | None:
        return await self._credentials(StaffRow.id == person_id)

    async def set_password(
        self, person_id: int, password: str, *, must_change: bool, keep: str = ""
    ) -> None:
        """Signs the person out everywhere but in the session `keep`."""
        async with self._sessions.writing() as session:
            changed = update(StaffRow).where(StaffRow.id == person_id)
            await session.execute(changed.values(password=password, must_change=must_change))
            await _sign_out(session, person_id, StaffSessionRow.token_hash != keep)

    async def change(
        self,
        person_id: int,
        *,
        full_name: str | None = None,
        role: Role | None = None,
        disabled: bool | None = None,
    ) -> bool:
        """Change what is given. False, and nothing is changed, if no admin would be left.

        Who is disabled or gets another role is signed out everywhere.
        """
        async with self._sessions.writing() as session:
            row = await _row(session, StaffRow.id == person_id)
            if row is None:
                return False
            row.full_name = row.full_name if full_name is None else full_name
            if (role is not None and role.value != row.role) or disabled:
                await _sign_out(session, person_id)
            row.role = row.role if role is None else role.value
            row.disabled = row.disabled if disabled is None else disabled
            await session.flush()
            if not await _an_admin_is_left(session):
                await session.rollback()
                return False
            return True

    async def begin_session(self, person_id: int, token_hash: str, at: datetime) -> None:
        async with self._sessions.writing() as session:
            session.add(
                StaffSessionRow(
                    token_hash=token_hash, staff_id=person_id, created_at=at, seen_at=at
                )
            )

    async def session(self, token_hash: str) -> StaffSession | None:
        found = (
            select(StaffSessionRow, StaffRow)
            .join(StaffRow, StaffRow.id == StaffSessionRow.staff_id)
            .where(StaffSessionRow.token_hash == token_hash)
        )
        async with self._sessions.reading() as session:
            both = (await session.execute(found)).one_or_none()
            if both is None:
                return None
            row, person = both
            return StaffSession(_person(person), row.created_at, row.seen_at)

    async def seen(self, token_hash: str, at: datetime) -> None:
        async with self._sessions.writing() as session:
            mine = update(StaffSessionRow).where(StaffSessionRow.token_hash == token_hash)
            await session.execute(mine.values(seen_at=at))

    async def end_session(self, token_hash: str) -> None:
        await self._delete(StaffSessionRow, StaffSessionRow.token_hash == token_hash)

    async def end_sessions_not_seen_since(self, moment: datetime) -> None:
        await self._delete(StaffSessionRow, StaffSessionRow.seen_at < moment)

    async def attempt(
        self,
        name_hash: str,
        address: str,
        at: datetime,
        since: datetime,
        may: Callable[[Failures], bool],
    ) -> int | None:
        """Count an attempt as a wrong password, if `may` allows it after those since `since`; by
        the answer it can be taken back, None if it was refused.

        Of attempts at the same time, each sees those before it. Older ones are forgotten, so the
        table stays small; refused ones are not counted, or nobody would ever be let in again.
        """
        row = SignInFailureRow(name_hash=name_hash, address=address[:64], failed_at=at)
        async with self._sessions.writing() as session:
            await _one_at_a_time(session)
            await session.execute(
                delete(SignInFailureRow).where(SignInFailureRow.failed_at < since)
            )
            if not may(await _failures(session, row)):
                return None
            session.add(row)
            await session.flush()
            return row.id

    async def take_back(self, attempt: int) -> None:
        """No password was looked at in this attempt: it does not count."""
        await self._delete(SignInFailureRow, SignInFailureRow.id == attempt)

    async def forgive(self, name_hash: str) -> None:
        """Nobody is locked out of this name any more."""
        await self._delete(SignInFailureRow, SignInFailureRow.name_hash == name_hash)

    async def _credentials(self, which: ColumnElement[bool]) -> Credentials | None:
        async with self._sessions.reading() as session:
            row = await _row(session, which)
            return None if row is None else Credentials(_person(row), row.password)

    async def _delete(self, table: type[Any], which: ColumnElement[bool]) -> None:
        async with self._sessions.writing() as session:
            await session.execute(delete(table).where(which))


async def _one_at_a_time(session: AsyncSession) -> None:
    """SQLite has one writer anyway; PostgreSQL lets others count what is not committed yet."""
    if (await session.connection()).dialect.name == "postgresql":
        lock = f"LOCK TABLE {SignInFailureRow.__tablename__} IN SHARE ROW EXCLUSIVE MODE"
        await session.execute(text(lock))


async def _failures(session: AsyncSession, row: SignInFailureRow) -> Failures:
    by_name = SignInFailureRow.name_hash == row.name_hash
    by_address = SignInFailureRow.address == row.address

    async def count(*which: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(SignInFailureRow).where(*which)
        return await session.scalar(query) or 0

    return Failures(
        await count(by_name, by_address), await count(by_name), await count(by_address)
    )


async def _row(session: AsyncSession, which: ColumnElement[bool]) -> StaffRow | None:
    return (await session.scalars(select(StaffRow).where(which))).one_or_none()


async def _sign_out(session: AsyncSession, person_id: int, *which: ColumnElement[bool]) -> None:
    mine = StaffSessionRow.staff_id == person_id
    await session.execute(delete(StaffSessionRow).where(mine, *which))


async def _an_admin_is_left(session: AsyncSession) -> bool:
    admins = exists().where(StaffRow.role == Role.ADMIN.value, StaffRow.disabled.is_(False))
    return bool(await session.scalar(select(admins)))


def _person(row: StaffRow) -> Person:
    return Person(
        row.id, row.name, row.full_name, Role(row.role), row.must_change, disabled=row.disabled
    )
