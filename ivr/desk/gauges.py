"""Measures the desk for monitoring: queue, waits, agents by state, and what became of callers.

The desk's state belongs to all programs on one database, so each of them tells the whole desk's
figures: take one program's, or the greatest, never their sum.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from ivr.config.desk_plan import Plan
from ivr.core.desk_store import DeskStore
from ivr.core.measures import Level, Tally
from ivr.core.ports import Meter
from ivr.core.staffing import AgentState, Floor, OfferEnd, OfferMade, Wait, WaitEnd, WaitState
from ivr.desk.faults import contained

LOOK_S = 15.0
"""As often as monitoring usually asks."""
BACK = timedelta(seconds=60)
"""What is kept this much later than it happened is still counted."""
_REMEMBERED = 20_000
"""Things that were counted already; more than can happen in `BACK`."""
AGENTS: Mapping[AgentState, Level] = {
    AgentState.SIGNED_OUT: Level.AGENTS_SIGNED_OUT,
    AgentState.FREE: Level.AGENTS_FREE,
    AgentState.RESERVED: Level.AGENTS_RESERVED,
    AgentState.RINGING: Level.AGENTS_RINGING,
    AgentState.TALKING: Level.AGENTS_TALKING,
    AgentState.WRAP_UP: Level.AGENTS_WRAP_UP,
    AgentState.BREAK: Level.AGENTS_BREAK,
    AgentState.NOT_ANSWERING: Level.AGENTS_NOT_ANSWERING,
}
OFFERS: Mapping[OfferEnd, Tally] = {
    OfferEnd.ACCEPTED: Tally.OFFERS_ACCEPTED,
    OfferEnd.REFUSED: Tally.OFFERS_REFUSED,
    OfferEnd.MISSED: Tally.OFFERS_MISSED,
    OfferEnd.WITHDRAWN: Tally.OFFERS_WITHDRAWN,
    OfferEnd.FAILED: Tally.OFFERS_FAILED,
}
_TURNED_AWAY = (WaitEnd.CLOSED, WaitEnd.FULL, WaitEnd.TOO_LONG, WaitEnd.UNSTAFFED)


class Gauges:
    """`run` measures until it is cancelled; a database that is away leaves the last figures."""

    def __init__(
        self, store: DeskStore, plan: Plan, meter: Meter, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._plan = plan
        self._meter = meter
        self._clock = clock
        self._began = clock()
        self._counted: OrderedDict[object, None] = OrderedDict()

    async def run(self) -> None:
        while True:
            with contained("the desk's figures for monitoring are not up to date"):
                await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Measure once. Raises StoreUnavailable."""
        now = self._clock()
        self._levels(await self._store.floor(), now)
        since = max(self._began, now - BACK)
        until = now + timedelta(seconds=1)
        self._count_waits(await self._store.ended(since, until))
        self._count_offers(await self._store.offers(since, until))

    def _levels(self, floor: Floor, now: datetime) -> None:
        waits = [w for w in floor.waits if w.state is not WaitState.TALKING and not w.kept]
        longest_s = max(((now - w.waiting.since).total_seconds() for w in waits), default=0.0)
        self._meter.level(Level.DESK_WAITING, len(waits))
        self._meter.level(Level.DESK_LONGEST_S, longest_s)
        self._meter.level(Level.DESK_KEPT, sum(wait.kept for wait in floor.waits))
        for state, level in AGENTS.items():
            self._meter.level(level, sum(agent.state is state for agent in floor.agents))

    def _count_waits(self, waits: Iterable[Wait]) -> None:
        for wait in waits:
            tally = self._became(wait)
            if tally is not None and self._is_new(wait.id):
                self._meter.count(tally)

    def _became(self, wait: Wait) -> Tally | None:
        if wait.kept or wait.passed_on:
            return None
        if wait.taken_at is not None:
            met = (wait.waited_s or 0.0) <= self._plan.queue(wait.queue).target_s
            return Tally.DESK_IN_TIME if met else Tally.DESK_LATE
        if wait.end is WaitEnd.ABANDONED:
            return Tally.DESK_ABANDONED
        return Tally.DESK_TURNED_AWAY if wait.end in _TURNED_AWAY else None

    def _count_offers(self, offers: Iterable[OfferMade]) -> None:
        for offer in offers:
            if self._is_new((offer.call_id, offer.agent, offer.at)):
                self._meter.count(OFFERS[offer.end])

    def _is_new(self, key: object) -> bool:
        if key in self._counted:
            return False
        self._counted[key] = None
        if len(self._counted) > _REMEMBERED:
            self._counted.popitem(last=False)
        return True
