"""The central office's decision: which caller goes to whom, and where. Pure.

From one picture of the floor everybody decides the same: several processes on one database agree
without talking to each other, and the simulation uses what the calls use.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.config.desk_plan import Plan, Queue, Site
from ivr.core.staffing import Agent, AgentState, Floor, Handling, SiteState, Wait, WaitState
from ivr.desk.choice import Moment, choose
from ivr.desk.expectation import crew, expected_s, used_lines
from ivr.desk.order import in_order
from ivr.desk.wording import Verdict, tell_taken, tell_verdict

UNKNOWN = Handling(240.0, 0)


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for all decisions."""

    plan: Plan
    day_s: float = 36_000.0
    retry_s: float = 60.0
    handling: Mapping[str, Handling] = field(default_factory=dict)
    """By queue."""

    def moment(self, site: Site, queue: str, now: datetime) -> Moment:
        return Moment(
            now,
            now.astimezone(ZoneInfo(site.timezone)).date(),
            self.handling.get(queue, UNKNOWN).mean_s,
            self.day_s,
            self.retry_s,
        )


@dataclass(frozen=True, slots=True)
class Assignment:
    wait: Wait
    site: Site
    agent: Agent | None
    """None where the site finds somebody by itself."""
    why: str


Reach = Callable[[Wait, Agent], bool]
"""Whether the agent can be rung for this call: a browser only by the process that has it."""


def by_owner(wait: Wait, agent: Agent) -> bool:
    return agent.phone is not None or (agent.owner is not None and agent.owner == wait.owner)


def route(floor: Floor, rules: Rules, now: datetime, reach: Reach = by_owner) -> list[Assignment]:
    """What is to be offered to whom now, the most urgent first."""
    office = _Office(floor, rules, now, reach)
    waiting = in_order(floor.waits, rules.plan, now)
    placed = (office.place(wait) for wait in waiting if wait.state is WaitState.WAITING)
    return [made for made in placed if made is not None]


def in_service(state: SiteState | None, busy: int, now: datetime) -> bool:
    """Whether a site may be used. After a failure one call is the trial, others come later."""
    if state is None or state.failures == 0:
        return True
    return (
        not state.silent and state.out_until is not None and state.out_until <= now and busy == 0
    )


class _Office:
    """One round of decisions: what is given to one caller is no longer there for the next."""

    def __init__(self, floor: Floor, rules: Rules, now: datetime, reach: Reach) -> None:
        self._rules = rules
        self._plan = rules.plan
        self._floor = floor
        self._now = now
        self._reach = reach
        self._used = {site.id: used_lines(floor.waits, site.id) for site in self._plan.sites}
        self._free = {agent.id: agent for agent in floor.agents if agent.state is AgentState.FREE}
        self._before: dict[str, int] = {}
        """Callers of a queue who were left waiting in this round."""

    def place(self, wait: Wait) -> Assignment | None:
        queue = self._plan.queue(wait.queue)
        verdicts: dict[str, Verdict] = {}
        agents: dict[str, Agent | None] = {}
        for site in self._plan.sites:
            verdicts[site.id], agents[site.id] = self._look(site, wait, queue)
        free = [site for site in self._plan.sites if verdicts[site.id] is Verdict.FREE]
        for site in sorted(free, key=lambda site: (site.price, site.latency_ms, site.id)):
            if self._cheaper_will_do(site, wait, queue, verdicts):
                verdicts[site.id] = Verdict.DEARER
                continue
            self._used[site.id] += 1
            if (agent := agents[site.id]) is not None:
                del self._free[agent.id]
            return Assignment(wait, site, agent, self._why(site, wait, verdicts))
        self._before[wait.queue] = self._before.get(wait.queue, 0) + 1
        return None

    def _look(self, site: Site, wait: Wait, queue: Queue) -> tuple[Verdict, Agent | None]:
        if site.queues and queue.id not in site.queues:
            return Verdict.QUEUE, None
        if wait.waiting.language not in site.languages:
            return Verdict.LANGUAGE, None
        # Who was let in before our people's closing time is not sent away by it.
        # Who is to be called back is not called at an hour at which nobody would answer them.
        let_in = site.trunk is None and not wait.kept
        in_time = let_in and site.on_duty(wait.waiting.since)
        if not in_time and not site.on_duty(self._now):
            return Verdict.CLOSED, None
        if site.trunk is not None and (site.id in wait.tried or wait.kept):
            # Once is enough: no ping-pong. Calling back is for people of our own.
            return (Verdict.TRIED if site.id in wait.tried else Verdict.QUEUE), None
        if self._used[site.id] >= site.lines:
            return Verdict.FULL, None
        if site.trunk is not None:
            state = self._floor.sites.get(site.id)
            usable = in_service(state, self._used[site.id], self._now)
            return (Verdict.FREE if usable else Verdict.OUT), None
        moment = self._rules.moment(site, queue.id, self._now)
        here = [
            agent
            for agent in self._free.values()
            if agent.site == site.id and self._reach(wait, agent)
        ]
        agent = choose(here, wait, queue, moment)
        return (Verdict.NO_AGENT, None) if agent is None else (Verdict.FREE, agent)

    def _cheaper_will_do(
        self, site: Site, wait: Wait, queue: Queue, verdicts: Mapping[str, Verdict]
    ) -> bool:
        """Whether a cheaper site is expected to have somebody before the target is at risk."""
        waited_s = (self._now - wait.waiting.since).total_seconds()
        place = self._before.get(wait.queue, 0) + 1
        servers = 0
        for other in self._plan.sites:
            busy = verdicts[other.id] in (Verdict.FULL, Verdict.NO_AGENT)
            if busy and other.price < site.price:
                servers += self._servers(other, wait, queue)
        handling = self._rules.handling.get(queue.id, UNKNOWN)
        expected = expected_s(place, servers, 0, handling)
        return expected is not None and waited_s + expected <= queue.target_s

    def _servers(self, site: Site, wait: Wait, queue: Queue) -> int:
        if site.trunk is not None:
            return site.lines
        moment = self._rules.moment(site, queue.id, self._now)
        here = [
            agent
            for agent in self._floor.agents
            if agent.site == site.id and self._reach(wait, agent)
        ]
        return min(site.lines, len(crew(here, wait, queue, moment)))

    def _why(self, taken: Site, wait: Wait, verdicts: Mapping[str, Verdict]) -> str:
        told = [tell_taken(taken.name, wait.waiting.language, taken.price)]
        for site in self._plan.sites:
            verdict = verdicts[site.id]
            if site is taken or verdict is Verdict.QUEUE:
                continue
            if verdict is Verdict.FREE:
                told.append(tell_taken(site.name, wait.waiting.language, site.price))
            else:
                told.append(tell_verdict(site.name, verdict))
        return "; ".join(told)
