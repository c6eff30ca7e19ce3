"""Calls that never wait for the store, and records that outlive its absence."""

import asyncio
import json
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from typing_extensions import override

from ivr.core.errors import RecordRefused, StoreUnavailable
from ivr.core.measures import Level, Tally, Timing
from ivr.core.ports import Journal as JournalPort
from ivr.core.records import CallEnd, CallStart, Fact, Order, Outcome, Turn
from ivr.store.journal import Journal
from ivr.store.memory import MemoryStore
from ivr.store.rescue import Entry, RescueFolder
from ivr.store.sql import open_store

START = CallStart("c1", "Musterfirma", "scripted", datetime(2026, 7, 1, tzinfo=UTC))
END = CallEnd(Outcome.ANSWERED, START.started_at + timedelta(minutes=1), {"product": "Kocher"})
ORDER = Order("WK-100", "Wasserkocher", 1, "48213", Decimal("34.90"))


def turn(n: int) -> Turn:
    return Turn("caller", f"Satz {n}\u2028mit Umbruch\n", n, n + 1, "inform", 0.9, 0.8)


class SometimesAway(MemoryStore):
    """A store that can be taken away."""

    away = False
    asked = 0

    def _ask(self) -> None:
        self.asked += 1
        if self.away:
            raise StoreUnavailable("the database is away for a test")

    @override
    async def begin(self, start: CallStart) -> None:
        self._ask()
        await super().begin(start)

    @override
    async def add_turn(self, call_id: str, turn: Turn, *, key: str | None = None) -> None:
        self._ask()
        await super().add_turn(call_id, turn, key=key)

    @override
    async def add_fact(self, call_id: str, fact: Fact, *, key: str | None = None) -> Fact:
        self._ask()
        return await super().add_fact(call_id, fact, key=key)

    @override
    async def end(self, call_id: str, end: CallEnd) -> None:
        self._ask()
        await super().end(call_id, end)

    @override
    async def mark_broken_off(self, at: datetime) -> int:
        self._ask()
        return await super().mark_broken_off(at)


class Counting:
    """A meter that keeps what it is told."""

    def __init__(self) -> None:
        self.tallies: dict[Tally, int] = {}
        self.timings = 0
        self.queue: list[float] = []

    def observe(self, timing: Timing, seconds: float) -> None:
        self.timings += 1

    def count(self, event: Tally, times: int = 1) -> None:
        self.tallies[event] = self.tallies.get(event, 0) + times

    def level(self, level: Level, value: float) -> None:
        self.queue.append(value)


async def told(store: MemoryStore, call_id: str = "c1") -> tuple[Sequence[Turn], Sequence[Fact]]:
    record = await store.call(call_id)
    assert record is not None
    return record.turns, record.facts


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def until(come: Callable[[], bool]) -> None:
    while not come():  # noqa: ASYNC110 - what is waited for lies outside the program
        await asyncio.sleep(0.01)


def tell_a_call(journal: JournalPort, turns: int) -> None:
    journal.begin(START)
    for n in range(turns):
        journal.turn("c1", turn(n))
    journal.end("c1", END)


async def test_a_call_comes_into_the_store_in_its_order(tmp_path: Path) -> None:
    store = MemoryStore()
    async with Journal(store, tmp_path) as journal:
        tell_a_call(journal, 50)
        await journal.flush()
        record = await store.call("c1")
        assert record is not None
        assert record.turns == tuple(turn(n) for n in range(50))
        assert record.end == END
    assert files(tmp_path) == []


async def test_leaving_writes_what_is_left() -> None:
    store = MemoryStore()
    async with Journal(store) as journal:
        tell_a_call(journal, 5)
    assert len((await told(store))[0]) == 5


async def test_an_order_comes_back_with_its_number_after_what_was_told_before_it() -> None:
    store = MemoryStore()
    async with Journal(store) as journal:
        journal.begin(START)
        assert await journal.fact("c1", ORDER) == replace(ORDER, number="600001")


async def test_while_the_store_is_away_records_wait_in_the_file_and_come_in_after(
    tmp_path: Path,
) -> None:
    store, meter = SometimesAway(), Counting()
    async with Journal(store, tmp_path, meter=meter, retry_s=0.01) as journal:
        store.away = True
        journal.begin(START)
        journal.turn("c1", turn(0))
        # Safe, so that the caller may be told so; its number comes later.
        assert await journal.fact("c1", ORDER) == ORDER
        journal.turn("c1", turn(1))
        await journal.flush()
        assert journal.waiting() == 0
        assert len(files(tmp_path)) == 1
        store.away = False
        await until(lambda: not files(tmp_path))
        journal.turn("c1", turn(2))
        await journal.flush()
        turns, facts = await told(store)
        assert turns == (turn(0), turn(1), turn(2))
        assert facts == (replace(ORDER, number="600001"),)
    assert meter.tallies == {Tally.RECORDS_RESCUED: 4}


async def test_a_store_that_is_away_is_not_asked_for_every_record(tmp_path: Path) -> None:
    # Each question to a locked database costs seconds; a caller waits for the fact behind them.
    store = SometimesAway()
    async with Journal(store, tmp_path, retry_s=60) as journal:
        store.away = True
        store.asked = 0
        tell_a_call(journal, 20)
        await journal.fact("c1", ORDER)
        assert store.asked == 1


async def test_an_outage_is_one_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = SometimesAway()
    async with Journal(store, tmp_path, retry_s=0.01) as journal:
        store.away = True
        tell_a_call(journal, 20)
        await journal.flush()
        await until(lambda: store.asked >= 5)
        store.away = False
        await until(lambda: "the store is back" in caplog.messages)
    messages = [record.getMessage() for record in caplog.records if record.name.startswith("ivr")]
    assert messages == [
        "the store is away",
        "rescued records are in the store",
        "the store is back",
    ]


async def test_what_a_dead_run_rescued_is_brought_in_once_and_its_calls_are_closed(
    tmp_path: Path,
) -> None:
    dead = RescueFolder(tmp_path)
    entries = [Entry("c1", START, "k0"), Entry("c1", turn(3), "k1"), Entry("c1", ORDER, "k2")]
    dead.append(entries)
    second = replace(START, call_id="c2")
    dead.append([Entry("c2", second, "k3"), Entry("c2", END, "k4")])
    _disown(dead.own)
    again = dead.own.read_bytes()
    store = await open_store(tmp_path / "h.sqlite")
    try:
        for _ in range(2):  # A crash before the file was removed brings it in again.
            dead.own.write_bytes(again)
            async with Journal(store, tmp_path):
                assert not dead.own.exists()
        broken = await store.call("c1")
        assert broken is not None
        assert broken.turns == (turn(3),)
        assert broken.facts == (replace(ORDER, number="600001"),)
        assert broken.end is not None
        assert broken.end.outcome is Outcome.BROKEN_OFF
        assert broken.end.ended_at == START.started_at + timedelta(seconds=turn(3).end_s)
        ended = await store.call("c2")
        assert ended is not None
        assert ended.end == END
    finally:
        await store.close()


async def test_a_living_neighbours_rescue_file_is_left_alone(tmp_path: Path) -> None:
    neighbour = RescueFolder(tmp_path)
    neighbour.append([Entry("c1", START, "k0")])
    before = neighbour.own.read_bytes()
    async with Journal(MemoryStore(), tmp_path):
        pass
    assert neighbour.own.read_bytes() == before


async def test_lines_that_are_none_are_set_aside_and_the_others_brought_in(
    tmp_path: Path,
) -> None:
    dead = RescueFolder(tmp_path)
    dead.append([Entry("nobody began this", turn(0), "k0"), Entry("c1", START, "k1")])
    dead.append([Entry("c1", turn(1), "k2")])
    _disown(dead.own)
    with dead.own.open("a") as file:
        file.write('[1, 2]\n{"call": "c1", "key": "k3", "what": {"kind": "tur')
    store = MemoryStore()
    async with Journal(store, tmp_path):
        turns, _ = await told(store)
        assert turns == (turn(1),)
    (aside,) = files(tmp_path)
    kept = aside.read_text().splitlines()
    assert len(kept) == 3
    assert "nobody began this" in kept[0]
    assert aside.stat().st_mode & 0o777 == 0o600


async def test_where_nothing_can_be_written_records_wait_and_the_caller_is_told(
    tmp_path: Path,
) -> None:
    (tmp_path / "rescue").write_text("a file where a folder should be")
    store, meter = SometimesAway(), Counting()
    async with Journal(store, tmp_path / "rescue", meter=meter, retry_s=0.01) as journal:
        store.away = True
        journal.begin(START)
        journal.turn("c1", turn(0))
        with pytest.raises(StoreUnavailable, match="neither"):
            await journal.fact("c1", ORDER)
        assert journal.waiting() == 2
        store.away = False
        await until(lambda: not journal.waiting())
        turns, facts = await told(store)
        assert turns == (turn(0),)
        # The caller was told that it did not work: it must not be delivered all the same.
        assert facts == ()
    assert meter.tallies == {}


async def test_what_was_held_is_written_before_what_came_later(tmp_path: Path) -> None:
    obstacle = tmp_path / "rescue"
    obstacle.write_text("")
    store = SometimesAway()
    async with Journal(store, obstacle, retry_s=60) as journal:
        store.away = True
        journal.begin(START)
        journal.turn("c1", turn(0))
        await journal.flush()
        obstacle.unlink()
        journal.turn("c1", turn(1))
        await journal.flush()
        (file,) = files(obstacle)
        entries, spoilt = RescueFolder(obstacle).read(file)
        assert [entry.what for entry in entries] == [START, turn(0), turn(1)]
        assert spoilt == []


async def test_beyond_the_bound_the_newest_are_lost_and_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store, meter = MemoryStore(), Counting()
    async with Journal(store, meter=meter, bound=4) as journal:
        tell_a_call(journal, 10)
        with pytest.raises(StoreUnavailable):
            await journal.fact("c1", ORDER)
        await journal.flush()
        turns, _ = await told(store)
        assert turns == (turn(0), turn(1), turn(2))
    assert meter.tallies == {Tally.RECORDS_LOST: 8}
    assert "records are lost" in caplog.messages


async def test_what_is_told_outside_is_lost_but_never_raises() -> None:
    meter = Counting()
    journal = Journal(MemoryStore(), meter=meter)
    async with journal:
        pass
    tell_a_call(journal, 1)
    assert meter.tallies == {Tally.RECORDS_LOST: 3}
    with pytest.raises(StoreUnavailable):
        await journal.fact("c1", ORDER)


async def test_a_record_that_does_not_fit_stops_nobody_elses() -> None:
    store = MemoryStore()
    async with Journal(store) as journal:
        journal.turn("nobody began this", turn(0))
        with pytest.raises(RecordRefused):
            await journal.fact("nobody began this", ORDER)
        tell_a_call(journal, 2)
        await journal.flush()
        assert len((await told(store))[0]) == 2


async def test_a_caller_who_hangs_up_meanwhile_does_not_take_the_order_with_them() -> None:
    store = MemoryStore()
    async with Journal(store) as journal:
        journal.begin(START)
        asking = asyncio.create_task(journal.fact("c1", ORDER))
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait([asking])
        assert asking.cancelled()
        await journal.flush()
        assert (await told(store))[1] == (replace(ORDER, number="600001"),)


async def test_the_log_tells_nothing_of_what_was_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "ivr")
    store = SometimesAway()
    async with Journal(store, tmp_path, bound=2, retry_s=60) as journal:
        store.away = True
        tell_a_call(journal, 5)
        await journal.flush()
    assert caplog.records
    for record in caplog.records:
        assert "Satz" not in str(vars(record))


async def test_a_power_cut_in_the_middle_of_a_line_spoils_only_that_line(tmp_path: Path) -> None:
    folder = RescueFolder(tmp_path)
    entries = [Entry("c1", START, "k0"), Entry("c1", turn(0), "k1"), Entry("c1", END, "k2")]
    folder.append(entries)
    whole = folder.own.read_bytes()
    ends = [n for n, byte in enumerate(whole) if byte == ord("\n")]
    for cut in range(ends[0] + 1, len(whole), 7):
        folder.own.write_bytes(whole[:cut])
        complete = sum(end <= cut for end in ends) - 1
        assert folder.read(folder.own)[0] == entries[:complete]


async def test_an_append_that_fails_half_way_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = RescueFolder(tmp_path)
    folder.append([Entry("c1", START, "k0")])
    before = folder.own.read_bytes()

    def full(file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        folder.append([Entry("c1", turn(0), "k1")])
    assert folder.own.read_bytes() == before


def _disown(file: Path) -> None:
    """Make the file one of a process that is dead."""
    owner, *lines = file.read_text().splitlines()
    changed = {**json.loads(owner), "started": "before the last boot"}
    file.write_text("\n".join([json.dumps(changed), *lines]) + "\n")
