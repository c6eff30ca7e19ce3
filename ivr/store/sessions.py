"""One engine's transactions, shared by all repositories on it.

None of them waits for ever: a network that is cut answers nothing and refuses nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from ivr.core.errors import StoreUnavailable
from ivr.store.clients import CLIENTS
from ivr.store.database import WRITING, Limits, shown
from ivr.store.faults import explained

Hold: TypeAlias = Callable[[], AbstractContextManager[object]]


class Sessions:
    """Readers and writers of one database. What fails inside raises the house's errors."""

    def __init__(self, engine: AsyncEngine, limits: Limits, working: Hold = nullcontext) -> None:
        """`working` is entered while the database is waited for: it holds a jumping clock to real
        time."""
        self._engine = engine
        self.limits = limits
        self._working = working
        self._where = shown(engine.url)
        # SQLite has one writer: waiting here is in order, waiting there is a lottery of sleeps.
        writers = 1 if engine.dialect.name == "sqlite" else 4
        self._may_write = asyncio.Semaphore(writers)
        self._readers = async_sessionmaker(engine, expire_on_commit=False, info={CLIENTS: {}})
        self._writers = async_sessionmaker(
            engine.execution_options(**WRITING), expire_on_commit=False
        )

    # Both end their transaction themselves: what SQLAlchemy's own contexts end with is shielded,
    # so that no limit could cut it.

    @asynccontextmanager
    async def writing(self, within_s: float | None = None) -> AsyncIterator[AsyncSession]:
        """A transaction: committed at the end, taken back if anything is raised.

        Raises StoreUnavailable, also if it is not over `within_s` (`Limits.write_s`): then nobody
        can tell whether it counts. Raises RecordRefused.
        """
        limit_s = self.limits.write_s if within_s is None else within_s
        with self._working(), explained(self._where):
            async with asyncio.timeout(limit_s), self._may_write, self._writers() as session:
                try:
                    yield session
                    await session.commit()
                except Exception:
                    await session.rollback()
                    raise

    @asynccontextmanager
    async def reading(self, within_s: float | None = None) -> AsyncIterator[AsyncSession]:
        """For queries only. Raises StoreUnavailable, also if they are not over `within_s`
        (`Limits.read_s`)."""
        limit_s = self.limits.read_s if within_s is None else within_s
        with self._working(), explained(self._where):
            async with asyncio.timeout(limit_s), self._readers() as session:
                try:
                    yield session
                except Exception:
                    await session.rollback()
                    raise
                # A rollback takes their values from rows that the session holds.
                session.expunge_all()
                await session.rollback()

    async def ready(self) -> bool:
        """Whether the database answers now. Never raises."""
        try:
            async with self.reading(self.limits.write_s) as session:
                await session.execute(select(1))
        except StoreUnavailable:
            return False
        return True

    async def wipe(self) -> None:
        """Let nothing that was deleted be left in the database's own files.

        SQLite overwrites what is deleted, but its log keeps the pages from before until they are
        moved over. PostgreSQL tidies up by itself (autovacuum).
        """
        if self._engine.dialect.name != "sqlite":
            return
        with explained(self._where):
            async with self._may_write, self._engine.connect() as connection:
                raw = await connection.get_raw_connection()
                driver: Any = raw.driver_connection
                cursor = await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                await cursor.close()

    async def close(self) -> None:
        """Let go of all connections."""
        with explained(self._where):
            await self._engine.dispose()
