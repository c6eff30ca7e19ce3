"""What monitoring is told of the desk: each caller and each offer once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ivr.config.company import load_company
from ivr.config.desk_plan import company_plan
from ivr.config.loading import PROGRAM_FOLDER
from ivr.core.desk import Waiting
from ivr.core.measures import Level, Tally
from ivr.core.records import HandOver, HandOverReason
from ivr.core.staffing import (
    Agent,
    AgentState,
    OfferEnd,
    OfferMade,
    Wait,
    WaitEnd,
    WaitState,
)
from ivr.desk.gauges import AGENTS, OFFERS, Gauges
from ivr.observe.metrics import Metrics
from ivr.store.desk_memory import MemoryDesk

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FACT = HandOver(HandOverReason.ASKED, None, None, None)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


async def ended(
    desk: MemoryDesk, name: str, clock: Callable[[], datetime], waited_s: float, end: WaitEnd
) -> None:
    wait = await desk.join(Wait(Waiting(name, "m", FACT, NOON), "service"))
    taken = NOON + timedelta(seconds=waited_s) if end is WaitEnd.TAKEN else None
    over = replace(wait, state=WaitState.ENDED, end=end, taken_at=taken, ended_at=clock())
    assert await desk.save_wait(over) is not None


def test_every_state_and_every_end_of_an_offer_is_told() -> None:
    assert set(AGENTS) == set(AgentState)
    assert set(OFFERS) == set(OfferEnd)


async def test_levels_are_of_now_and_tallies_count_once() -> None:
    desk, metrics, clock = MemoryDesk(), Metrics(), Clock()
    plan = company_plan(load_company(PROGRAM_FOLDER / "company.toml"))
    await ended(desk, "before the start", lambda: NOON - timedelta(seconds=1), 1, WaitEnd.TAKEN)
    gauges = Gauges(desk, plan, metrics, clock)
    await desk.add_agent(Agent("anna", "Anna", "haus", state=AgentState.FREE))
    await desk.join(Wait(Waiting("waits", "m", FACT, NOON), "service"))
    clock.now = NOON + timedelta(seconds=40)
    await ended(desk, "in time", clock, 20, WaitEnd.TAKEN)
    await ended(desk, "late", clock, 21, WaitEnd.TAKEN)
    await ended(desk, "gone", clock, 30, WaitEnd.ABANDONED)
    await ended(desk, "closed", clock, 0, WaitEnd.CLOSED)
    desk.shared.offers.append(
        OfferMade("late", "service", "anna", "haus", clock.now, OfferEnd.MISSED, 20)
    )
    for _ in range(3):
        await gauges.look()
    found = metrics.snapshot()
    told = {level: value for level, value in found.levels.items() if value}
    assert told == {Level.DESK_WAITING: 1, Level.DESK_LONGEST_S: 40, Level.AGENTS_FREE: 1}
    counted = {tally: number for tally, number in found.tallies.items() if number}
    assert counted == {
        Tally.DESK_IN_TIME: 1,
        Tally.DESK_LATE: 1,
        Tally.DESK_ABANDONED: 1,
        Tally.DESK_TURNED_AWAY: 1,
        Tally.OFFERS_MISSED: 1,
    }
