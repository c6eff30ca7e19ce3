"""Turns the database's failures into the house's errors, with the cure in the message."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ivr.core.errors import HotlineError, RecordRefused, StoreUnavailable

_LOCKED = "is locked by another program: close it (a database browser, a backup) and try again"
_DAMAGED = (
    "is damaged or is no database: move it away, keep it, and put the latest backup in its place"
    " (without one, a new database is made)"
)
_SQLITE: Mapping[int, str] = {
    sqlite3.SQLITE_FULL: "has no space left on its disk: free some",
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_READONLY: "may not be written: check who may write it and its folder",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: check that its folder exists and may be written",
    sqlite3.SQLITE_PERM: "may not be used: check who may read and write it and its folder",
    sqlite3.SQLITE_IOERR: "cannot be read or written by the system: check its disk",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
_DATA_STATES = ("22", "23")
"""Classes of SQLSTATE (ISO 9075): data exception, integrity constraint violation."""
_PRIMARY = 0xFF
"""SQLite's extended codes carry the plain one in their lowest byte."""


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Raise StoreUnavailable or RecordRefused for whatever the database inside complains of.

    `where` names the database without secrets. The record's contents never enter a message.
    """
    try:
        yield
    except HotlineError:
        raise
    except (SQLAlchemyError, sqlite3.Error, OSError, ValueError, OverflowError) as error:
        raise _house_error(error, where) from error


def _house_error(error: Exception, where: str) -> HotlineError:
    # A statement error wraps what failed: the driver, or the conversion of a value.
    cause = error.orig if isinstance(error, StatementError) and error.orig else error
    if isinstance(error, (IntegrityError, DataError)) or _is_about_data(cause):
        return RecordRefused(
            f"a record does not fit the database {where} ({type(cause).__name__}):"
            " this is a fault of the program, please report it"
        )
    if isinstance(cause, (TimeoutError, PoolTimeout)):
        return StoreUnavailable(
            f"the database {where} does not answer in time: check that it runs, that it is not"
            " overloaded, and the network to it"
        )
    if isinstance(cause, OSError):
        reason = cause.strerror or type(cause).__name__
        return StoreUnavailable(
            f"the database {where} cannot be reached ({reason}):"
            " check its address and who may use its folder"
        )
    code = getattr(cause, "sqlite_errorcode", None)
    cure = _SQLITE.get(code & _PRIMARY) if isinstance(code, int) else None
    if cure is None:
        # Asynchronous drivers hide what happened one level deeper.
        detail = getattr(cause, "sqlite_errorname", type(cause.__cause__ or cause).__name__)
        cure = f"does not work ({detail}): check that it runs, and its address in [store] url"
    return StoreUnavailable(f"the database {where} {cure}")


def _is_about_data(cause: BaseException) -> bool:
    """Whether the record is at fault, and would be at any later time."""
    if isinstance(cause, (ValueError, OverflowError, TypeError)):
        return True
    if isinstance(cause, (sqlite3.IntegrityError, sqlite3.DataError)):
        return True
    return str(getattr(cause, "sqlstate", "")).startswith(_DATA_STATES)
