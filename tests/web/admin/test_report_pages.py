"""Reports in the console: what is counted, what is drawn, from when on, and what it costs."""

import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partialmethod
from pathlib import Path

import pytest

from ivr.core.records import Turn
from ivr.core.training import Utterance
from ivr.store.training_inbox import SqlTalks
from ivr.training.reports import Figures, HandOvers, by_intent
from ivr.web.admin import reports
from ivr.web.admin.charts import handed_over, understanding
from tests.training import test_inbox as calls
from tests.web.admin.console import Office, open_office


async def call(office: Office, name: str, days_ago: float, *turns: Turn, person: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calls, "NOON", datetime.now(UTC) - timedelta(days=days_ago))
        await calls.call(office.room, name, *turns, handed_over=person)


def missed(text: str) -> Turn:
    return calls.said(text, "hours", 0.2, understood=False)


async def test_the_tables_are_there_and_count_what_a_hand_over_costs(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        await call(office, "a", 0.1, calls.said("was kostet das"), person=True)
        await call(office, "b", 0.1, calls.said("wann ist auf", "hours"), person=False)
        browser = await office.admin()
        page = await browser.get("/admin/reports")
        assert "zählt mit 6 Minuten" in page.text
        costs = (await browser.get("/admin/reports/costs.csv?days=7")).text.splitlines()
        assert costs[1:] == ["price;1;6,000"]
        handed = (await browser.get("/admin/reports/hand_overs.csv?days=7")).text.splitlines()
        assert [row.split(";")[1:] for row in handed[1:]] == [["price", "1"]]
        for name in reports.TABLES:
            assert (await browser.get(f"/admin/reports/{name}.csv")).status_code == 200
        assert (await browser.get("/admin/reports/secrets.csv")).status_code == 404


async def test_a_topic_of_last_month_is_not_new_however_short_the_report(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        await call(office, "a", 30, missed("gibt es Ratenzahlung"), person=False)
        for name in "bc":
            await call(office, name, 1, missed("gibt es Ratenzahlung"), person=False)
            await call(office, name * 2, 1, missed("ich heiße Kowalski mit Zirkus"), person=False)
        topics = (await (await office.admin()).get("/admin/reports/topics.csv?days=7")).text
        assert "Ratenzahlung" not in topics
        assert "Zirkus" in topics
        assert "Kowalski" not in topics


async def test_what_is_left_out_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_office(tmp_path) as office:
        await call(office, "a", 3, missed("gibt es Ratenzahlung"), person=False)
        await call(office, "b", 1, missed("kommt der Zirkus"), person=False)
        browser = await office.admin()
        for page in ("/admin/reports", "/admin/inbox"):
            assert "davor war es mehr" not in (await browser.get(page)).text
        few = partialmethod(SqlTalks.utterances, most=1)
        monkeypatch.setattr(SqlTalks, "utterances", few)
        for page in ("/admin/reports", "/admin/inbox"):
            assert "davor war es mehr" in (await browser.get(page)).text


async def test_calls_go_on_while_a_report_is_worked_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[int] = []

    def noting(utterances: Sequence[Utterance]) -> list[Figures]:
        worked.append(threading.get_ident())
        return by_intent(utterances)

    monkeypatch.setattr(reports, "by_intent", noting)
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        for path in ("/admin/reports", "/admin/reports/intents.csv"):
            assert (await browser.get(path)).status_code == 200
        assert len(worked) == 2
        assert threading.get_ident() not in worked


DAYS = [date(2026, 11, 23) + timedelta(days=at) for at in range(3)]


def test_a_day_without_calls_is_a_gap_and_no_failure() -> None:
    rows = [
        Figures(day.isoformat(), 2, 4, automated=0.5, no_match=0.25, corrected=0, handed_over=0.5)
        for day in (DAYS[0], DAYS[2])
    ]
    drawn = understanding(DAYS, rows)
    assert len(drawn.lines) == 3
    for line in drawn.lines:
        assert [len(piece) for piece in line.pieces] == [1, 1]
    assert [label.text for label in drawn.labels] == ["23.11.", "24.11.", "25.11."]


def test_hand_overs_are_drawn_by_intent_and_the_rare_ones_together() -> None:
    rows = [
        HandOvers(DAYS[0].isoformat(), intent, count)
        for intent, count in (("price", 5), ("refund", 4), ("parking", 3), ("voucher", 2))
    ]
    rows += [HandOvers(DAYS[2].isoformat(), "contact", 1)]
    drawn = handed_over(DAYS, rows)
    assert drawn.bar_names == ("Preis", "Erstattung", "Parken", "andere")
    assert [bar.text for bar in drawn.bars][-2:] == ["23.11.: andere 2", "25.11.: andere 1"]
    assert handed_over(DAYS, []).empty
