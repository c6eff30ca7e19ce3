"""Draws the supervisors' wallboard: who waits, who works, and whether the targets are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from ivr.config.desk_plan import Plan, Site
from ivr.core.ports import Store
from ivr.core.records import CallRecord, Outcome
from ivr.core.staffing import Agent, AgentState, Floor, Wait, WaitEnd, WaitState
from ivr.desk.people import BREAK_REASONS
from ivr.web.desk.house import House
from ivr.web.desk.wording import REASONS, STATES
from ivr.web.pages import Pages
from ivr.web.stream import Screen

LATE_FACTOR = 3
"""A wait of so many targets sets off the alarm."""
_MOST_CALLS = 500
_READ_AGAIN_S = 20.0
_WORDS: Mapping[str, object] = {"states": STATES, "reasons": REASONS, "breaks": BREAK_REASONS}
_AT_WORK = frozenset(AgentState) - {AgentState.SIGNED_OUT}


@dataclass(frozen=True, slots=True)
class Day:
    """How today has gone."""

    taken: int = 0
    within_target: int = 0
    abandoned: int = 0
    calls: int = 0
    by_assistant: int = 0
    """Calls that needed nobody."""

    @property
    def level(self) -> float | None:
        """The service level: those taken within the target, of those who wanted somebody."""
        asked = self.taken + self.abandoned
        return self.within_target / asked if asked else None

    @property
    def contained(self) -> float | None:
        return self.by_assistant / self.calls if self.calls else None


def day_of(plan: Plan, ended: Sequence[Wait], calls: Sequence[CallRecord]) -> Day:
    """Pure: from today's stays and calls."""
    taken = [wait for wait in ended if wait.taken_at is not None and not wait.kept]
    met = [w for w in taken if (w.waited_s or 0.0) <= plan.queue(w.queue).target_s]
    done = [call.end.outcome for call in calls if call.end is not None]
    return Day(
        taken=len(taken),
        within_target=len(met),
        abandoned=sum(wait.end is WaitEnd.ABANDONED for wait in ended),
        calls=len(done),
        by_assistant=done.count(Outcome.ANSWERED),
    )


@dataclass(frozen=True, slots=True)
class Wall:
    floor: Floor
    plan: Plan
    day: Day
    now: datetime

    @property
    def waiting(self) -> list[Wait]:
        """Those on the line, the longest first."""
        found = [w for w in self.floor.waits if w.state is not WaitState.TALKING and not w.kept]
        return sorted(found, key=lambda wait: wait.waiting.since)

    @property
    def kept(self) -> int:
        """Places that are kept for a call back."""
        return sum(wait.kept for wait in self.floor.waits)

    @property
    def present(self) -> list[Agent]:
        return [agent for agent in self.floor.agents if agent.state in _AT_WORK]

    @property
    def free(self) -> int:
        return sum(agent.state is AgentState.FREE for agent in self.floor.agents)

    @property
    def late(self) -> list[Wait]:
        """Whose wait sets off the alarm."""
        return [
            wait
            for wait in self.waiting
            if (self.now - wait.waiting.since).total_seconds()
            > LATE_FACTOR * self.plan.queue(wait.queue).target_s
        ]

    def used(self, site: Site) -> int:
        return sum(
            wait.site == site.id and wait.state is not WaitState.WAITING
            for wait in self.floor.waits
        )


class WallView:
    """One open wallboard. Raises StoreUnavailable."""

    def __init__(self, house: House, calls: Store, pages: Pages, watcher: str) -> None:
        self._house = house
        self._calls = calls
        self._pages = pages
        self._watcher = watcher
        self._day = Day()
        self._read_at: datetime | None = None

    async def draw(self) -> Screen:
        now = datetime.now(UTC)
        wall = Wall(
            await self._house.store.floor(), self._house.premises.plan, await self._today(now), now
        )
        live = {call.call_id for call in self._house.register.conversations() if call.connected}
        mine = self._house.watching.get(self._watcher)
        agents = sorted(wall.floor.agents, key=lambda agent: (not agent.since, agent.name))
        return Screen(
            {
                "wall-figures": self._pages.fragment("wall/figures.html", wall=wall),
                "wall-alarm": self._pages.fragment("wall/alarm.html", wall=wall),
                "wall-waiting": self._pages.fragment("wall/waiting.html", wall=wall, **_WORDS),
                "wall-sites": self._pages.fragment("wall/sites.html", wall=wall),
            },
            {
                "wall-agents": {
                    agent.id: self._pages.fragment(
                        "wall/agent.html",
                        agent=agent,
                        wall=wall,
                        live=agent.call_id in live,
                        watcher=self._watcher,
                        mine=mine if mine and mine.call_id == agent.call_id else None,
                        **_WORDS,
                    )
                    for agent in agents
                }
            },
        )

    async def _today(self, now: datetime) -> Day:
        """Read anew now and then: figures of a whole day do not jump."""
        old = self._read_at
        if old is None or (now - old).total_seconds() >= _READ_AGAIN_S:
            self._read_at = now
            zone = ZoneInfo(self._house.premises.plan.sites[0].timezone)
            midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
            ended = await self._house.store.ended(midnight, now)
            calls = await self._calls.calls(_MOST_CALLS)
            today = [call for call in calls if call.start.started_at >= midnight]
            self._day = day_of(self._house.premises.plan, ended, today)
        return self._day
