"""What purging promises, on SQLite and PostgreSQL."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ivr.core.records import (
    AddressChange,
    Appointment,
    CallEnd,
    CallStart,
    HandOver,
    HandOverReason,
    Message,
    Order,
    Outcome,
    Turn,
)
from ivr.core.retention import Before, Purged
from ivr.core.training import Decision
from ivr.store.desk import SqlDesk
from ivr.store.desk_tables import TaskRow, WaitRow
from ivr.store.owner import this_process
from ivr.store.purge import SqlPurge
from ivr.store.sql import SqlStore, open_store
from ivr.store.tables import Base, CallRow, HandOverRow, MessageRow, OrderRow, TurnRow
from ivr.store.training_inbox import SqlTalks
from ivr.store.worklist import SqlWorkList
from tests.contracts.test_desk_store import WAIT, WAITING

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)
NOTHING = Before(LONG_AGO, LONG_AGO, LONG_AGO, LONG_AGO)
SECRET = "Vogelspinnenallergie"
TURN = Turn("caller", f"Ich habe eine {SECRET}.", 3.2, 4.9)
WISH = HandOver(HandOverReason.ASKED, "Erika", "0561 123-456", None, transcript=(TURN,))
LETTER = Message("Müller", "0561 777777", "Rechnung", callback=True)
ORDER = Order("WK-100", "Wasserkocher", 2, "48213", Decimal("34.90"))


class Files:
    """Stands for what else is kept of calls."""

    def __init__(self) -> None:
        self.forgotten: list[str] = []
        self.broken = False

    async def forget(self, calls: Collection[str]) -> int:
        if self.broken:
            raise OSError(13, "no rights")
        self.forgotten += calls
        return len(calls)


async def call(
    store: SqlStore,
    call_id: str,
    *,
    caller: str | None = "+49561123456",
    days: float | None = 0,
    client: str = "musterfirma",
) -> None:
    """A call that ended that many days before noon; one that goes on without `days`."""
    began = NOON - timedelta(days=days or 0, minutes=3)
    await store.begin(CallStart(call_id, client, "sip", began, caller))
    await store.add_turn(call_id, TURN)
    if days is not None:
        ended = began + timedelta(minutes=3)
        await store.end(call_id, CallEnd(Outcome.ANSWERED, ended, {"name": "Erika"}))


async def rows(store: SqlStore, table: type[Base]) -> int:
    async with store.sessions.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def kept(store: SqlStore) -> set[str]:
    return {record.start.call_id for record in await store.calls(1000)}


async def test_old_calls_go_with_all_that_hangs_on_them(store: SqlStore) -> None:
    files = Files()
    purge = SqlPurge(store.sessions, "musterfirma", [files])
    await call(store, "old", days=91)
    await call(store, "new", days=89)
    await call(store, "live", days=None)
    await call(store, "others", days=91, client="andere")
    for each in ("old", "new"):
        await store.add_fact(each, WISH)
        await store.add_fact(each, ORDER)
        waiting = replace(WAIT, waiting=replace(WAITING, call_id=each))
        await SqlDesk(store.sessions, "musterfirma", this_process()).join(waiting)
    work = SqlWorkList(store.sessions, "musterfirma")
    assert await work.claim("hand_over:1", "anna", NOON)
    due = replace(NOTHING, calls=NOON - timedelta(days=90))
    expected = Purged(calls=1, turns=1, hand_overs=1, waits=1)
    assert await purge.count_old(due) == expected
    assert await kept(store) == {"old", "new", "live", "others"}, "counting removes nothing"
    assert await purge.remove_old(due) == replace(expected, files=1)
    assert files.forgotten == ["old"]
    assert await kept(store) == {"new", "live", "others"}
    assert await rows(store, TurnRow) == 3
    assert await rows(store, HandOverRow) == 1
    assert await rows(store, WaitRow) == 1
    assert await rows(store, TaskRow) == 0, "what was done about it tells of the caller, too"
    assert await rows(store, OrderRow) == 2, "orders have a period of their own"
    assert await purge.remove_old(due) == Purged()


async def test_each_kind_has_its_own_period(store: SqlStore) -> None:
    purge = SqlPurge(store.sessions, "musterfirma", [])
    await call(store, "c1")
    appointment = Appointment("Erika", date(2026, 7, 4), time(15, 30))
    for fact in (LETTER, ORDER, appointment, AddressChange("48213", "Neue Straße 5")):
        await store.add_fact("c1", fact)
    assert await purge.remove_old(replace(NOTHING, notes=FAR)) == Purged(notes=3)
    assert await purge.remove_old(replace(NOTHING, orders=FAR)) == Purged(orders=1)
    assert await kept(store) == {"c1"}


async def test_many_go_in_batches(store: SqlStore) -> None:
    purge = SqlPurge(store.sessions, "musterfirma", [Files()])
    for number in range(203):
        await store.begin(CallStart(f"c{number}", "musterfirma", "sip", NOON))
        await store.end(f"c{number}", CallEnd(Outcome.ANSWERED, NOON))
    assert await purge.remove_old(replace(NOTHING, calls=FAR)) == Purged(calls=203, files=203)


async def test_what_cannot_be_removed_keeps_its_record(store: SqlStore) -> None:
    """Else nobody would ever know of the recording that is left."""
    files = Files()
    files.broken = True
    purge = SqlPurge(store.sessions, "musterfirma", [files])
    await call(store, "old", days=91)
    due = replace(NOTHING, calls=NOON)
    with pytest.raises(OSError, match="no rights"):
        await purge.remove_old(due)
    assert await kept(store) == {"old"}
    files.broken = False
    assert (await purge.remove_old(due)).files == 1


async def test_a_corrected_transcript_goes_with_the_call(store: SqlStore) -> None:
    await call(store, "old", days=91)
    talks = SqlTalks(store.sessions, "musterfirma")
    decision = Decision(0, "old", 0, "right", "faq", "key", NOON, "anna", "Erika sagt")
    await talks.decide([decision], (), "anna")
    await SqlPurge(store.sessions, "musterfirma", []).remove_old(replace(NOTHING, calls=NOON))
    (kept_of_it,) = await talks.decisions()
    assert (kept_of_it.transcript, kept_of_it.intent) == (None, "faq")


@pytest.mark.parametrize(
    "number", ["0561 123456", "+49 (0)561/123456", "0049561123456", "49561123456"]
)
async def test_one_number_is_erased(store: SqlStore, number: str) -> None:
    files = Files()
    purge = SqlPurge(store.sessions, "musterfirma", [files])
    await call(store, "mine")
    await store.add_fact("mine", LETTER)
    await store.add_fact("mine", ORDER)
    await call(store, "withheld", caller=None)
    await store.add_fact("withheld", WISH)  # The number was left for the call back.
    await call(store, "other", caller="+495611234567")
    await call(store, "live", days=None)
    await call(store, "others", client="andere")
    for outbound in (True, False):
        ours = CallStart(f"out-{outbound}", "musterfirma", "sip", NOON, "0561 9", "0561123456")
        await store.begin(replace(ours, outbound=outbound))
        await store.end(ours.call_id, CallEnd(Outcome.ANSWERED, NOON))
    calls, live = await purge.calls_of(number)
    assert (set(calls), live) == ({"mine", "withheld", "out-True"}, 1)
    expected = Purged(calls=3, turns=2, hand_overs=1, notes=1)
    assert await purge.count_of(number) == expected
    assert await purge.remove_of(number) == replace(expected, files=3)
    assert await kept(store) == {"other", "live", "others", "out-False"}
    assert set(files.forgotten) == {"mine", "withheld", "out-True"}
    assert await rows(store, OrderRow) == 1
    assert await rows(store, MessageRow) == 0


async def test_what_outlived_its_call_is_erased_too(store: SqlStore) -> None:
    purge = SqlPurge(store.sessions, "musterfirma", [])
    await call(store, "old", days=91, caller=None)
    await store.add_fact("old", replace(LETTER, phone="0561-123456"))
    await purge.remove_old(replace(NOTHING, calls=NOON))
    assert await rows(store, MessageRow) == 1
    assert await purge.remove_of("+49561123456") == Purged(notes=1)
    assert await rows(store, MessageRow) == 0


async def test_removed_means_gone_from_the_files(tmp_path: Path) -> None:
    """SQLite only marks deleted pages as free unless it is told to overwrite them."""
    store = await open_store(tmp_path / "h.sqlite")
    try:
        await call(store, "c1")
        assert SECRET.encode() in _bytes(tmp_path)
        await SqlPurge(store.sessions, "musterfirma", []).remove_of("0561123456")
        assert SECRET.encode() not in _bytes(tmp_path)
    finally:
        await store.close()
    assert await _calls_left(tmp_path) == 0


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.glob("h.sqlite*")))


async def _calls_left(folder: Path) -> int:
    store = await open_store(folder / "h.sqlite")
    try:
        return await rows(store, CallRow)
    finally:
        await store.close()
