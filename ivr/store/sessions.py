"""One engine's transactions, shared by all repositories on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from ivr.core.errors import StoreUnavailable
from ivr.store.database import WRITING, shown
from ivr.store.faults import explained


class Sessions:
    """Readers and writers of one database. What fails inside raises the house's errors."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._where = shown(engine.url)
        # SQLite has one writer: waiting here is in order, waiting there is a lottery of sleeps.
        writers = 1 if engine.dialect.name == "sqlite" else 4
        self._may_write = asyncio.Semaphore(writers)
        self._readers = async_sessionmaker(engine, expire_on_commit=False)
        self._writers = async_sessionmaker(
            engine.execution_options(**WRITING), expire_on_commit=False
        )

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A transaction: committed at the end, taken back if anything is raised.

        Raises StoreUnavailable and RecordRefused.
        """
        with explained(self._where):
            async with self._may_write, self._writers.begin() as session:
                yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """For queries only. Raises StoreUnavailable."""
        with explained(self._where):
            async with self._readers() as session:
                yield session

    async def ready(self) -> bool:
        """Whether the database answers now. Never raises."""
        try:
            async with self.reading() as session:
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
