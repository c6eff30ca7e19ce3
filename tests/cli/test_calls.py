"""`ivr calls` over a real database."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ivr.cli.main import app
from ivr.config.loading import PROGRAM_FOLDER
from ivr.core.records import (
    AddressChange,
    Appointment,
    CallEnd,
    CallStart,
    Fact,
    HandOver,
    HandOverReason,
    Message,
    Order,
    Outcome,
    Turn,
)
from ivr.store.sql import open_store

SUMMER = datetime(2026, 7, 1, 22, 30, 5, tzinfo=UTC)
FACTS: list[Fact] = [
    Order("WK-100", "Wasserkocher", 2, "48213", Decimal("34.90")),
    HandOver(HandOverReason.ASKED, "Müller", "0561 1", "complaint", {}, (), "Will\nRückruf"),
    Message("Müller", "0561 1", "Rechnung", callback=True, when="morgen"),
    Appointment("Müller", date(2026, 7, 4), time(15, 30)),
    AddressChange("48213", "Neue Straße 5\n34117 Kassel"),
]

Ivr = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IVR_HOME", str(tmp_path))
    monkeypatch.delenv("IVR_STORE_URL", raising=False)
    return tmp_path


@pytest.fixture
def ivr(home: Path) -> Ivr:
    return lambda *words: CliRunner().invoke(app, ["calls", *words])


def keep(home: Path, call_id: str, at: datetime = SUMMER, end: CallEnd | None = None) -> None:
    async def kept() -> None:
        store = await open_store(home / "var" / "hotline.sqlite")
        trace = {"Call-ID": "7@pbx", "User-Agent": "FRITZ!OS \x1b[2J"}
        start = CallStart(call_id, "musterfirma", "wav", at, "+49561123456", trace=trace)
        await store.begin(start)
        await store.add_turn(call_id, Turn("hotline", "Guten Tag!", 0.1, 2.0, interrupted=True))
        await store.add_turn(
            call_id, Turn("caller", "Ein \x1b[2JKocher", 2.5, 75.0, "order", 0.97)
        )
        for fact in FACTS:
            await store.add_fact(call_id, fact)
        if end is not None:
            await store.end(call_id, end)
        await store.close()

    asyncio.run(kept())


ENDED = CallEnd(Outcome.HANDED_OVER, SUMMER + timedelta(seconds=83), {"product": "x"}, "caller")


def test_a_fresh_installation_has_no_calls(ivr: Ivr) -> None:
    result = ivr("list")
    assert result.exit_code == 0
    assert "no calls" in result.output
    assert json.loads(ivr("list", "--json").output) == []


def test_the_list_is_newest_first_in_the_companys_time(home: Path, ivr: Ivr) -> None:
    keep(home, "aa01", SUMMER, ENDED)
    winter = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    keep(home, "bb02", winter, CallEnd(Outcome.ANSWERED, winter + timedelta(seconds=5)))
    lines = ivr("list").output.splitlines()
    assert lines[1].split()[:5] == ["bb02", "01.12.2026", "10:00", "0:05", "wav"]
    # Half past ten in the evening in London is the next day in Kassel.
    assert lines[2].split()[:5] == ["aa01", "02.07.2026", "00:30", "1:23", "wav"]
    assert "handed over" in lines[2]
    assert "order 600001, hand-over, call back, appointment, address change" in lines[2]
    assert len(ivr("list", "--limit", "1").output.splitlines()) == 2


def test_the_zone_is_the_companys(home: Path, ivr: Ivr) -> None:
    keep(home, "aa01", SUMMER, ENDED)
    demo = (Path(__file__).resolve().parents[2] / "company.toml").read_text(encoding="utf-8")
    named = 'timezone = "Asia/Tokyo"\n'
    without = "".join(
        line for line in demo.splitlines(keepends=True) if not line.startswith("timezone")
    )
    (home / "company.toml").write_text(named + without, encoding="utf-8")
    assert "02.07.2026 07:30:05 (Asia/Tokyo)" in ivr("show", "aa01").output


def test_a_call_is_shown_with_all_that_is_known(home: Path, ivr: Ivr) -> None:
    keep(home, "aa01", SUMMER, ENDED)
    output = ivr("show", "aa").output
    for known in (
        "02.07.2026 00:30:05 (Europe/Berlin)",
        "+49561123456",
        "handed over (ended by: caller)",
        "product = x",
        "7@pbx",
        "FRITZ!OS ?[2J",
        "Guten Tag! (interrupted)",
        "order 0.97",
        "2 x Wasserkocher (WK-100) at 34,90 €",
        "Will / Rückruf",
        "04.07.2026 15:30",
        "Neue Straße 5, 34117 Kassel",
    ):
        assert known in output
    assert "\x1b" not in output, "what a caller says does not steer the terminal"


def test_json_is_the_calls_own_with_utc(home: Path, ivr: Ivr) -> None:
    keep(home, "aa01", SUMMER, ENDED)
    shown: dict[str, Any] = json.loads(ivr("show", "aa01", "--json").output)
    assert shown["started_at"] == "2026-07-01T22:30:05+00:00"
    assert shown["outcome"] == "handed_over"
    assert [turn["who"] for turn in shown["turns"]] == ["hotline", "caller"]
    assert shown["hand_over"]["reason"] == "asked"
    assert [record["kind"] for record in shown["records"]] == [
        "order",
        "message",
        "appointment",
        "address_change",
    ]
    (listed,) = json.loads(ivr("list", "--json").output)
    del shown["turns"]
    assert listed == shown


def test_a_call_that_goes_on_is_told_from_one_that_was_broken_off(home: Path, ivr: Ivr) -> None:
    keep(home, "aa01")
    assert "going on" in ivr("list").output
    with closing(sqlite3.connect(home / "var" / "hotline.sqlite")) as database, database:
        database.execute("UPDATE calls SET owner_started = 'before the last boot'")
    assert "broken off" in ivr("list").output
    assert "broken off: the program died during this call" in ivr("show", "aa01").output
    assert json.loads(ivr("show", "aa01", "--json").output)["outcome"] == "broken_off"


def test_a_beginning_that_fits_several_calls_names_them(home: Path, ivr: Ivr) -> None:
    keep(home, "aa01")
    keep(home, "aa02")
    result = ivr("show", "aa")
    assert result.exit_code == 1
    assert "aa01" in result.output
    assert "aa02" in result.output
    assert ivr("show", "aa02").exit_code == 0


@pytest.mark.parametrize("wrong", ["zz", "%", "_a"])
def test_a_call_that_is_not_there_is_told(home: Path, ivr: Ivr, wrong: str) -> None:
    keep(home, "aa01")
    result = ivr("show", wrong)
    assert result.exit_code == 1
    assert "ivr calls list" in result.output


@pytest.fixture
def company(home: Path) -> Path:
    return Path(shutil.copy(PROGRAM_FOLDER / "company.toml", home))


@pytest.mark.usefixtures("company")
def test_a_number_is_erased_after_asking(home: Path, ivr: Ivr) -> None:
    keep(home, "aa01", SUMMER, ENDED)
    asked = CliRunner().invoke(app, ["calls", "purge", "--number", "0561 123456"], input="n\n")
    assert asked.exit_code == 1
    assert "1 calls" in asked.output
    assert "aa01" in ivr("list").output, "a no is a no"
    assert "would be removed" in ivr("purge", "--number", "0561 123456", "--dry-run").output
    assert "aa01" in ivr("list").output, "a dry run removes nothing"
    done = ivr("purge", "--number", "0561 123456", "--yes")
    assert done.exit_code == 0
    assert "2 turns" in done.output
    assert "Orders are kept" in done.output
    assert "no calls" in ivr("list").output
    assert "nothing" in ivr("purge", "--number", "0561 123456", "--yes").output


@pytest.mark.usefixtures("company")
def test_what_is_too_old_is_removed(home: Path, ivr: Ivr) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    keep(home, "aa01", long_ago, replace(ENDED, ended_at=long_ago))
    now = datetime.now(UTC)
    keep(home, "bb02", now, replace(ENDED, ended_at=now))
    assert ivr("purge", "--yes").exit_code == 0
    listed = ivr("list").output
    assert "bb02" in listed
    assert "aa01" not in listed
    assert ivr("purge", "--older-than", "0", "--yes").exit_code == 0
    assert "no calls" in ivr("list").output


def test_a_purge_says_one_thing_clearly(ivr: Ivr) -> None:
    both = ivr("purge", "--number", "0561", "--older-than", "3")
    assert both.exit_code == 2
    assert "not both" in both.output
    assert ivr("purge", "--number", " ").exit_code == 2
