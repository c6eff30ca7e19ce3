"""The store fails in the middle of a call: nothing is lost."""

import asyncio
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import event

from ivr.app.fast_clock import FastLoop
from ivr.call.observers import Observers
from ivr.core.records import CallRecord, HandOver, Outcome, Turn
from ivr.lines.paced import PacedLeg
from ivr.lines.synthetic import Press, SyntheticCaller
from ivr.store.database import Limits, address, make_engine
from ivr.store.owner import this_process
from ivr.store.sessions import Sessions
from ivr.store.sql import SqlStore, open_store
from tests.call.faulty import register_of
from tests.call.virtual import RATE, House, in_virtual_time, says


@pytest.mark.parametrize("fault", ["locked", "full"])
def test_a_store_that_fails_in_the_middle_loses_nothing(fault: str, tmp_path: Path) -> None:
    file, rescue = tmp_path / "hotline.sqlite", tmp_path / "rescue"
    steps = (Press("0"), says("Mein Name ist Meier"), Press("0561123456#"), says("Ja"))
    turns: list[Turn] = []

    async def main() -> tuple[CallRecord, str, CallRecord | None]:
        await (await open_store(file)).close()
        engine = make_engine(address(file), busy_timeout_s=0.1)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, FastLoop)
        store = SqlStore(Sessions(engine, Limits(), loop.working), this_process())
        broken = FAULTS[fault](file, engine.sync_engine)

        def on_turn(turn: Turn) -> None:
            turns.append(turn)
            if len(turns) == 2:
                broken.begin()

        async with register_of(House(), store=store, rescue=rescue) as register:
            leg = PacedLeg(SyntheticCaller(steps, RATE), RATE)
            record = await register.take(leg, "scripted", Observers(on_turn=on_turn))
            rescued = "".join(each.read_text() for each in rescue.iterdir())
            broken.end()
        kept = await store.call(record.start.call_id)
        await store.close()
        return record, rescued, kept

    record, rescued, kept = in_virtual_time(main)
    assert "hand_over" in rescued
    assert record.end is not None
    assert record.end.outcome is Outcome.HANDED_OVER
    assert kept is not None
    assert sorted(kept.turns, key=lambda turn: turn.start_s) == list(record.turns)
    assert [fact.phone for fact in kept.facts if isinstance(fact, HandOver)] == ["0561123456"]
    assert kept.end == record.end


class Locked:
    """Another program holds the database.

    It takes it between two transactions of the store: inside one it could not get it, and would
    stop the loop that has to end that transaction.
    """

    def __init__(self, file: Path, engine: object) -> None:
        self._other = sqlite3.connect(file, isolation_level=None, timeout=0)
        self._wanted = False
        event.listen(engine, "before_cursor_execute", self._take)

    def begin(self) -> None:
        self._wanted = True

    def end(self) -> None:
        self._wanted = False
        self._other.close()

    def _take(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if self._wanted and statement.startswith("BEGIN") and not self._other.in_transaction:
            with suppress(sqlite3.OperationalError):
                self._other.execute("BEGIN EXCLUSIVE")


class Full:
    """The disk takes no more."""

    def __init__(self, _file: Path, engine: object) -> None:
        self._full = False
        event.listen(engine, "before_cursor_execute", self._refuse)

    def begin(self) -> None:
        self._full = True

    def end(self) -> None:
        self._full = False

    def _refuse(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if self._full and not statement.startswith(("SELECT", "PRAGMA")):
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error


FAULTS: dict[str, type[Locked] | type[Full]] = {"locked": Locked, "full": Full}
