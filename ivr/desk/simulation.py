"""Replays a day with the routing that real calls use, in virtual time. Pure, for a given seed."""

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import IntEnum
from zoneinfo import ZoneInfo

from ivr.config.desk_plan import Plan, Site
from ivr.core.desk import Waiting
from ivr.core.records import HandOver, HandOverReason
from ivr.core.staffing import Agent, AgentState, Floor, Handling, Shift, Wait, WaitState
from ivr.desk import presence
from ivr.desk.day import SLOT_S, Slot
from ivr.desk.routing import Assignment, Rules, route

_UNKNOWN = HandOver(HandOverReason.ASKED, None, None, None)
_HERE = "here"
_TALK_SHARE = 0.85
"""Of the handling time; the rest is wrap-up."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the day's CSV does not say."""

    containment: float = 0.5
    """Share of calls that the assistant settles alone."""
    patience_s: float = 180.0
    """How long callers wait on average before they give up; 0 for as long as it takes."""
    pick_up_s: float = 3.0
    """From the ring to the agent's accepting."""
    seed: int = 1


@dataclass(slots=True)
class Fate:
    """What became of one caller who wanted a person."""

    at_s: float
    """When they joined the queue; seconds since the day's begin, as all times here."""
    taken_s: float | None = None
    gave_up_s: float | None = None
    talked_s: float = 0.0
    handled_s: float = 0.0
    site: str = ""
    own: bool = False
    """Whether an agent of the day's took it, rather than a call centre outside."""
    price: Decimal = Decimal(0)
    """Of a minute there."""

    @property
    def waited_s(self) -> float | None:
        until = self.taken_s if self.taken_s is not None else self.gave_up_s
        return None if until is None else until - self.at_s


@dataclass(frozen=True, slots=True)
class Outcome:
    contained: tuple[int, ...]
    """Calls the assistant settled, by slot of the day given."""
    fates: tuple[Fate, ...]


class _What(IntEnum):
    """In the order in which events of one moment are dealt with."""

    STAFF = 0
    TALK_ENDS = 1
    FREE = 2
    ARRIVES = 3
    GIVES_UP = 4
    PICKS_UP = 5


def simulate(day: Sequence[Slot], plan: Plan, given: Assumptions) -> Outcome:
    """One day. The plan's first own site has the day's agents; external sites have their lines."""
    return _Day(day, plan, given).run()


class _Day:
    def __init__(self, day: Sequence[Slot], plan: Plan, given: Assumptions) -> None:
        self._day = day
        self._plan = plan
        self._given = given
        self._random = random.Random(given.seed)  # noqa: S311 - no secret
        self._own = next((site for site in plan.sites if site.trunk is None), None)
        zone = ZoneInfo(plan.sites[0].timezone)
        # A Wednesday without a holiday: the plan's sites keep their usual hours.
        self._begin = datetime(2026, 3, 11, tzinfo=zone).astimezone(UTC)
        self._agents: dict[str, Agent] = {}
        self._waits: dict[str, Wait] = {}
        self._fates: dict[str, Fate] = {}
        self._handling_of: dict[str, float] = {}
        self._seats = 0
        self._events: list[tuple[float, int, int, str]] = []
        self._count = 0
        mean_s = sum(s.handling_s * s.calls for s in day) / max(1.0, sum(s.calls for s in day))
        known = {queue.id: Handling(mean_s, 1000) for queue in plan.queues}
        self._rules = Rules(plan, handling=known)

    def run(self) -> Outcome:
        contained = tuple(self._call_in(slot) for slot in self._day)
        while self._events:
            now_s, what, _, key = heapq.heappop(self._events)
            self._happens(_What(what), key, now_s)
            if what is not _What.TALK_ENDS:
                self._route(now_s)
        return Outcome(contained, tuple(self._fates.values()))

    def _call_in(self, slot: Slot) -> int:
        """Arrivals come at random, evenly over the half hour: a Poisson process."""
        begin_s = slot.number * SLOT_S
        self._at(begin_s, _What.STAFF, str(slot.agents))
        contained, at_s = 0, float(begin_s)
        while slot.calls > 0:
            at_s += self._random.expovariate(slot.calls / SLOT_S)
            if at_s >= begin_s + SLOT_S:
                break
            if self._random.random() < self._given.containment:
                contained += 1
                continue
            key = f"c{len(self._fates)}"
            self._fates[key] = Fate(at_s)
            self._handling_of[key] = self._random.expovariate(1 / slot.handling_s)
            self._at(at_s, _What.ARRIVES, key)
        return contained

    def _at(self, at_s: float, what: _What, key: str) -> None:
        self._count += 1
        heapq.heappush(self._events, (at_s, what, self._count, key))

    def _happens(self, what: _What, key: str, now_s: float) -> None:
        match what:
            case _What.STAFF:
                self._staff(int(key), now_s)
            case _What.ARRIVES:
                self._arrives(key, now_s)
            case _What.GIVES_UP:
                wait = self._waits.get(key)
                if wait is not None and wait.state is WaitState.WAITING:
                    self._fates[key].gave_up_s = now_s
                    del self._waits[key]
            case _What.PICKS_UP:
                self._picks_up(key, now_s)
            case _What.TALK_ENDS:
                self._talk_ends(key)
            case _What.FREE:
                self._free(key, now_s)

    def _staff(self, seats: int, now_s: float) -> None:
        """Staff that many seats; who is too many leaves when their call is over."""
        self._seats = seats
        now = self._moment(now_s)
        for number in range(seats):
            key = f"a{number:04d}"
            if key not in self._agents and self._own is not None:
                self._agents[key] = Agent(
                    key,
                    key,
                    self._own.id,
                    self._own.languages,
                    capacity=100_000,
                    state=AgentState.FREE,
                    since=now,
                    shift=Shift(now, now),
                    owner=_HERE,
                )
        for key in list(self._agents):
            self._relieve(key, now)

    def _relieve(self, key: str, now: datetime) -> None:
        agent = self._agents[key]
        if agent.state is not AgentState.FREE:
            return
        if int(key[1:]) >= self._seats:
            del self._agents[key]
        else:
            # Somebody rested sits there from now on.
            self._agents[key] = replace(agent, shift=Shift(now, now))

    def _arrives(self, key: str, now_s: float) -> None:
        queue = self._plan.queues[0].id
        waiting = Waiting(key, "", _UNKNOWN, self._moment(now_s))
        number = int(key[1:]) + 1
        self._waits[key] = Wait(waiting, queue, id=number, owner=_HERE)
        if self._given.patience_s:
            patience_s = self._random.expovariate(1 / self._given.patience_s)
            self._at(now_s + patience_s, _What.GIVES_UP, key)

    def _route(self, now_s: float) -> None:
        if not any(wait.state is WaitState.WAITING for wait in self._waits.values()):
            return
        floor = Floor(tuple(self._agents.values()), tuple(self._waits.values()))
        for made in route(floor, self._rules, self._moment(now_s)):
            self._offer(made, now_s)

    def _offer(self, made: Assignment, now_s: float) -> None:
        key, now = made.wait.call_id, self._moment(now_s)
        who = made.agent.id if made.agent is not None else made.site.id
        self._waits[key] = replace(
            made.wait, state=WaitState.OFFERED, agent=who, site=made.site.id
        )
        if made.agent is not None:
            self._change(presence.reserve(made.agent, now, key))
        self._at(now_s + self._given.pick_up_s, _What.PICKS_UP, key)

    def _picks_up(self, key: str, now_s: float) -> None:
        wait, fate, now = self._waits[key], self._fates[key], self._moment(now_s)
        self._waits[key] = replace(wait, state=WaitState.TALKING)
        site = self._plan.site(wait.site)
        self._took(fate, site, self._handling_of[key], now_s)
        self._at(now_s + fate.talked_s, _What.TALK_ENDS, key)
        agent = self._agents.get(wait.agent or "")
        if agent is not None:
            self._change(presence.accept(agent, now, now.date()))
            self._at(now_s + fate.handled_s, _What.FREE, agent.id)

    def _took(self, fate: Fate, site: Site | None, handled_s: float, now_s: float) -> None:
        fate.taken_s, fate.handled_s = now_s, handled_s
        fate.talked_s = handled_s * _TALK_SHARE
        if site is not None:
            fate.site, fate.price, fate.own = site.id, site.price, site.trunk is None

    def _talk_ends(self, key: str) -> None:
        del self._waits[key]

    def _free(self, key: str, now_s: float) -> None:
        now = self._moment(now_s)
        parted = presence.part(self._agents[key], now)
        self._change(presence.make_free(parted, now) if parted is not None else None)
        self._relieve(key, now)

    def _change(self, agent: Agent | None) -> None:
        if agent is not None:
            self._agents[agent.id] = agent

    def _moment(self, at_s: float) -> datetime:
        return self._begin + timedelta(seconds=at_s)
