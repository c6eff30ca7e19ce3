"""Erlang C against published figures, and the simulated day against Erlang C."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.errors import ConfigError
from ivr.desk.day import Slot, read_day, sample_day, write_csv
from ivr.desk.erlang import erlang_b, erlang_c, mean_wait_s, servers_for, service_level
from ivr.desk.forecast import HEADER, by_slot, whole_day
from ivr.desk.simulation import Assumptions, simulate
from tests.desk.scene import OWN, one_site
from tests.desk.test_routing import site

PLAN = one_site()
QUEUE = PLAN.queues[0]


@pytest.mark.parametrize(
    ("load", "servers", "blocked"),
    # The usual Erlang B table: loads that block one, or one half, per cent of calls.
    [(4.461, 10, 0.01), (12.03, 20, 0.01), (84.06, 100, 0.01), (3.961, 10, 0.005)],
)
def test_blocking_is_that_of_the_published_table(
    load: float, servers: int, blocked: float
) -> None:
    assert erlang_b(load, servers) == pytest.approx(blocked, rel=2e-3)


def test_waiting_is_that_of_a_published_example() -> None:
    """G. Mitan's example: 0.2 calls a second of 240 s, 55 agents, a target of 15 s."""
    assert erlang_c(48, 55) == pytest.approx(0.239, abs=5e-4)
    assert mean_wait_s(48, 55, 240) == pytest.approx(8.18, abs=0.01)
    assert service_level(48, 55, 240, 15) == pytest.approx(0.846, abs=5e-4)


def test_one_server_waits_as_often_as_it_is_busy() -> None:
    assert erlang_c(0.7, 1) == pytest.approx(0.7)


@given(st.floats(0.01, 500), st.integers(1, 600))
def test_more_servers_are_never_worse(load: float, servers: int) -> None:
    assert 0 <= erlang_c(load, servers + 1) <= erlang_c(load, servers) <= 1
    level = service_level(load, servers, 240, 20)
    assert level <= service_level(load, servers + 1, 240, 20) + 1e-12


@given(st.floats(0, 300), st.floats(10, 900), st.floats(0, 120), st.floats(0.01, 0.99))
def test_the_fewest_servers_are_enough_and_one_less_is_not(
    load: float, handling_s: float, target_s: float, share: float
) -> None:
    servers = servers_for(load, handling_s, target_s, share)
    assert service_level(load, servers, handling_s, target_s) >= share
    if servers > 1:
        assert service_level(load, servers - 1, handling_s, target_s) < share


@pytest.mark.timeout(90)
@pytest.mark.slow
def test_simulated_days_agree_with_erlang_c() -> None:
    """Four days of 2,880 callers without end to their patience: within four points and, for the
    waits, whose spread is far wider, within a third."""
    days = tuple(Slot(number, 60, 240, 10) for number in range(48))
    totals = []
    for seed in range(4):
        outcome = simulate(days, PLAN, Assumptions(0, 0, 0, seed))
        slots = by_slot(days, outcome, QUEUE, 0)
        totals.append(whole_day(slots, outcome, days, QUEUE))
    level = sum(total.service_level or 0 for total in totals) / 4
    wait_s = sum(total.mean_wait_s or 0 for total in totals) / 4
    assert level == pytest.approx(service_level(8, 10, 240, 20), abs=0.04)
    assert wait_s == pytest.approx(mean_wait_s(8, 10, 240), rel=0.33)
    assert all(total.abandoned == 0 for total in totals)


def test_a_day_adds_up_and_the_assistant_saves_agents() -> None:
    day = sample_day()
    outcome = simulate(day, PLAN, Assumptions(containment=0.5))
    slots = by_slot(day, outcome, QUEUE, 0.5)
    total = whole_day(slots, outcome, day, QUEUE)
    assert total.calls == sum(slot.calls for slot in slots) == total.contained + total.queued
    for fate in outcome.fates:
        assert (fate.taken_s is None) != (fate.gave_up_s is None), "taken or given up, not both"
    assert all(slot.needed < slot.needed_alone for slot in slots)
    assert 0 < (total.occupancy or 0) < 1


def test_what_a_call_centre_takes_does_not_keep_our_own_agents_busy() -> None:
    dear = OWN.model_copy(update={"price": Decimal(1)})
    sites = (dear, site("kapstadt", "0.21", lines=500))
    plan = PLAN.model_copy(update={"sites": sites})
    day = sample_day()
    outcome = simulate(day, plan, Assumptions())
    assert {fate.site for fate in outcome.fates} == {"kapstadt"}
    slots = by_slot(day, outcome, QUEUE, 0.5)
    assert {slot.occupancy for slot in slots} == {0}
    assert whole_day(slots, outcome, day, QUEUE).occupancy == 0


def test_without_agents_everybody_gives_up_and_with_many_nobody_does() -> None:
    nobody = simulate(sample_day(agents=0), PLAN, Assumptions())
    assert all(fate.gave_up_s is not None for fate in nobody.fates)
    many = simulate(sample_day(agents=60), PLAN, Assumptions(patience_s=600, pick_up_s=0))
    assert all(fate.waited_s == 0 for fate in many.fates)


def test_the_same_seed_is_the_same_day() -> None:
    assert simulate(sample_day(), PLAN, Assumptions()) == simulate(
        sample_day(), PLAN, Assumptions()
    )


def test_a_day_is_read_as_spreadsheets_write_it() -> None:
    semicolons = ["from;calls;handling_s;agents", "08:30;42,5;240;6", "8:00;10;200;2"]
    assert read_day(semicolons) == (Slot(16, 10, 200, 2), Slot(17, 42.5, 240, 6))
    commas = ["from,calls,handling_s,agents", "08:30,42.5,240,6"]
    assert read_day(commas) == (Slot(17, 42.5, 240, 6),)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["from,calls,agents", "08:00,1,1"],
        ["from,calls,handling_s,agents", "08:10,1,1,1"],
        ["from,calls,handling_s,agents", "25:00,1,1,1"],
        ["from,calls,handling_s,agents", "08:00,nan,1,1"],
        ["from,calls,handling_s,agents", "08:00,1,1,-1"],
        ["from,calls,handling_s,agents", "08:00,1"],
        ["from,calls,handling_s,agents", "08:00,1,60,1", "08:00,2,60,1"],
    ],
)
def test_a_day_that_is_none_is_refused(lines: list[str]) -> None:
    with pytest.raises(ConfigError):
        read_day(lines)


def test_figures_have_a_column_each() -> None:
    day = sample_day()
    outcome = simulate(day, PLAN, Assumptions())
    slots = by_slot(day, outcome, QUEUE, 0.5)
    text = write_csv(HEADER, [slot.row() for slot in slots])
    rows = [line.split(",") for line in text.splitlines()]
    assert {len(row) for row in rows} == {len(HEADER)}
    assert not math.isnan(float(rows[1][HEADER.index("service_level")]))
