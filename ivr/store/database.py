"""Opens the database: its address, how it is set up, and its tables brought up to date."""

import asyncio
import sqlite3
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from ivr.core.errors import ConfigError, MissingPiece, StoreUnavailable

_MIGRATIONS = Path(__file__).parent / "migrations"
_ASYNC_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_SET_UP_S = 3.0
"""How long another program may take to set the same file up."""
_PAUSE_S = 0.05
_BEGIN = "sqlite_begin"
WRITING = {_BEGIN: "IMMEDIATE"}
"""Options of an engine or connection whose transactions write.

SQLite gives up at once when a transaction that has read wants to write after another has written;
one that asks for the write lock at its begin waits its turn instead.
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds after which a transaction that is not over counts as failed.

    Letting go of a server that is silent takes up to two more.
    """

    write_s: float = 4.0
    """A caller may wait for it, and Rasa, whose answer is given up after 8 s."""
    read_s: float = 10.0
    long_s: float = 120.0
    """What goes through all that there is: a report over years, the removal of what is old."""


def address(given: str | Path) -> URL:
    """The address of a database: a file of SQLite, or an SQLAlchemy URL. Raises ConfigError."""
    if isinstance(given, Path) or "://" not in given:
        return URL.create("sqlite+aiosqlite", database=str(Path(given).absolute()))
    url: URL | None
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        url = None
    # Half of an IPv6 address passes for a host's name.
    if url is None or not set("[]").isdisjoint(url.host or ""):
        # What was given may hold a password, so it is not repeated.
        raise ConfigError(
            "[store] url is no database address: write it like sqlite:////srv/hotline.sqlite"
        )
    return url.set(drivername=_ASYNC_DRIVERS.get(url.drivername, url.drivername))


def shown(url: URL) -> str:
    """The address as it may be told: a file's path, or the URL without its password."""
    if url.get_backend_name() == "sqlite" and url.database:
        return url.database
    return url.render_as_string(hide_password=True)


def make_engine(url: URL, *, busy_timeout_s: float, limits: Limits | None = None) -> AsyncEngine:
    """Connections to the database, none opened yet. Raises ConfigError and MissingPiece.

    `busy_timeout_s`: how long SQLite waits for another program that writes.
    """
    limits = limits or Limits()
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite and url.database in (None, "", ":memory:"):
        raise ConfigError("[store] url must name a file: a database in memory would forget calls")
    options: dict[str, Any]
    if sqlite:
        options = {"connect_args": {"timeout": busy_timeout_s}}
    else:
        options = {"pool_timeout": 10, "pool_pre_ping": True}  # Servers and nets cut idle lines.
    try:
        # Parameters are what callers said: they stay out of error messages.
        engine = create_async_engine(url, hide_parameters=True, **options)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise MissingPiece(
            f"the driver for {url.drivername} is not installed: install it, or use SQLite"
        ) from error
    if sqlite:
        event.listen(engine.sync_engine, "connect", _set_up_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    elif url.drivername == _ASYNC_DRIVERS["postgresql"]:
        event.listen(engine.sync_engine, "connect", partial(_set_up_postgresql, limits))
    return engine


def _set_up_postgresql(limits: Limits, connection: Any, _record: object) -> None:
    # The server does not hear of it when a network is cut: without this, the rows of a transaction
    # that was under way (the next order's number) would stay locked for hours.
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = {round(limits.write_s * 1000)}")
    cursor.close()
    connection.commit()


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # Python's own BEGIN comes too late (before the first write only), so it is turned off.
    connection.isolation_level = None
    cursor = connection.cursor()
    _write_ahead(cursor)
    for pragma in (
        "synchronous = FULL",  # An order that was promised survives even a power cut.
        "foreign_keys = ON",
        "secure_delete = ON",  # What is deleted is overwritten: erased means erased.
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Set a mode in which readers and the writer don't stop each other; the file remembers it.

    Of programs that set it at the same moment all but one are refused at once, whatever their
    time-out (https://sqlite.org/wal.html); once it is set, nothing is locked any more.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + _SET_UP_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            # Whoever waited for a lock as long as they may has been refused for another reason.
            if loop.time() >= until:
                raise
            await_only(asyncio.sleep(_PAUSE_S))
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    kind = connection.get_execution_options().get(_BEGIN, "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")


async def bring_up_to_date(engine: AsyncEngine) -> None:
    """Make or change the tables to what this program needs, all or nothing.

    Raises StoreUnavailable if a newer program made them: going on would harm its data.
    """
    scripts = ScriptDirectory(str(_MIGRATIONS))
    async with engine.connect() as connection:
        if await connection.run_sync(_revision) == scripts.get_current_head():
            return
    async with engine.execution_options(**WRITING).begin() as connection:
        # Another process may have been quicker.
        revision = await connection.run_sync(_revision)
        known = {script.revision for script in scripts.walk_revisions()}
        if revision is not None and revision not in known:
            raise StoreUnavailable(
                f"the database {shown(engine.url)} was made by a newer version of this program"
                f" (its tables are at {revision}): start that version, or restore an older backup"
            )
        await connection.run_sync(_upgrade)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    config = Config()
    # A percent sign in the path would be read as an interpolation.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
