"""What agents and supervisors do at the desk: use-cases for thin pages.

Every method raises StoreUnavailable. Those that answer None did nothing: the agent is not known,
or their present state does not allow it (nobody takes a break in the middle of a call).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from ivr.core.errors import RecordRefused
from ivr.core.staffing import Agent, AgentState, Wait
from ivr.desk import presence
from ivr.desk.changes import change_agent, change_stay, own_stay
from ivr.desk.office import Office
from ivr.desk.premises import Premises
from ivr.desk.upkeep import give_back_tasks
from ivr.desk.worktime import Rest, due, worked_s

BREAK_REASONS = ("Pause", "Mittag", "Besprechung", "Schulung", "Technik")
"""What agents choose from; a break of another reason is refused."""
RINGS_S = 60.0
"""Longer than anything rings: an agent, or a customer who is called back."""
LONGEST_NOTE = 2000
"""Characters."""


@dataclass(frozen=True, slots=True)
class Today:
    """An agent's own numbers."""

    calls: int
    capacity: int
    mean_handling_s: float | None
    worked_s: float
    rest: Rest | None
    """What the law on working time asks for now."""


class People:
    """Agents' presence and their calls' wrap-up."""

    def __init__(self, premises: Premises, office: Office) -> None:
        self._at = premises
        self._store = premises.store
        self._office = office

    async def sign_in(self, agent_id: str) -> Agent | None:
        now = self._at.clock()
        return await self._change(
            agent_id, lambda a: presence.sign_in(a, now, self._today(a, now))
        )

    async def sign_out(self, agent_id: str) -> Agent | None:
        """What they have claimed from the work list is everybody's again."""
        out = await self._change(agent_id, lambda a: presence.sign_out(a, self._at.clock()))
        if out is not None:
            await give_back_tasks(self._at, agent_id)
        return out

    async def take_break(self, agent_id: str, reason: str) -> Agent | None:
        """Raises RecordRefused for a reason that is not one of `BREAK_REASONS`."""
        if reason not in BREAK_REASONS:
            raise RecordRefused("a break needs one of the known reasons")
        return await self._change(
            agent_id, lambda a: presence.take_break(a, self._at.clock(), reason)
        )

    async def make_free(self, agent_id: str) -> Agent | None:
        """Back from a break or from not answering, or done with wrap-up."""
        return await self._change(agent_id, lambda a: presence.make_free(a, self._at.clock()))

    async def step_in(self, agent_id: str, call_id: str) -> Agent | None:
        """Take over a colleague's call. For supervisors; they are at the desk from then on."""
        now = self._at.clock()
        return await self._change(
            agent_id,
            lambda a: presence.step_in(a, now, call_id, self._today(a, now), self._store.me),
        )

    async def set_free(self, agent_id: str) -> Agent | None:
        """Let go of an agent who is in a call only on record. For supervisors.

        What the record says of it is ended, too: a line is free again. Whoever does speak goes
        on speaking, so it is for calls that nobody can find any more. What may still ring is left
        alone.
        """
        agent = await self._store.agent(agent_id)
        if agent is None or not presence.has_call(agent) or agent.call_id is None:
            return None
        for_s = (self._at.clock() - agent.since).total_seconds() if agent.since else RINGS_S
        if agent.state is not AgentState.TALKING and for_s < RINGS_S:
            return None
        await self._office.let_go(agent.call_id, agent_id)
        after = await self._store.agent(agent_id)
        return None if after is None or presence.has_call(after) else after

    async def connected(self, agent_id: str) -> Agent | None:
        """The agent's page is open here: their browser can be rung by this process."""
        return await self._change(agent_id, lambda a: replace(a, owner=self._store.me))

    async def disconnected(self, agent_id: str) -> Agent | None:
        """Their last page here is gone; after a while without one they are signed out."""
        me = self._store.me
        return await self._change(
            agent_id, lambda a: replace(a, owner=None) if a.owner == me else None
        )

    async def wrap_up(self, agent_id: str, code: str, note: str = "") -> Agent | None:
        """Finish the last call with its code, and be free again.

        Raises RecordRefused for a code that the call's queue does not have, or a note too long.
        """
        agent = await self._store.agent(agent_id)
        if agent is None or agent.state is not AgentState.WRAP_UP:
            return None
        wait = await own_stay(self._store, agent)
        if wait is None:
            return await self.make_free(agent_id)
        if code not in self._at.plan.queue(wait.queue).codes:
            raise RecordRefused("this call's queue has no such wrap-up code")
        if len(note) > LONGEST_NOTE:
            raise RecordRefused(f"a note has {LONGEST_NOTE} characters at the most")
        now = self._at.clock()
        # Both or neither: whoever is free again has their code on record.
        await change_stay(
            self._store,
            wait.call_id,
            lambda stay: stay.id == wait.id,
            lambda latest: _wrapped(latest, code, note, now),
            agent_id,
            lambda latest: presence.make_free(latest, now),
        )
        self._office.wake()
        return await self._store.agent(agent_id)

    async def set_skills(
        self,
        agent_id: str,
        *,
        skills: Mapping[str, int] | None = None,
        languages: Sequence[str] | None = None,
        queues: Sequence[str] | None = None,
        capacity: int | None = None,
    ) -> Agent | None:
        """Change what an agent is offered; what is not given stays. For supervisors.

        Raises RecordRefused for what cannot be: a level beyond 1 to 5, an unknown queue.
        """
        if skills is not None and not all(1 <= level <= 5 for level in skills.values()):
            raise RecordRefused("levels of skills go from 1 to 5")
        if set(queues or ()) - {queue.id for queue in self._at.plan.queues}:
            raise RecordRefused("there is no such queue")
        if languages is not None and not languages:
            raise RecordRefused("an agent speaks at least one language")
        if capacity is not None and not 0 <= capacity <= 1000:
            raise RecordRefused("a day's capacity goes from 0 to 1000 calls")
        return await self._change(
            agent_id,
            lambda a: replace(
                a,
                skills=a.skills if skills is None else dict(skills),
                languages=a.languages if languages is None else tuple(languages),
                queues=a.queues if queues is None else tuple(queues),
                capacity=a.capacity if capacity is None else capacity,
            ),
        )

    async def today(self, agent: Agent) -> Today:
        now = self._at.clock()
        handled = await self._store.handled(agent.id, self._midnight(agent, now))
        return Today(
            presence.calls_on(agent, self._today(agent, now)),
            agent.capacity,
            handled.mean_s if handled.calls else None,
            worked_s(agent.shift, now),
            due(agent.shift, now, 0.0, self._at.settings.day_s),
        )

    async def _change(self, agent_id: str, change: presence.Change) -> Agent | None:
        changed = await change_agent(self._store, agent_id, change)
        if changed is not None:
            self._office.wake()
        return changed

    def _zone(self, agent: Agent) -> ZoneInfo:
        site = self._at.plan.site(agent.site)
        return ZoneInfo(site.timezone if site is not None else "Europe/Berlin")

    def _today(self, agent: Agent, now: datetime) -> date:
        return now.astimezone(self._zone(agent)).date()

    def _midnight(self, agent: Agent, now: datetime) -> datetime:
        zone = self._zone(agent)
        return datetime.combine(now.astimezone(zone).date(), time(), zone)


def _wrapped(wait: Wait, code: str, note: str, now: datetime) -> Wait:
    spent_s = max(0.0, (now - (wait.parted_at or now)).total_seconds())
    return replace(wait, code=code, note=note, wrap_s=spent_s)
