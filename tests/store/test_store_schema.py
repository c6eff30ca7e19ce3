"""The tables and their migrations."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, make_url
from sqlalchemy.schema import CreateIndex, CreateTable

from ivr.core.errors import StoreUnavailable
from ivr.store import staff_tables  # noqa: F401 - its tables belong to Base, too
from ivr.store.database import address, bring_up_to_date, make_engine
from ivr.store.sql import open_store
from ivr.store.tables import Base, ClientRow


async def test_the_migrations_make_exactly_the_tables_of_the_program(tmp_path: Path) -> None:
    engine = make_engine(address(tmp_path / "h.sqlite"), busy_timeout_s=1)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    try:
        await bring_up_to_date(engine)
        async with engine.connect() as connection:
            assert await connection.run_sync(differences) == []
    finally:
        await engine.dispose()


OF_THE_HOUSE = {ClientRow.__tablename__, "staff", "staff_sessions", "sign_in_failures"}
"""Whose rows belong to whoever runs the program."""


def test_every_row_belongs_to_a_client() -> None:
    for table in Base.metadata.sorted_tables:
        if table.name not in OF_THE_HOUSE:
            client = table.columns["client_id"]
            assert not client.nullable
            assert [key.target_fullname for key in client.foreign_keys] == ["clients.id"]


def test_postgresql_takes_the_tables_and_keeps_the_zone_of_moments() -> None:
    dialect = make_url("postgresql://").get_dialect()()
    for table in Base.metadata.sorted_tables:
        made = str(CreateTable(table).compile(dialect=dialect))
        assert "DATETIME" not in made
        assert made.count("TIMESTAMP WITH TIME ZONE") == sum(
            column.name.endswith("_at") for column in table.columns
        )
        for index in table.indexes:
            CreateIndex(index).compile(dialect=dialect)


async def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "h.sqlite"
    await (await open_store(file)).close()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnavailable, match="newer version of this program"):
        await open_store(file)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (
            "9999",
        )


async def test_a_migration_that_fails_leaves_no_table_behind(tmp_path: Path) -> None:
    file = tmp_path / "h.sqlite"
    with closing(sqlite3.connect(file)) as connection, connection:
        # Made late by the first step: what comes before it must be taken back.
        connection.execute("CREATE TABLE address_changes (id INTEGER)")
    with pytest.raises(StoreUnavailable):
        await open_store(file)
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        assert tables.fetchall() == [("address_changes",)]


OPEN = """
import asyncio, sys
from ivr.store.sql import open_store
async def main():
    store = await open_store(sys.argv[1], busy_timeout_s=15)
    await store.close()
asyncio.run(main())
"""


@pytest.mark.timeout(60)
async def test_programs_that_start_together_make_one_database(tmp_path: Path) -> None:
    file = str(tmp_path / "h.sqlite")
    programs = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", OPEN, file) for _ in range(2)
    ]
    assert [await program.wait() for program in programs] == [0, 0]
