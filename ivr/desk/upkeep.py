"""What time brings about at the desk: wrap-up that ends, pages that stay away, processes that have
died, sites that answer again."""

import asyncio
from dataclasses import replace

from ivr.config.desk import Desk as DeskSettings
from ivr.core.staffing import Agent, AgentState, Floor, WaitState
from ivr.desk import presence
from ivr.desk.burial import Burial
from ivr.desk.changes import change_agent, own_stay
from ivr.desk.faults import contained
from ivr.desk.hub import AgentChanged
from ivr.desk.offers import Offers
from ivr.desk.premises import Premises

POLL_S = 1.0
QUIET_S = 5.0
"""How often there is a round while nobody is at work, waits or has a page open."""
LOOKS_EVERY_S = 10.0
"""How often this process says that it lives, and looks for dead ones."""


class Upkeep:
    """Asked every second or so whether a round is due. Raises StoreUnavailable."""

    def __init__(self, premises: Premises, offers: Offers) -> None:
        self._at = premises
        self._offers = offers
        self._burial = Burial(premises)
        self._store = premises.store
        self._settings: DeskSettings = premises.settings
        self._alone_since: dict[str, float] = {}
        """Agents without a page, by the loop's clock."""
        self._seen: dict[str, int] = {}
        """Versions of agents that pages were told."""
        self._looked_at = self._next_at = float("-inf")

    def due(self) -> bool:
        """Whether it is time for a round; costs nothing."""
        return self._at.hub.anybody() or asyncio.get_running_loop().time() >= self._next_at

    async def round(self) -> bool:
        """Whether something has changed that routing depends on."""
        loop_s = asyncio.get_running_loop().time()
        floor, changed = await self._store.floor(), False
        if loop_s - self._looked_at >= LOOKS_EVERY_S:
            self._looked_at = loop_s
            await self._store.beat()
            if await self._burial.of_the_dead(floor):
                floor, changed = await self._store.floor(), True
        for agent in floor.agents:
            changed |= await self._age(agent, loop_s)
        self._tell_pages(floor)
        quiet = not floor.waits and not any(presence.at_work(agent) for agent in floor.agents)
        self._next_at = loop_s + QUIET_S if quiet else loop_s
        return changed

    async def check_sites(self) -> bool:
        """Look whether external sites answer, all at once: a dead one takes its time."""
        external = [site for site in self._at.plan.sites if site.trunk is not None]
        found = await asyncio.gather(*(self._at.ring.alive(site) for site in external))
        changed = False
        for site, alive in zip(external, found, strict=True):
            changed |= await self._offers.site_probed(site, alive=alive)
        return changed

    async def _age(self, agent: Agent, loop_s: float) -> bool:
        """What time changes for one agent."""
        now = self._at.clock()
        if agent.owner is None and self._at.hub.listens(agent.id):
            # Their page is open here, while another process took this one for dead.
            return await self._change(agent, self._ours)
        connected = agent.phone is not None or agent.owner is not None
        if connected or not presence.at_work(agent):
            self._alone_since.pop(agent.id, None)
        elif loop_s - self._alone_since.setdefault(agent.id, loop_s) >= self._settings.away_s:
            out = await self._change(agent, lambda a: presence.sign_out(a, now, presence.AWAY))
            if out:
                await give_back_tasks(self._at, agent.id)
                return True
        return agent.state is AgentState.WRAP_UP and await self._wrapped_up(agent, connected)

    async def _wrapped_up(self, agent: Agent, connected: bool) -> bool:
        """End a wrap-up that has lasted as long as its queue allows; it counts in full."""
        now, limit_s = self._at.clock(), self._settings.wrap_up_s
        wait = await own_stay(self._store, agent)
        if wait is not None:
            own_s = self._at.plan.queue(wait.queue).wrap_up_s
            limit_s = limit_s if own_s is None else own_s
        ended = await self._change(
            agent, lambda a: presence.passed_time(a, now, limit_s, connected)
        )
        if ended and wait is not None and wait.state is WaitState.ENDED:
            await self._store.save_wait(replace(wait, wrap_s=limit_s))
        return ended

    def _ours(self, agent: Agent) -> Agent | None:
        return replace(agent, owner=self._store.me) if agent.owner is None else None

    async def _change(self, agent: Agent, change: presence.Change) -> bool:
        if change(agent) is None:
            return False
        return await change_agent(self._store, agent.id, change) is not None

    def _tell_pages(self, floor: Floor) -> None:
        for agent in floor.agents:
            if self._seen.get(agent.id) != agent.version:
                self._seen[agent.id] = agent.version
                self._at.hub.tell(agent.id, AgentChanged(agent))


async def give_back_tasks(premises: Premises, agent_id: str) -> None:
    """Whoever has gone does not keep from others what they meant to see to. Never fails."""
    if premises.work is not None:
        with contained("what an agent has claimed stays with them until a supervisor frees it"):
            await premises.work.release_all(agent_id)
