"""Who gets whom, where, and why: single decisions, and what holds for all of them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.config.desk_plan import Plan, Queue, Site
from ivr.config.hours import Week
from ivr.core.staffing import AgentState, Floor, Handling, SiteState, Wait, WaitState
from ivr.desk.choice import Moment, choose
from ivr.desk.order import in_order
from ivr.desk.routing import Rules, route
from ivr.desk.trouble import LONGEST_PAUSE_S, failed, worked
from tests.desk.scene import ALWAYS, NOON, OWN, agent, caller, one_site

SERVICE = Queue(id="service", name="Service")
SALES = Queue(id="sales", name="Verkauf", target_s=60)


def wait(number: int, waited_s: float = 0, **more: Any) -> Wait:
    since = NOON - timedelta(seconds=waited_s)
    kept = {name: more.pop(name) for name in ("language", "priority") if name in more}
    queue = more.pop("queue", "service")
    return Wait(caller(number, since, **kept), queue, id=number, owner="here", **more)


def site(name: str, price: str, **more: Any) -> Site:
    given: dict[str, Any] = {"hours": ALWAYS, "trunk": f"sip:{name}@example.org", "lines": 2}
    return Site(id=name, name=name.capitalize(), price=Decimal(price), **{**given, **more})


def decisions(floor: Floor, plan: Plan, now: datetime = NOON) -> dict[str, str]:
    made = route(floor, Rules(plan), now)
    return {each.wait.call_id: each.agent.id if each.agent else each.site.id for each in made}


def test_priority_goes_first_then_who_is_nearest_to_the_promise() -> None:
    plan = Plan(queues=(SERVICE, SALES), sites=(OWN,))
    waits = [wait(1, 30), wait(2, 50, queue="sales"), wait(3, 1, priority=1), wait(4, 31)]
    assert [each.call_id for each in in_order(waits, plan, NOON)] == ["c3", "c4", "c1", "c2"]


def test_each_strategy_chooses_by_what_it_is_named_after() -> None:
    moment = Moment(NOON, NOON.date())
    agents = [
        agent("idle", since=NOON - timedelta(hours=1), calls_today=90, day=NOON.date()),
        agent("skilled", skills={"orders": 5}, calls_today=80, day=NOON.date()),
        agent("fresh", skills={"orders": 1}, calls_today=2, day=NOON.date()),
        agent("known", skills={"orders": 2}, calls_today=70, day=NOON.date()),
    ]
    who = wait(1, 300, skills=("orders",), last_agent="known")
    for strategy, expected in {
        "skill": "skilled",
        "last_agent": "known",
        "longest_idle": "idle",
        "fair_load": "fresh",
    }.items():
        queue = Queue.model_validate({"id": "service", "name": "S", "choose": [strategy]})
        chosen = choose(agents, who, queue, moment)
        assert chosen is not None
        assert chosen.id == expected


@pytest.mark.parametrize(
    "unfit",
    [
        {"languages": ("en",)},
        {"queues": ("sales",)},
        {"skills": {}},
        {"capacity": 3, "calls_today": 3, "day": NOON.date()},
        {"state": AgentState.WRAP_UP},
        {"owner": "another process"},
        {"owner": None},
    ],
)
def test_who_is_not_fit_is_not_asked(unfit: dict[str, Any]) -> None:
    given = {"skills": {"orders": 2}, **unfit}
    plan = Plan(queues=(SERVICE, SALES), sites=(OWN,))
    floor = Floor((agent("anna", **given),), (wait(1, 5, skills=("orders",)),))
    assert decisions(floor, plan) == {}


def test_after_a_while_agents_without_the_skill_help_and_a_telephone_rings_anywhere() -> None:
    floor = Floor((agent("anna"),), (wait(1, 61, skills=("orders",)),))
    assert decisions(floor, one_site()) == {"c1": "anna"}
    floor = Floor((agent("anna", owner=None, phone="sip:anna@example.org"),), (wait(1),))
    assert decisions(floor, one_site()) == {"c1": "anna"}


def test_yesterdays_calls_do_not_count_against_today() -> None:
    tired = agent("anna", calls_today=120, day=NOON.date() - timedelta(days=1))
    assert decisions(Floor((tired,), (wait(1),)), one_site()) == {"c1": "anna"}


def test_the_cheapest_free_site_is_taken_and_the_decision_is_explained() -> None:
    cape = site("kapstadt", "0.21")
    plan = Plan(
        queues=(SERVICE,),
        sites=(site("münchen".replace("ü", "ue"), "0.45", lines=1), cape, site("breslau", "0.30")),
    )
    floor = Floor(waits=(wait(1), wait(2), wait(3), wait(4)))
    made = route(floor, Rules(plan), NOON)
    assert [each.site.id for each in made] == ["kapstadt", "kapstadt", "breslau", "breslau"]
    assert made[0].why == (
        "Kapstadt: frei, deutsch, 0,21 €/min; Muenchen: frei, deutsch, 0,45 €/min;"
        " Breslau: frei, deutsch, 0,30 €/min"
    )
    assert "Kapstadt: voll" in made[2].why


def test_a_dearer_site_helps_only_when_the_promise_is_at_risk() -> None:
    own = OWN.model_copy(update={"price": Decimal("0.10")})
    plan = Plan(queues=(SERVICE,), sites=(own, site("teuer", "0.90")))
    busy = tuple(agent(f"a{number}", state=AgentState.TALKING) for number in range(60))
    soon = Rules(plan, handling={"service": Handling(240.0, 50)})
    assert route(Floor(busy, (wait(1, 2),)), soon, NOON) == [], "one of sixty is done in 4 s"
    (made,) = route(Floor(busy, (wait(1, 17),)), soon, NOON)
    assert made.site.id == "teuer"
    (made,) = route(Floor(busy[:5], (wait(1, 2),)), soon, NOON)
    assert made.site.id == "teuer", "one of five is not"
    (made,) = route(Floor(busy, (wait(1, 2),)), Rules(plan), NOON)
    assert made.site.id == "teuer", "nothing measured, nothing promised"


def test_a_site_that_did_not_take_a_call_does_not_get_it_again() -> None:
    plan = Plan(queues=(SERVICE,), sites=(site("a", "0.1"), site("b", "0.2")))
    tried = wait(1, tried={"a": NOON - timedelta(hours=1)})
    assert decisions(Floor(waits=(tried,)), plan) == {"c1": "b"}
    both = wait(1, tried={"a": NOON, "b": NOON})
    assert decisions(Floor(waits=(both,)), plan) == {}


def test_a_failing_site_is_out_comes_back_on_trial_and_then_fully() -> None:
    plan = Plan(queues=(SERVICE,), sites=(site("a", "0.1"),))
    state = failed(SiteState("a"), NOON, 30)
    later = NOON + timedelta(seconds=31)

    def taken(state: SiteState, now: datetime, *waits: Wait) -> int:
        return len(decisions(Floor(waits=waits, sites={"a": state}), plan, now))

    assert taken(state, NOON, wait(1), wait(2)) == 0
    assert failed(state, NOON, 30) == state, "calls that were on their way tell nothing new"
    assert taken(state, later, wait(1), wait(2)) == 1
    on_trial = wait(1, state=WaitState.OFFERED, site="a")
    assert taken(state, later, on_trial, wait(2)) == 0
    back = worked(state)
    assert back is not None
    assert taken(back, later, wait(1), wait(2)) == 2
    for _ in range(20):
        assert state.out_until is not None
        state = failed(state, state.out_until, 30)
    assert state.out_until is not None
    assert (failed(state, state.out_until, 30).out_until or NOON) - state.out_until == timedelta(
        seconds=LONGEST_PAUSE_S
    )


NINE_TO_FIVE = Week.model_validate(
    dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "sunday"), ["9-17"])
)


@pytest.mark.parametrize(
    ("zone", "country", "at", "on_duty"),
    [
        # Germany goes to summer time on 29 March 2026 at 1:00 UTC, the United States on 8 March.
        ("Europe/Berlin", "DE", "2026-03-27T07:59", False),
        ("Europe/Berlin", "DE", "2026-03-27T08:00", True),
        ("Europe/Berlin", "DE", "2026-03-29T06:59", False),
        ("Europe/Berlin", "DE", "2026-03-29T07:00", True),
        ("Europe/Berlin", "DE", "2026-10-25T07:30", False),
        ("Europe/Berlin", "DE", "2026-10-25T08:00", True),
        ("America/New_York", "US", "2026-03-06T13:59", False),
        ("America/New_York", "US", "2026-03-09T13:00", True),
        ("Africa/Johannesburg", "ZA", "2026-03-30T07:00", True),
        # Holidays are those of the site, not ours.
        ("Europe/Berlin", "DE", "2026-10-03T10:00", False),
        ("Europe/Berlin", "DE", "2026-12-16T10:00", True),
        ("Africa/Johannesburg", "ZA", "2026-12-16T10:00", False),
    ],
)
def test_sites_keep_their_own_clock_and_holidays(
    zone: str, country: str, at: str, on_duty: bool
) -> None:
    there = site("x", "0.1", timezone=zone, country=country, hours=NINE_TO_FIVE)
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert there.on_duty(moment) is on_duty
    plan = Plan(queues=(SERVICE,), sites=(there,))
    assert bool(decisions(Floor(waits=(wait(1),)), plan, moment)) is on_duty


def test_a_night_shift_covers_midnight() -> None:
    night = Week.model_validate(
        {"tuesday": ["22-24:00"], "wednesday": ["0:00-6"], "on_holidays": True}
    )
    there = site("x", "0.1", timezone="UTC", hours=night)
    midnight = datetime(2026, 7, 1, tzinfo=UTC)
    assert there.on_duty(midnight - timedelta(microseconds=2))
    assert there.on_duty(midnight)
    assert not there.on_duty(midnight + timedelta(hours=6))


def test_who_was_let_in_before_closing_time_is_still_served_by_our_people() -> None:
    own = OWN.model_copy(update={"hours": NINE_TO_FIVE, "timezone": "UTC"})
    plan = Plan(queues=(SERVICE,), sites=(own,))
    five = NOON.replace(hour=17)
    in_time = Wait(caller(1, five - timedelta(minutes=1)), "service", id=1, owner="here")
    late = Wait(caller(2, five), "service", id=2, owner="here")
    made = route(Floor((agent("a"), agent("b")), (in_time, late)), Rules(plan), five)
    assert [each.wait.call_id for each in made] == ["c1"]


PLAN = Plan(
    queues=(SERVICE, SALES),
    sites=(
        OWN.model_copy(update={"lines": 2, "price": Decimal("0.20")}),
        site("a", "0.10", lines=1, languages=("de", "en")),
        site("b", "0.30", lines=3, queues=("sales",)),
    ),
)
some_agent = st.builds(
    agent,
    st.sampled_from("pqrstuvw"),
    state=st.sampled_from(AgentState),
    owner=st.sampled_from(["here", "there", None]),
    languages=st.sampled_from([("de",), ("en",), ("de", "en")]),
    skills=st.sampled_from([{}, {"orders": 1}, {"orders": 5}]),
    calls_today=st.integers(118, 121),
    day=st.just(NOON.date()),
)
some_wait = st.builds(
    wait,
    st.integers(1, 12),
    st.integers(0, 400),
    queue=st.sampled_from(["service", "sales"]),
    language=st.sampled_from(["de", "en"]),
    priority=st.integers(0, 1),
    state=st.sampled_from([WaitState.WAITING, WaitState.OFFERED, WaitState.TALKING]),
    site=st.sampled_from(["haus", "a", "b"]),
    skills=st.sampled_from([(), ("orders",)]),
)


@given(
    st.lists(some_agent, max_size=8, unique_by=lambda each: each.id),
    st.lists(some_wait, max_size=12, unique_by=lambda each: each.id),
    st.sampled_from([SiteState("a"), failed(SiteState("a"), NOON, 30)]),
)
def test_no_agent_twice_no_full_site_and_order_kept(
    agents: list[Any], waits: list[Wait], state: SiteState
) -> None:
    floor = Floor(tuple(agents), tuple(waits), {"a": state})
    made = route(floor, Rules(PLAN), NOON)
    assert made == route(Floor(tuple(agents[::-1]), floor.waits, floor.sites), Rules(PLAN), NOON)
    given_agents = [each.agent.id for each in made if each.agent is not None]
    assert len(given_agents) == len(set(given_agents))
    for each in made:
        assert each.wait.state is WaitState.WAITING
        assert each.wait.waiting.language in each.site.languages
        if each.agent is not None:
            assert each.agent.state is AgentState.FREE
            assert each.agent.calls_today < each.agent.capacity
            assert each.agent.owner == each.wait.owner
        else:
            assert each.site.id != "a" or state.failures == 0
    for there in PLAN.sites:
        busy = [w for w in waits if w.site == there.id and w.state is not WaitState.WAITING]
        new = [each for each in made if each.site.id == there.id]
        assert not new or len(busy) + len(new) <= there.lines
    placed = {each.wait.id for each in made}
    for earlier in waits:
        for later in waits:
            alike = (earlier.queue, earlier.waiting.language, earlier.skills) == (
                later.queue,
                later.waiting.language,
                later.skills,
            ) and earlier.waiting.priority == later.waiting.priority
            both = earlier.state is later.state is WaitState.WAITING
            first = earlier.waiting.since < later.waiting.since
            if alike and both and first and not earlier.skills and later.id in placed:
                # A dearer site may help one later only if it helps the earlier one first.
                assert earlier.id in placed
