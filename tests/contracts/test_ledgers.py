"""What reports read is what was kept, on SQLite and PostgreSQL; companies are kept apart."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.config.company import load_company
from ivr.config.desk_plan import company_plan
from ivr.config.loading import PROGRAM_FOLDER
from ivr.core.errors import RecordRefused
from ivr.core.records import CallEnd, CallStart, Message, Outcome, Turn
from ivr.core.staffing import AgentState, OfferEnd, OfferMade, StateSpan, WaitEnd, WaitState
from ivr.desk.report_desk import ReportDesk
from ivr.desk.report_rows import By, Wish
from ivr.store import desk_reports
from ivr.store.desk import SqlDesk
from ivr.store.desk_reports import SqlLedgers
from ivr.store.owner import this_process
from ivr.store.sql import SqlStore
from tests.contracts.test_desk_store import ANNA, WAIT, WAITING

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
DAY = date(2026, 7, 1)
UNTIL = NOON + timedelta(hours=6)
START = CallStart("c1", "musterfirma", "sip", NOON, "0561 123", "0561 999")


async def called(store: SqlStore, start: CallStart, *intents: str) -> None:
    await store.begin(start)
    for number, intent in enumerate(intents):
        said = Turn("caller", "…", number, number + 1, intent, understood=True)
        await store.add_turn(start.call_id, said)
    ended = start.started_at + timedelta(minutes=2)
    await store.end(start.call_id, CallEnd(Outcome.ANSWERED, ended))


async def test_calls_with_what_they_were_about(store: SqlStore) -> None:
    await called(store, START, "greet", "refund", "order_status", "refund", "goodbye")
    await store.add_turn("c1", Turn("caller", "…", 9, 10, "voucher", understood=False))
    await called(store, replace(START, call_id="c2", caller="+49561123"))
    await store.add_fact("c2", Message("Erika", "0561 1", "Rechnung", callback=True))
    await called(store, replace(START, call_id="try", line="synthetic"))
    await called(store, replace(START, call_id="other", client="andere"), "refund")
    await called(store, replace(START, call_id="late", started_at=UNTIL))
    ledgers = SqlLedgers(store.sessions)
    assert await ledgers.companies() == ["andere", "musterfirma"]
    first, second = await ledgers.calls("musterfirma", NOON, UNTIL)
    assert (first.call_id, first.topics, first.topic) == (
        "c1",
        ("order_status", "refund"),
        "refund",
    )
    assert (first.outcome, first.to_people) == (Outcome.ANSWERED, False)
    assert first.ended == NOON + timedelta(minutes=2)
    assert (second.topics, second.to_people) == ((), True)
    assert first.number == second.number, "one line, written in two ways"
    assert await ledgers.calls("nobody", NOON, UNTIL) == ()


async def test_stays_spans_and_offers(store: SqlStore) -> None:
    desk = SqlDesk(store.sessions, "musterfirma", this_process())
    await desk.add_agent(ANNA)
    wait = await desk.join(replace(WAIT, waiting=replace(WAITING, since=NOON)))
    taken = NOON + timedelta(seconds=7)
    over = replace(
        wait,
        state=WaitState.ENDED,
        end=WaitEnd.TAKEN,
        agent="anna",
        site="haus",
        taken_at=taken,
        parted_at=taken + timedelta(seconds=60),
        ended_at=taken + timedelta(seconds=60),
        wrap_s=12.5,
        code="Erledigt",
    )
    offer = OfferMade("c1", "service", "anna", "haus", NOON, OfferEnd.ACCEPTED, 3.0)
    talking = replace(ANNA, state=AgentState.TALKING, since=NOON + timedelta(hours=1))
    assert await desk.settle(over, talking, offer)
    other = await desk.join(replace(WAIT, waiting=replace(WAITING, call_id="c2", since=UNTIL)))
    await desk.save_wait(replace(other, state=WaitState.ENDED, ended_at=UNTIL))
    found = await SqlLedgers(store.sessions).ledger("musterfirma", NOON, UNTIL)
    [stay] = found.stays
    assert (stay.waited_s, stay.talked_s, stay.wrap_s) == (7, 60, 12.5)
    assert (stay.end, stay.intent, stay.agent, stay.kept) == (
        WaitEnd.TAKEN,
        "complaint",
        "anna",
        False,
    )
    assert stay.code == "Erledigt"
    assert await SqlLedgers(store.sessions).stays("musterfirma", NOON, UNTIL) == [stay]
    assert await SqlLedgers(store.sessions).stays("nobody", NOON, UNTIL) == ()
    assert list(found.offers) == [offer]
    free, going_on = found.spans
    assert free == StateSpan("anna", AgentState.FREE, "", NOON, NOON + timedelta(hours=1))
    assert (going_on.state, going_on.began_at) == (AgentState.TALKING, talking.since)
    assert (await SqlLedgers(store.sessions).ledger("andere", NOON, UNTIL)).stays == ()


async def test_a_report_from_the_store(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    await called(store, START, "refund")
    again = replace(START, call_id="c2", started_at=NOON + timedelta(days=7))
    await called(store, again, "refund")
    await called(store, replace(START, call_id="c3", outbound=True))
    plan = company_plan(load_company(PROGRAM_FOLDER / "company.toml"))
    zone = ZoneInfo("Europe/Berlin")
    desk = ReportDesk(SqlLedgers(store.sessions), plan, zone, "musterfirma")
    found = await desk.report(Wish(By.INTENT, DAY, DAY, zone))
    assert [(row.of, row.calls, row.settled) for row in found.rows] == [("refund", 1, 0)]
    assert found.total.calls == 1
    [july] = await desk.bills(DAY, DAY)
    assert (july.company, july.inbound_calls, july.begun_minutes) == ("musterfirma", 2, 4)
    assert (july.outbound_reached, str(july.outbound_minutes)) == (1, "2.00")
    assert await desk.bills(date(2026, 12, 5), date(2026, 12, 5)) == []
    for days in (-1, 400):
        with pytest.raises(RecordRefused):
            await desk.report(Wish(By.DAY, DAY, DAY + timedelta(days=days), zone))
    with pytest.raises(RecordRefused):
        await desk.bills(DAY, DAY - timedelta(days=40))
    monkeypatch.setattr(desk_reports, "MOST", 1)
    with pytest.raises(RecordRefused):
        await desk.report(Wish(By.DAY, DAY, DAY + timedelta(days=8), zone))
