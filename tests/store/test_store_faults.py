"""What goes wrong with databases: told with its cure, and nothing half-written."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from ivr.core.errors import ConfigError, MissingPiece, RecordRefused, StoreUnavailable
from ivr.core.records import CallStart, Message, Order, Turn
from ivr.store.database import Limits, address, make_engine
from ivr.store.owner import this_process
from ivr.store.sessions import Sessions
from ivr.store.sql import SqlStore, open_store

START = CallStart("c1", "Musterfirma", "scripted", datetime(2026, 7, 1, tzinfo=UTC))
TURN = Turn("caller", "Guten Tag", 0.5, 1.5)
ORDER = Order("WK-100", "Wasserkocher", 1, "48213", Decimal("34.90"))
SECRET = "Erika Mustermann 0561 123456"


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[Path]:
    """A database with one call in it."""
    file = tmp_path / "hotline.sqlite"
    store = await open_store(file)
    await store.begin(START)
    await store.close()
    yield file
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_a_full_disk_is_told_and_leaves_nothing_half_written(file: Path) -> None:
    engine = make_engine(address(file), busy_timeout_s=1)

    def cap(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA max_page_count = 1")  # Which means: as many as there are.
        cursor.close()

    event.listen(engine.sync_engine, "connect", cap)
    store = SqlStore(Sessions(engine, Limits()), this_process())
    letter = Message("Müller", "0561", "x" * 30_000)
    try:
        first = await store.add_fact("c1", ORDER)
        with pytest.raises(StoreUnavailable, match="no space left"):
            await store.add_fact("c1", letter)
        with pytest.raises(StoreUnavailable, match="no space left"):
            await store.add_turn("c1", Turn("caller", "x" * 30_000, 0, 1))
        # Other pages still have room; the places that failed were given back.
        second = await store.add_fact("c1", ORDER)
        assert [o.number for o in (first, second) if isinstance(o, Order)] == ["600001", "600002"]
        record = await store.call("c1")
        assert record is not None
        assert record.facts == (first, second)
        assert record.turns == ()
    finally:
        await store.close()


async def test_a_database_that_another_program_locks_is_told_and_used_again_after(
    file: Path,
) -> None:
    store = await open_store(file, busy_timeout_s=0.1)
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable, match="locked by another program"):
                await store.add_turn("c1", TURN)
            assert await store.call("c1") is not None, "reading goes on meanwhile"
        await store.add_turn("c1", TURN)
        record = await store.call("c1")
        assert record is not None
        assert record.turns == (TURN,)
    finally:
        await store.close()


async def test_a_read_only_database_can_be_read_and_says_why_it_is_not_written(
    file: Path,
) -> None:
    store = await open_store(f"sqlite:///file:{file}?mode=ro&uri=true")
    try:
        assert await store.call("c1") is not None
        with pytest.raises(StoreUnavailable, match="may not be written"):
            await store.add_turn("c1", TURN)
    finally:
        await store.close()


async def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "hotline.sqlite"
    content = b"My shopping list: " + b"milk " * 1000
    file.write_bytes(content)
    with pytest.raises(StoreUnavailable, match="damaged or is no database: move it away"):
        await open_store(file)
    assert file.read_bytes() == content


async def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "hotline.sqlite"
    store = await open_store(file)
    await store.begin(START)
    await store.close()
    with file.open("r+b") as bytes_:
        bytes_.seek(4096)
        bytes_.write(b"\xa5" * (file.stat().st_size - 4096))
    with pytest.raises(StoreUnavailable, match="damaged"):
        await _use(file)


async def _use(file: Path) -> None:
    store = await open_store(file)
    try:
        await store.add_turn("c1", TURN)
    finally:
        await store.close()


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where a folder should be")
    with pytest.raises(StoreUnavailable, match="hotline.sqlite"):
        await open_store(tmp_path / "var" / "hotline.sqlite")


async def test_the_folder_is_made_and_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "a folder" / "50%" / "hotline.sqlite"
    store = await open_store(file)
    await store.begin(START)
    try:
        modes = {path.name: path.stat().st_mode & 0o777 for path in file.parent.iterdir()}
        assert set(modes.values()) == {0o600}
    finally:
        await store.close()


@pytest.mark.parametrize("value", [Decimal("19.995"), Decimal("NaN"), Decimal("1E30")])
async def test_an_impossible_amount_is_refused_and_takes_no_number(
    file: Path, value: Decimal
) -> None:
    store = await open_store(file)
    try:
        wrong = Order("WK-100", SECRET, 1, SECRET, value)
        with pytest.raises(RecordRefused) as refusal:
            await store.add_fact("c1", wrong)
        assert SECRET not in str(refusal.value)
        assert SECRET not in str(refusal.value.__cause__), "nor in a traceback"
        kept = await store.add_fact("c1", ORDER)
        assert isinstance(kept, Order)
        assert kept.number == "600001"
    finally:
        await store.close()


async def test_text_that_is_no_text_is_kept_as_well_as_can_be(file: Path) -> None:
    store = await open_store(file)
    try:
        await store.add_turn("c1", Turn("caller", "half: \ud83d, none: \x00, whole: 🙂", 0, 1))
        record = await store.call("c1")
        assert record is not None
        assert record.turns[0].text == "half: \ufffd, none: \ufffd, whole: 🙂"
    finally:
        await store.close()


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "nonsense://x y z", "postgresql://u:pw@[bad"]
)
async def test_an_address_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises((ConfigError, MissingPiece)) as refusal:
        await open_store(url)
    assert "pw" not in str(refusal.value)


async def test_a_database_server_that_is_away_is_told_without_its_password() -> None:
    with pytest.raises((StoreUnavailable, MissingPiece)) as refusal:
        await open_store("postgresql://hotline:geheim@127.0.0.1:1/hotline")
    assert "geheim" not in str(refusal.value)
