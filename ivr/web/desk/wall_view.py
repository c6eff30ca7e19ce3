"""Draws the supervisors' wallboard: who waits, who works, and whether the targets are kept."""

from collections.abc import Mapping
from datetime import UTC, datetime

from ivr.config.wallboard import Wallboard
from ivr.desk.people import BREAK_REASONS
from ivr.web.desk.alarms import Wall, alarms
from ivr.web.desk.house import House
from ivr.web.desk.trend import Trends
from ivr.web.desk.wording import REASONS, STATES
from ivr.web.pages import Pages
from ivr.web.stream import Screen

_WORDS: Mapping[str, object] = {"states": STATES, "reasons": REASONS, "breaks": BREAK_REASONS}


class WallView:
    """One open wallboard. Raises StoreUnavailable."""

    def __init__(
        self, house: House, trends: Trends, limits: Wallboard, pages: Pages, watcher: str
    ) -> None:
        self._house = house
        self._trends = trends
        self._limits = limits
        self._pages = pages
        self._watcher = watcher

    async def draw(self) -> Screen:
        now = datetime.now(UTC)
        trend = await self._trends.look(now)
        plan = self._house.premises.plan
        floor = await self._house.store.floor()
        wall = Wall(floor, plan, trend.today, trend.week_ago, now)
        wrong = alarms(wall, self._limits)
        about = {alarm.about for alarm in wrong}
        live = {call.call_id for call in self._house.register.conversations() if call.connected}
        mine = self._house.watching.get(self._watcher)
        agents = sorted(wall.floor.agents, key=lambda agent: (not agent.since, agent.name))
        return Screen(
            {
                "wall-figures": self._pages.fragment(
                    "wall/figures.html", wall=wall, about=about, states=STATES
                ),
                "wall-alarm": self._pages.fragment("wall/alarm.html", alarms=wrong),
                "wall-trend": self._pages.fragment("wall/trend.html", plots=trend.plots()),
                "wall-waiting": self._pages.fragment("wall/waiting.html", wall=wall, **_WORDS),
                "wall-claimed": await self._claimed(wall),
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

    async def _claimed(self, wall: Wall) -> str:
        """Tasks that somebody has and nobody else sees."""
        names = {agent.id: agent.name for agent in wall.floor.agents}
        tasks = await self._house.work.claimed()
        return self._pages.fragment("wall/claimed.html", tasks=tasks, names=names)
