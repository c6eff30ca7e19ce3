"""What time brings about at the desk: wrap-up that ends, pages that stay away, processes that have
died, sites that answer again."""

import asyncio
from dataclasses import replace

from ivr.config.desk import Desk as DeskSettings
from ivr.core.staffing import Agent, AgentState, Floor, Wait, WaitEnd, WaitState
from ivr.desk import presence
from ivr.desk.changes import change_agent, change_wait
from ivr.desk.hub import AgentChanged
from ivr.desk.offers import Offers
from ivr.desk.premises import Premises

POLL_S = 1.0
LOOKS_EVERY_S = 10.0
"""How often it is looked for dead processes."""


class Upkeep:
    """Called every second or so. Raises StoreUnavailable."""

    def __init__(self, premises: Premises, offers: Offers) -> None:
        self._at = premises
        self._offers = offers
        self._store = premises.store
        self._settings: DeskSettings = premises.settings
        self._alone_since: dict[str, float] = {}
        """Agents without a page, by the loop's clock."""
        self._seen: dict[str, int] = {}
        """Versions of agents that pages were told."""
        self._looked_at = float("-inf")

    async def round(self) -> bool:
        """Whether something has changed that routing depends on."""
        loop_s = asyncio.get_running_loop().time()
        floor = await self._store.floor()
        changed = False
        if loop_s - self._looked_at >= LOOKS_EVERY_S:
            self._looked_at = loop_s
            changed = await self._bury(floor)
            floor = await self._store.floor() if changed else floor
        for agent in floor.agents:
            changed |= await self._age(agent, loop_s)
        self._tell_pages(floor)
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
        connected = agent.phone is not None or agent.owner is not None
        if connected or not presence.at_work(agent):
            self._alone_since.pop(agent.id, None)
        elif loop_s - self._alone_since.setdefault(agent.id, loop_s) >= self._settings.away_s:
            out = await self._change(agent, lambda a: presence.sign_out(a, now, presence.AWAY))
            if out:
                return True
        return agent.state is AgentState.WRAP_UP and await self._wrapped_up(agent, connected)

    async def _wrapped_up(self, agent: Agent, connected: bool) -> bool:
        """End a wrap-up that has lasted as long as its queue allows; it counts in full."""
        now, limit_s = self._at.clock(), self._settings.wrap_up_s
        wait = await self._store.wait_of(agent.call_id) if agent.call_id else None
        if wait is not None:
            own_s = self._at.plan.queue(wait.queue).wrap_up_s
            limit_s = limit_s if own_s is None else own_s
        ended = await self._change(
            agent, lambda a: presence.passed_time(a, now, limit_s, connected)
        )
        if ended and wait is not None and wait.state is WaitState.ENDED:
            await self._store.save_wait(replace(wait, wrap_s=limit_s))
        return ended

    async def _change(self, agent: Agent, change: presence.Change) -> bool:
        if change(agent) is None:
            return False
        return await change_agent(self._store, agent.id, change) is not None

    async def _bury(self, floor: Floor) -> bool:
        """Tidy up after processes that died: their callers are gone, their agents are not."""
        owners = {wait.owner for wait in floor.waits} | {
            agent.owner for agent in floor.agents if agent.owner
        }
        dead = await self._store.dead(owners)
        for wait in floor.waits:
            if wait.owner in dead:
                await self._bury_wait(wait)
        for agent in floor.agents:
            if agent.owner in dead:
                await self._change(
                    agent, lambda a: replace(a, owner=None) if a.owner in dead else None
                )
        return bool(dead)

    async def _bury_wait(self, wait: Wait) -> None:
        now = self._at.clock()

        def settled(current: Wait) -> Wait | None:
            if current.owner != wait.owner or current.state is WaitState.ENDED:
                return None
            if current.kept and current.state is not WaitState.TALKING:
                # Ours from now on: the caller was promised a call back.
                return replace(
                    current, owner=self._store.me, state=WaitState.WAITING, agent=None, site=None
                )
            talked = current.state is WaitState.TALKING
            return replace(
                current,
                state=WaitState.ENDED,
                end=WaitEnd.TAKEN if talked else WaitEnd.LOST,
                parted_at=now if talked else None,
                ended_at=now,
            )

        await change_wait(
            self._store,
            wait.call_id,
            settled,
            wait.agent,
            lambda a: presence.part(a, now) or presence.withdraw(a, now),
        )

    def _tell_pages(self, floor: Floor) -> None:
        for agent in floor.agents:
            if self._seen.get(agent.id) != agent.version:
                self._seen[agent.id] = agent.version
                self._at.hub.tell(agent.id, AgentChanged(agent))
