"""The supervisors' reports: what they show, what they give away as a file, and to whom."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.core.desk import Waiting
from ivr.core.records import CallEnd, CallStart, HandOver, HandOverReason, Outcome, Turn
from ivr.core.staff import Role
from ivr.core.staffing import Wait, WaitEnd, WaitState
from ivr.desk.report_rows import By
from ivr.web.reports.tables import harmless
from tests.web.desk.workshop import Workshop, open_workshop

NOON = datetime(2026, 10, 25, 11, tzinfo=UTC)
"""At noon by the clocks of that day, which were put back in the night."""
SUNDAY = "first=2026-10-25&last=2026-10-25"


async def one_call(shop: Workshop) -> None:
    """A call that anna took after seven seconds."""
    client = shop.desk.company.id
    await shop.store.begin(CallStart("c1", client, "sip", NOON, "+49561123"))
    said = Turn("caller", "Wo bleibt mein Geld?", 0, 2, "refund", understood=True)
    await shop.store.add_turn("c1", said)
    await shop.store.end("c1", CallEnd(Outcome.HANDED_OVER, NOON + timedelta(seconds=90)))
    fact = HandOver(HandOverReason.ASKED, "Frau Sommer", "+49561123", "refund")
    wait = await shop.desk.store.join(Wait(Waiting("c1", client, fact, NOON), "service"))
    taken = NOON + timedelta(seconds=7)
    over = taken + timedelta(seconds=60)
    await shop.desk.store.save_wait(
        replace(
            wait,
            state=WaitState.ENDED,
            end=WaitEnd.TAKEN,
            agent="anna",
            taken_at=taken,
            parted_at=over,
            ended_at=over,
        )
    )


async def test_reports_and_bills_show_what_was(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop:
        await one_call(shop)
        await shop.staff.add("clara", Role.SUPERVISOR)
        async with shop.staff.browser() as clara:
            await clara.sign_in("clara")
            for by in By:
                page = await clara.get(f"/reports?by={by}&{SUNDAY}")
                assert page.status_code == 200, by
                assert "Sommer" not in page.text
            by_intent = (await clara.get(f"/reports?by=intent&{SUNDAY}")).text
            assert "Erstattung" in by_intent
            assert "refund" not in by_intent
            halves = await clara.get(f"/reports/table.csv?by=half_hour&{SUNDAY}")
            assert halves.text.startswith("\ufeff")
            rows = list(csv.DictReader(io.StringIO(halves.text[1:]), delimiter=";"))
            assert len(rows) == 50
            [row] = [each for each in rows if each["Angenommen"] == "1"]
            assert row["half_hour"] == "2026-10-25T12:00+01:00"
            assert (row["Servicelevel"], row["Ø Wartezeit"], row["Ø Bearbeitung"]) == (
                "1,0000",
                "7,0",
                "60,0",
            )
            bill = await clara.get("/reports/bills.csv?first=2026-10")
            [line] = csv.DictReader(io.StringIO(bill.text[1:]), delimiter=";")
            assert (line["Monat"], line["Minuten eingehend"]) == ("2026-10", "1,50")
            assert line["Angefangene Minuten"] == "2"
            page = await clara.get("/reports/bills?first=2026-10")
            assert "1,50" in page.text


async def test_times_that_cannot_be_are_refused_in_german(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop:
        await shop.staff.add("clara", Role.SUPERVISOR)
        async with shop.staff.browser() as clara:
            await clara.sign_in("clara")
            for query, said in (
                ("?first=2026-10-25&last=2026-10-24", "Zeitraum"),
                ("?by=half_hour&first=2026-01-01&last=2026-06-01", "Zeitraum"),
                ("/bills?first=Oktober", "Monat"),
                ("/bills?first=2020-01&last=2026-01", "zwölf Monate"),
            ):
                page = await clara.get(f"/reports{query}")
                assert page.status_code == 422
                assert said in page.text


async def test_agents_see_no_reports(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop:
        await shop.staff.add("anna")
        async with shop.staff.browser() as anna:
            await anna.sign_in("anna")
            for path in ("", "/table.csv", "/bills", "/bills.csv"):
                assert (await anna.get(f"/reports{path}")).status_code == 403


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-1", "@SUM", "\tx"])
def test_no_cell_becomes_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
