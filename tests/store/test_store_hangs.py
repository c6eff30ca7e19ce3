"""Databases that neither answer nor refuse: a network that is cut, a file that another holds."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import make_url, update
from typing_extensions import override

from ivr.core.errors import StoreUnavailable
from ivr.core.records import CallStart, Fact, Order, Turn
from ivr.store.database import Limits
from ivr.store.journal import Journal
from ivr.store.memory import MemoryStore
from ivr.store.rescue import RescueFolder
from ivr.store.sql import SqlStore, open_store
from ivr.store.tables import ClientRow

START = CallStart("c1", "Musterfirma", "scripted", datetime(2026, 7, 1, tzinfo=UTC))
TURN = Turn("caller", "Guten Tag", 0.5, 1.5)
ORDER = Order("WK-100", "Wasserkocher", 1, "48213", Decimal("34.90"))
NUMBERED = replace(ORDER, number="600001")
LIMITS = Limits(write_s=0.5, read_s=0.5)


class Wire:
    """A network to a server on loopback. Where it is cut, it is silent and closes nothing."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._whole = asyncio.Event()
        self._whole.set()
        self._tasks: set[asyncio.Task[None]] = set()

    def cut(self) -> None:
        self._whole.clear()

    def mend(self) -> None:
        """For new connections; those from before stay open, and the server does not hear of it."""
        self._whole = asyncio.Event()
        self._whole.set()

    @asynccontextmanager
    async def laid(self) -> AsyncIterator[int]:
        """Yields the port at this end."""
        server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._port)
        whole = self._whole
        for source, target in ((reader, there_writer), (there_reader, writer)):
            task = asyncio.create_task(_forward(source, target, whole))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


async def _forward(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, whole: asyncio.Event
) -> None:
    try:
        while data := await source.read(65_536):
            await whole.wait()
            target.write(data)
        await whole.wait()
    except ConnectionError:
        pass
    finally:
        target.close()


@pytest.fixture
async def wire(postgres_server: int) -> Wire:
    return Wire(postgres_server)


@pytest.fixture
async def store(wire: Wire, postgres_url: str) -> AsyncIterator[SqlStore]:
    """On a PostgreSQL that is reached over the wire."""
    async with wire.laid() as port:
        url = make_url(postgres_url).set(port=port).render_as_string(hide_password=False)
        store = await open_store(url, limits=LIMITS)
        try:
            yield store
        finally:
            await store.close()


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def until(come: Callable[[], bool]) -> None:
    while not come():  # noqa: ASYNC110 - what is waited for lies outside the program
        await asyncio.sleep(0.01)


async def test_a_server_behind_a_cut_network_is_away_and_not_waited_for(
    store: SqlStore, wire: Wire
) -> None:
    await store.begin(START)
    wire.cut()
    with pytest.raises(StoreUnavailable, match="does not answer"):
        await store.add_turn("c1", TURN)
    with pytest.raises(StoreUnavailable, match="does not answer"):
        await store.find_order("600001")
    wire.mend()
    await store.add_turn("c1", TURN)
    record = await store.call("c1")
    assert record is not None
    assert record.turns == (TURN,)


async def test_an_order_in_a_cut_network_is_safe_and_comes_in_once_when_it_is_mended(
    store: SqlStore, wire: Wire, tmp_path: Path
) -> None:
    async with Journal(store, tmp_path, retry_s=0.1) as journal:
        journal.begin(START)
        await journal.flush()
        wire.cut()
        assert await journal.fact("c1", ORDER) == ORDER
        journal.turn("c1", TURN)
        await journal.flush()
        assert journal.waiting() == 0
        (file,) = files(tmp_path)
        entries, _ = RescueFolder(tmp_path).read(file)
        assert [entry.what for entry in entries] == [ORDER, TURN]
        wire.mend()
        await until(lambda: not files(tmp_path))
        record = await store.call("c1")
    assert record is not None
    assert record.facts == (NUMBERED,)
    assert record.turns == (TURN,)


async def test_what_a_lost_program_had_locked_is_free_again_soon(
    store: SqlStore, wire: Wire
) -> None:
    await store.begin(START)

    async def cut_off() -> None:
        async with store.sessions.writing() as session:
            await session.execute(update(ClientRow).values(next_order=ClientRow.next_order + 1))
            wire.cut()

    with pytest.raises(StoreUnavailable, match="does not answer"):
        await cut_off()
    wire.mend()
    while True:
        with contextlib.suppress(StoreUnavailable):
            assert await store.add_fact("c1", ORDER) == NUMBERED
            return


class Silent(MemoryStore):
    """A store that refuses once and then says nothing more."""

    @override
    async def begin(self, start: CallStart) -> None:
        raise StoreUnavailable("away for a test")

    @override
    async def revise(self, call_id: str, change: Callable[[Fact], Fact | None]) -> Sequence[Fact]:
        self.asked.set()
        await asyncio.Event().wait()
        return ()

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()


async def test_nobody_waits_while_a_silent_store_is_asked_whether_it_is_back(
    tmp_path: Path,
) -> None:
    store = Silent()
    async with Journal(store, tmp_path, retry_s=0.01) as journal:
        journal.begin(START)
        await store.asked.wait()
        assert await journal.fact("c1", ORDER) == ORDER


HOLD = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


async def test_a_file_that_another_program_holds_keeps_no_call_waiting_and_loses_nothing(
    tmp_path: Path,
) -> None:
    rescue = tmp_path / "rescue"
    store = await open_store(tmp_path / "h.sqlite", busy_timeout_s=0.2)
    try:
        await store.begin(START)
        other = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", HOLD, str(tmp_path / "h.sqlite")),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert other.stdin is not None
        assert other.stdout is not None
        await other.stdout.readline()
        async with Journal(store, rescue, retry_s=0.1) as journal:
            assert await journal.fact("c1", ORDER) == ORDER
            journal.turn("c1", TURN)
            await journal.flush()
            assert len(files(rescue)) == 1
            other.stdin.close()
            await other.wait()
            await until(lambda: not files(rescue))
            record = await store.call("c1")
    finally:
        await store.close()
    assert record is not None
    assert record.facts == (NUMBERED,)
    assert record.turns == (TURN,)


async def test_who_waits_for_their_turn_to_write_does_not_wait_for_ever(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "h.sqlite", limits=LIMITS)
    try:
        async with store.sessions.writing(within_s=60):
            with pytest.raises(StoreUnavailable, match="does not answer"):
                await store.begin(START)
        await store.begin(START)
    finally:
        await store.close()
