"""Reports and bills: nothing is counted twice or lost, whatever the clock does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ivr.core.records import Outcome
from ivr.core.reporting import CallSeen, Ledger, StaySeen
from ivr.core.staffing import AgentState, OfferEnd, OfferMade, StateSpan, WaitEnd
from ivr.desk import stretches
from ivr.desk.billing import bills
from ivr.desk.containment import AGAIN, settled
from ivr.desk.report_rows import By, Figures, Wish
from ivr.desk.reports import report, total

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Berlin",
        "Australia/Lord_Howe",  # Half an hour of summer time.
        "America/St_Johns",
        "Asia/Kathmandu",  # A quarter to.
        "Africa/Cairo",  # Midnight is skipped.
        "America/Havana",  # Midnight comes twice.
        "Antarctica/Troll",  # Two hours.
    )
]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
BACK = date(2026, 10, 25)
"""Clocks are put back in Germany."""
FORTH = date(2026, 3, 29)

moments = st.integers(0, 3 * 365 * 86400).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def target_s(queue: str) -> float:
    return 20.0


def call(
    name: str,
    began: datetime,
    number: str = "+49561",
    topics: tuple[str, ...] = ("refund",),
    outcome: Outcome = Outcome.ANSWERED,
    minutes: float = 1.0,
    *,
    to_people: bool = False,
    outbound: bool = False,
) -> CallSeen:
    ended = began + timedelta(minutes=minutes)
    return CallSeen(name, number, began, ended, outcome, topics, outbound, to_people)


def stay(joined: datetime, waited_s: float = 5, end: WaitEnd = WaitEnd.TAKEN) -> StaySeen:
    over = joined + timedelta(seconds=waited_s)
    taken = over if end in (WaitEnd.TAKEN, WaitEnd.CALL_BACK) else None
    parted = over + timedelta(seconds=90) if taken else None
    return StaySeen(
        f"c{waited_s}",
        "service",
        joined,
        end,
        "refund",
        "anna",
        "haus",
        taken,
        parted,
        parted or over,
        kept=end is WaitEnd.CALL_BACK,
        wrap_s=30.0,
    )


def rows(ledger: Ledger, by: By, first: date, last: date | None = None) -> dict[str, Figures]:
    found = report([ledger], Wish(by, first, last or first, BERLIN), target_s)
    return {row.of: row for row in found}


def test_a_caller_passed_on_is_one_caller_and_a_call_of_each_agent() -> None:
    noon = datetime(2026, 7, 1, 10, tzinfo=UTC)
    first = stay(noon, waited_s=5)
    onward = replace(stay(noon, waited_s=0), agent="bert", passed_on=True)
    ledger = Ledger("musterfirma", stays=[first, onward])
    (row,) = rows(ledger, By.QUEUE, noon.date()).values()
    assert (row.queued, row.taken, row.in_time, row.wait_s, row.agents) == (1, 1, 1, 5.0, 2)
    assert row.handling_s == 240.0, "the time of both was spent on the one caller"
    by_agent = rows(ledger, By.AGENT, noon.date())
    assert {name: (row.taken, row.handling_s) for name, row in by_agent.items()} == {
        "anna": (1, 120.0),
        "bert": (1, 120.0),
    }


@given(moments, st.sampled_from(ZONES))
@example(datetime(2026, 10, 25, 0, 59, tzinfo=UTC), BERLIN)
@example(datetime(2026, 10, 25, 1, 0, tzinfo=UTC), BERLIN)
@example(datetime(2026, 4, 4, 15, 10, tzinfo=UTC), ZONES[1])
def test_a_half_hour_holds_its_moment_and_begins_on_the_local_half_hour(
    moment: datetime, zone: ZoneInfo
) -> None:
    begin = stretches.half_hour(moment, zone)
    assert begin <= moment < begin + stretches.HALF_HOUR
    assert begin.astimezone(zone).minute % 30 == 0
    assert stretches.half_hour(begin, zone) == begin


@given(st.dates(date(2025, 1, 1), date(2027, 12, 30)), st.sampled_from(ZONES))
@example(BACK, BERLIN)
@example(FORTH, BERLIN)
@example(date(2026, 4, 24), ZONES[4])
@example(date(2026, 11, 1), ZONES[5])
def test_half_hours_follow_each_other_and_fill_the_day(day: date, zone: ZoneInfo) -> None:
    begin, end = stretches.bounds(day, day, zone)
    assert begin.astimezone(zone).date() == day
    assert (begin - timedelta(seconds=1)).astimezone(zone).date() == day - timedelta(days=1)
    halves = list(stretches.half_hours(day, day, zone))
    assert halves[0] == begin
    following = [*halves[1:], end]
    assert all(
        after - before == stretches.HALF_HOUR
        for before, after in zip(halves, following, strict=True)
    )


@pytest.mark.parametrize(("day", "hours"), [(BACK, 25), (FORTH, 23), (date(2026, 7, 1), 24)])
def test_the_night_of_a_clock_change_has_its_own_number_of_half_hours(
    day: date, hours: int
) -> None:
    begin = stretches.midnight(day, BERLIN)
    ledger = Ledger(
        "m",
        [call(str(n), begin + timedelta(minutes=30 * n)) for n in range(2 * hours)],
        spans=[StateSpan("anna", AgentState.FREE, "", begin, begin + timedelta(hours=hours))],
    )
    by_half = rows(ledger, By.HALF_HOUR, day)
    assert [row.calls for row in by_half.values()] == [1] * (2 * hours)
    assert {row.ready_s for row in by_half.values()} == {1800.0}
    assert rows(ledger, By.DAY, day)[day.isoformat()].ready_s == hours * 3600
    assert sum(row.calls for row in rows(ledger, By.CLOCK, day).values()) == 2 * hours
    if day == BACK:
        twice = [key for key in by_half if "T02:00" in key]
        assert twice == ["2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00"]


@given(
    st.lists(st.tuples(st.timedeltas(timedelta(-3), timedelta(9)), st.booleans()), max_size=30),
    st.lists(
        st.tuples(st.timedeltas(timedelta(-3), timedelta(9)), st.integers(0, 90000)), max_size=10
    ),
    st.sampled_from(list(By)),
    st.sampled_from([date(2026, 10, 23), date(2026, 3, 26), date(2026, 11, 20)]),
    st.sampled_from(ZONES),
)
def test_every_row_counted_whole_report_counted_once(
    happened: Sequence[tuple[timedelta, bool]],
    spent: Sequence[tuple[timedelta, int]],
    by: By,
    first: date,
    zone: ZoneInfo,
) -> None:
    wish = Wish(by, first, first + timedelta(days=5), zone)
    begin = wish.since
    stays = [
        stay(begin + at, 5, WaitEnd.TAKEN if taken else WaitEnd.ABANDONED)
        for at, taken in happened
    ]
    spans = [
        StateSpan("anna", AgentState.TALKING, "", begin + at, begin + at + timedelta(seconds=s))
        for at, s in spent
    ]
    ledger = Ledger("m", stays=stays, spans=spans)
    found = report([ledger], wish, target_s)
    inside = [each for each in stays if wish.since <= each.joined < wish.until]
    assert sum(row.taken for row in found) == sum(each.taken is not None for each in inside)
    if by is not By.AGENT:
        assert sum(row.abandoned for row in found) == sum(not each.taken for each in inside)
    if by not in (By.QUEUE, By.INTENT):
        expected = sum(
            stretches.overlap_s(s.began_at, s.ended_at, wish.since, wish.until) for s in spans
        )
        assert sum(row.busy_s for row in found) == pytest.approx(expected, abs=1e-3)
        assert total([ledger], wish, target_s).busy_s == pytest.approx(expected, abs=1e-3)


def test_the_figures_of_a_day() -> None:
    day = NOON.date()
    ledger = Ledger(
        "m",
        [call("a", NOON), call("b", NOON, "", outcome=Outcome.HANDED_OVER)],
        [
            stay(NOON, 20),
            stay(NOON, 21),
            stay(NOON, 9, WaitEnd.ABANDONED),
            stay(NOON, 0, WaitEnd.CLOSED),
            replace(stay(NOON, 600, WaitEnd.CALL_BACK), call_id="c0"),
        ],
        [
            StateSpan("anna", AgentState.TALKING, "", NOON, NOON + timedelta(minutes=30)),
            StateSpan("anna", AgentState.FREE, "", NOON, NOON + timedelta(minutes=10)),
            StateSpan("anna", AgentState.BREAK, "Mittag", NOON, NOON + timedelta(minutes=15)),
        ],
        [OfferMade("c", "service", "anna", "haus", NOON, OfferEnd.MISSED, 20.0)],
    )
    row = rows(ledger, By.DAY, day)["2026-11-24"]
    assert (row.calls, row.known, row.settled) == (2, 1, 1)
    assert (row.queued, row.taken, row.abandoned, row.turned_away, row.called_back) == (
        4,
        2,
        1,
        1,
        1,
    )
    assert row.level == pytest.approx(1 / 3)
    assert row.wait_s == pytest.approx(50 / 3)
    assert row.longest_s == 21
    assert row.handling_s == 120
    assert row.occupancy == 0.75
    assert row.paused_s == 900
    assert (row.offers, row.not_taken) == (1, 1)
    assert row.calls_per_agent == 3
    assert rows(ledger, By.AGENT, day)["anna"].taken == 2
    assert rows(ledger, By.INTENT, day)["refund"].calls == 2
    nothing = rows(Ledger("m"), By.DAY, day)["2026-11-24"]
    assert (nothing.level, nothing.handling_s, nothing.occupancy) == (None, None, None)


def test_one_queue_leaves_out_what_belongs_to_no_queue() -> None:
    ledger = Ledger("m", [call("a", NOON)], [stay(NOON)])
    for queue, taken in (("service", 1), ("technik", 0)):
        wish = Wish(By.DAY, NOON.date(), NOON.date(), BERLIN, queue)
        [row] = report([ledger], wish, target_s)
        assert (row.calls, row.taken) == (0, taken)


def again(after: timedelta, **changes: object) -> bool:
    """Whether a call counts as settled if another one follows after so long."""
    other = call("later", NOON + after, **changes)  # type: ignore[arg-type]
    return "first" in settled([call("first", NOON)], [other])


def test_who_calls_again_about_the_same_thing_was_not_helped() -> None:
    assert "first" in settled([call("first", NOON)])
    assert not again(timedelta(days=6, hours=23))
    assert not again(AGAIN)
    assert again(AGAIN + timedelta(seconds=1))
    assert again(timedelta(-1)), "an earlier call says nothing"
    assert again(timedelta(1), topics=("opening_hours",))
    assert again(timedelta(1), number="+49562")
    assert again(timedelta(1), outbound=True), "we called them"
    assert not again(timedelta(1), topics=("opening_hours", "refund"))
    assert not again(timedelta(1), topics=()), "nobody knows what it was about"


@pytest.mark.parametrize(
    "first",
    [
        call("first", NOON, ""),
        call("first", NOON, to_people=True),
        call("first", NOON, outcome=Outcome.ABANDONED),
        call("first", NOON, outcome=Outcome.HANDED_OVER),
    ],
)
def test_what_people_had_to_do_was_not_settled(first: CallSeen) -> None:
    assert settled([first]) == frozenset()


def test_clients_are_billed_by_the_months_of_their_own_clock() -> None:
    new_year = datetime(2026, 12, 31, 23, tzinfo=UTC)
    ledger = Ledger(
        "m",
        [
            call("a", new_year - timedelta(seconds=1), minutes=2.0),
            call("b", new_year, minutes=2.01),
            call("c", new_year, minutes=0),
            call("d", new_year, minutes=3, outbound=True),
            CallSeen("goes on", "", new_year, None, None),
        ],
        [stay(new_year), stay(new_year, 600, WaitEnd.CALL_BACK), stay(new_year, 5, WaitEnd.FULL)],
    )
    december, january = bills([ledger, Ledger("empty")], BERLIN)
    assert (december.month, december.inbound_minutes, december.begun_minutes) == (
        "2026-12",
        Decimal("2.00"),
        2,
    )
    assert (january.month, january.inbound_calls) == ("2027-01", 2)
    assert (january.inbound_minutes, january.begun_minutes) == (Decimal("2.01"), 3)
    assert (january.outbound_reached, january.outbound_minutes) == (1, Decimal("3.00"))
    assert (january.agent_calls, january.agent_minutes) == (1, Decimal("1.50"))


@given(st.lists(st.tuples(moments, st.integers(0, 14400)), max_size=40))
def test_no_second_of_a_bill_is_lost(made: Sequence[tuple[datetime, int]]) -> None:
    calls = [call(str(n), at, minutes=s / 60) for n, (at, s) in enumerate(made)]
    found = bills([Ledger("m", calls)], BERLIN)
    assert sum(each.inbound_calls for each in found) == len(calls)
    exact = Decimal(sum(s for _, s in made)) / 60
    billed = sum((each.inbound_minutes for each in found), Decimal(0))
    assert abs(billed - exact) <= Decimal("0.01") * max(1, len(found))
    assert all(each.begun_minutes >= each.inbound_minutes for each in found)
