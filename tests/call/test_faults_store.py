"""The store fails in the middle of a call: nothing is lost."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event

from ivr.call.session import Observers
from ivr.core.records import CallRecord, HandOver, Outcome, Turn
from ivr.lines.paced import PacedLeg
from ivr.lines.synthetic import Press, SyntheticCaller
from ivr.store.database import address, make_engine
from ivr.store.owner import this_process
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
        store = SqlStore(engine, this_process())
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
    """Another program holds the database."""

    def __init__(self, file: Path, _engine: object) -> None:
        self._other = sqlite3.connect(file, isolation_level=None)

    def begin(self) -> None:
        self._other.execute("BEGIN EXCLUSIVE")

    def end(self) -> None:
        self._other.close()


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
