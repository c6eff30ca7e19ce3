"""What is left when the program is killed: everything that was finished, and nothing else."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.core.records import CallStart, Order, Outcome, Turn
from ivr.store.sql import open_store

STARTED = datetime(2026, 7, 1, 12, tzinfo=UTC)
LATER = STARTED + timedelta(hours=1)

CALL = """
import asyncio, sys
from datetime import UTC, datetime
from decimal import Decimal
from ivr.core.records import CallStart, Order, Turn
from ivr.store.sql import open_store

async def main():
    store = await open_store(sys.argv[1])
    started = datetime(2026, 7, 1, 12, tzinfo=UTC)
    await store.begin(CallStart("killed", "Musterfirma", "scripted", started))
    await store.add_fact("killed", Order("WK-100", "Kocher", 1, "4711", Decimal("34.90")))
    for n in range(1_000_000):
        await store.add_turn("killed", Turn("caller", f"Satz {n}", n, n + 0.5))
        print(n, flush=True)

asyncio.run(main())
"""


@asynccontextmanager
async def call_in_another_process(file: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CALL, str(file), stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        # Its last words are read to the end, or the pipe would stay open.
        await process.communicate()


async def turns_told(process: asyncio.subprocess.Process, enough: int) -> int:
    """Wait until the process has told that many finished turns; the last one's number."""
    assert process.stdout is not None
    last = -1
    while last < enough:
        line = await process.stdout.readline()
        assert line, "the process ended by itself"
        last = int(line)
    return last


@pytest.mark.timeout(60)
async def test_what_was_finished_before_the_kill_is_there_and_the_call_is_broken_off(
    tmp_path: Path,
) -> None:
    file = tmp_path / "h.sqlite"
    async with call_in_another_process(file) as process:
        told = await turns_told(process, 20)
        process.kill()
        assert process.stdout is not None
        rest = (await process.stdout.read()).split(b"\n")
        told = max([told, *(int(line) for line in rest[:-1] if line)])
        await process.wait()
    store = await open_store(file)
    try:
        assert await store.mark_broken_off(LATER) == 1
        assert await store.mark_broken_off(LATER) == 0
        record = await store.call("killed")
        assert record is not None
        texts = [turn.text for turn in record.turns]
        # One more may have been safe before there was time to tell of it.
        assert texts in ([f"Satz {n}" for n in range(told + more)] for more in (1, 2))
        assert [type(fact) for fact in record.facts] == [Order]
        assert record.end is not None
        assert record.end.outcome is Outcome.BROKEN_OFF
        assert record.end.ended_at == STARTED + timedelta(seconds=record.turns[-1].end_s)
    finally:
        await store.close()


@pytest.mark.timeout(60)
async def test_a_living_neighbours_call_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "h.sqlite"
    async with call_in_another_process(file) as process:
        await turns_told(process, 1)
        store = await open_store(file, busy_timeout_s=10)
        try:
            assert await store.mark_broken_off(LATER) == 0
        finally:
            await store.close()


async def abandoned_call(file: Path, **owner: object) -> None:
    """Leave an open call of another process in the database."""
    store = await open_store(file)
    await store.begin(CallStart("c1", "Musterfirma", "scripted", STARTED))
    await store.add_turn("c1", Turn("caller", "Guten Tag", 1, 2))
    await store.close()
    with closing(sqlite3.connect(file)) as connection, connection:
        for column, value in owner.items():
            connection.execute(f"UPDATE calls SET owner_{column} = ?", (value,))  # noqa: S608


async def broken_off(file: Path, at: datetime) -> int:
    store = await open_store(file)
    try:
        return await store.mark_broken_off(at)
    finally:
        await store.close()


async def test_a_number_that_was_given_to_another_process_does_not_keep_a_call_open(
    tmp_path: Path,
) -> None:
    file = tmp_path / "h.sqlite"
    await abandoned_call(file, pid=os.getppid(), started="an earlier boot:4711")
    assert await broken_off(file, LATER) == 1


@pytest.mark.parametrize("owner", [{"host": "another-machine", "pid": 1}, {"started": ""}])
async def test_a_call_whose_process_cannot_be_looked_at_is_given_hours(
    tmp_path: Path, owner: dict[str, object]
) -> None:
    file = tmp_path / "h.sqlite"
    await abandoned_call(file, **owner)
    assert await broken_off(file, STARTED + timedelta(hours=5)) == 0
    assert await broken_off(file, STARTED + timedelta(hours=7)) == 1


async def test_a_broken_off_call_never_ends_after_it_was_found(tmp_path: Path) -> None:
    file = tmp_path / "h.sqlite"
    await abandoned_call(file, pid=2**22 + 1)
    found = STARTED + timedelta(seconds=1)
    assert await broken_off(file, found) == 1
    store = await open_store(file)
    record = await store.call("c1")
    await store.close()
    assert record is not None
    assert record.end is not None
    assert record.end.ended_at == found
