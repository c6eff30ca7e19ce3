"""The desk's state without a database, for tests and simulations: the same promises."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ivr.core.staffing import (
    Agent,
    Floor,
    Handling,
    OfferMade,
    SiteState,
    StateSpan,
    Wait,
    WaitState,
)


@dataclass
class MemoryFloor:
    """What several desks in one process may share, as processes share a database."""

    agents: dict[str, Agent] = field(default_factory=dict)
    waits: dict[int, Wait] = field(default_factory=dict)
    sites: dict[str, SiteState] = field(default_factory=dict)
    offers: list[OfferMade] = field(default_factory=list)
    spans: list[StateSpan] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)
    last_id: int = 0


class MemoryDesk:
    """Implements `desk_store.DeskStore`. Not bounded: it is meant for tests."""

    def __init__(self, shared: MemoryFloor | None = None, me: str = "here") -> None:
        self.shared = shared or MemoryFloor()
        self._me = me

    @property
    def me(self) -> str:
        return self._me

    async def floor(self) -> Floor:
        open_ = (w for w in self.shared.waits.values() if w.state is not WaitState.ENDED)
        return Floor(tuple(self.shared.agents.values()), tuple(open_), dict(self.shared.sites))

    async def add_agent(self, agent: Agent) -> bool:
        return self.shared.agents.setdefault(agent.id, agent) is agent

    async def remove_agent(self, agent_id: str) -> bool:
        return self.shared.agents.pop(agent_id, None) is not None

    async def agent(self, agent_id: str) -> Agent | None:
        return self.shared.agents.get(agent_id)

    async def save_agent(self, agent: Agent) -> Agent | None:
        saved = await self.settle(None, agent, None)
        return replace(agent, version=agent.version + 1) if saved else None

    async def join(self, wait: Wait) -> Wait:
        mine = self._latest(wait.call_id)
        if mine is not None and mine.state is WaitState.WAITING:
            joined = replace(mine, owner=self._me, kept=False, version=mine.version + 1)
        else:
            return self._add(wait)
        self.shared.waits[joined.id] = joined
        return joined

    async def wait_of(self, call_id: str) -> Wait | None:
        return self._latest(call_id)

    async def stays(self, call_id: str) -> Sequence[Wait]:
        return [wait for wait in self.shared.waits.values() if wait.call_id == call_id]

    async def save_wait(self, wait: Wait) -> Wait | None:
        saved = await self.settle(wait, None, None)
        return replace(wait, version=wait.version + 1) if saved else None

    async def claim(self, wait: Wait, agent: Agent | None, lines: int) -> bool:
        if self._used(wait) >= lines:
            return False
        return await self.settle(wait, agent, None)

    async def claim_line(self, wait: Wait, lines: int) -> Wait | None:
        return None if self._used(wait) >= lines else self._add(wait)

    async def drop(self, wait: Wait) -> None:
        self.shared.waits.pop(wait.id, None)

    async def settle(
        self, wait: Wait | None, agent: Agent | None, offer: OfferMade | None
    ) -> bool:
        shared = self.shared
        if wait is not None:
            kept = shared.waits.get(wait.id)
            if kept is None or kept.version != wait.version:
                return False
        before = shared.agents.get(agent.id) if agent is not None else None
        if agent is not None and (before is None or before.version != agent.version):
            return False
        if wait is not None:
            shared.waits[wait.id] = replace(wait, version=wait.version + 1)
        if agent is not None and before is not None:
            shared.agents[agent.id] = replace(agent, version=agent.version + 1)
            self._span(before, agent)
        if offer is not None:
            shared.offers.append(offer)
        return True

    async def save_site(self, site: SiteState) -> SiteState | None:
        known = self.shared.sites.get(site.id, SiteState(site.id))
        if known.version != site.version:
            return None
        saved = replace(site, version=site.version + 1)
        self.shared.sites[site.id] = saved
        return saved

    async def handling(self, queue: str, last: int = 50) -> Handling:
        done = [w for w in self.shared.waits.values() if w.queue == queue and w.ended_at]
        done.sort(key=lambda wait: wait.ended_at or wait.waiting.since)
        times = [w.talked_s + w.wrap_s for w in done if w.talked_s is not None][-last:]
        return Handling(sum(times) / len(times) if times else 0.0, len(times))

    async def handled(self, agent: str, since: datetime) -> Handling:
        talks = [w for w in self.shared.waits.values() if w.agent == agent and w.ended_at]
        times = [
            w.talked_s + w.wrap_s
            for w in talks
            if w.talked_s is not None and w.taken_at is not None and w.taken_at >= since
        ]
        return Handling(sum(times) / len(times) if times else 0.0, len(times))

    async def last_agent(self, caller: str) -> str | None:
        spoke = (
            wait.agent
            for wait in reversed(self.shared.waits.values())
            if wait.waiting.caller == caller and wait.taken_at is not None
        )
        return next(spoke, None)

    async def beat(self) -> None: ...
    async def dead(self, owners: Collection[str]) -> frozenset[str]:
        return frozenset(owners) & self.shared.dead - {self._me}

    async def ended(
        self, since: datetime, until: datetime, agent: str | None = None
    ) -> Sequence[Wait]:
        waits = (w for w in self.shared.waits.values() if agent in (None, w.agent))
        found = [w for w in waits if w.ended_at is not None and since <= w.ended_at < until]
        return sorted(found, key=lambda wait: (wait.ended_at or since, wait.id))

    async def offers(self, since: datetime, until: datetime) -> Sequence[OfferMade]:
        return [offer for offer in self.shared.offers if since <= offer.at < until]

    async def spans(self, since: datetime, until: datetime) -> Sequence[StateSpan]:
        return [span for span in self.shared.spans if since <= span.ended_at < until]

    def _latest(self, call_id: str) -> Wait | None:
        waits = reversed(self.shared.waits.values())
        return next((wait for wait in waits if wait.call_id == call_id), None)

    def _add(self, wait: Wait) -> Wait:
        self.shared.last_id += 1
        added = replace(wait, id=self.shared.last_id, owner=self._me)
        self.shared.waits[added.id] = added
        return added

    def _used(self, wait: Wait) -> int:
        busy = (WaitState.OFFERED, WaitState.TALKING)
        others = (each for each in self.shared.waits.values() if each.id != wait.id)
        return sum(1 for each in others if each.site == wait.site and each.state in busy)

    def _span(self, before: Agent, after: Agent) -> None:
        if before.state is not after.state and before.since is not None:
            ended = after.since or before.since
            span = StateSpan(before.id, before.state, before.reason, before.since, ended)
            self.shared.spans.append(span)
