"""Calls back whom an agent has picked from the work list: the agent is rung first, then the
customer. Nobody has more than one call: whoever is not free cannot begin."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from uuid import uuid4

from ivr.core.desk import CallOutEnd, Taken, Waiting
from ivr.core.desk_store import WorkList
from ivr.core.ports import Leg
from ivr.core.records import HandOver, HandOverReason
from ivr.core.staffing import Agent, Task, TaskState, Wait, WaitState
from ivr.desk import presence
from ivr.desk.changes import change_agent
from ivr.desk.faults import contained
from ivr.desk.office import Office
from ivr.desk.premises import Premises
from ivr.desk.rings import Answered, Offer

WHY = "Rückruf aus der Liste"


class CannotCall(StrEnum):
    """Why a call back does not even begin."""

    NO_LINE = "no_line"
    NO_NUMBER = "no_number"
    NOT_ALLOWED = "not_allowed"
    TAKEN = "taken"
    """Somebody else has the task, or it is done."""
    NOT_FREE = "not_free"
    """The agent is not free."""


@dataclass(slots=True)
class Calling:
    """One call back, until it is over."""

    task: Task
    client: str
    call_id: str
    reached: bool = False


@asynccontextmanager
async def open_call_outs(
    premises: Premises, work: WorkList, office: Office, client: str
) -> AsyncIterator["CallOuts"]:
    """Calls back while inside; those that still go on at the end are hung up."""
    async with asyncio.TaskGroup() as tasks:
        outs = CallOuts(premises, work, office, client, tasks)
        try:
            yield outs
        finally:
            outs.stop()


class CallOuts:
    """Made by `open_call_outs`."""

    def __init__(
        self,
        premises: Premises,
        work: WorkList,
        office: Office,
        client: str,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._at = premises
        self._work = work
        self._office = office
        self._client = client
        self._tasks = tasks
        self._calling: dict[str, tuple[Calling, asyncio.Task[None]]] = {}

    def of(self, agent_id: str) -> Calling | None:
        """What this agent's call back is at, if they have one."""
        found = self._calling.get(agent_id)
        return None if found is None else found[0]

    async def begin(self, agent_id: str, task_id: str, leg: Leg | None) -> CannotCall | None:
        """Claim the task and call. `leg` is the agent's, open; None rings their telephone.

        Returns as soon as it has begun, or with what forbids it. Raises StoreUnavailable.
        """
        line = self._at.outward.line
        if line is None:
            return CannotCall.NO_LINE
        task = await self._work.task(task_id)
        if task is None or task.state is TaskState.DONE:
            return CannotCall.TAKEN
        if not task.phone:
            return CannotCall.NO_NUMBER
        if not line.allows(task.phone):
            return CannotCall.NOT_ALLOWED
        calling = Calling(task, self._client, secrets.token_hex(8))
        agent = await self._reserve(agent_id, calling)
        if agent is None:
            return CannotCall.NOT_FREE
        claimed = False
        try:
            claimed = await self._work.claim(task_id, agent_id, self._at.clock())
        finally:
            if not claimed:
                await self._office.let_go(calling.call_id, agent_id)
        if not claimed:
            return CannotCall.TAKEN
        seeing = self._tasks.create_task(self._see_through(agent, calling, leg))
        self._calling[agent_id] = calling, seeing
        seeing.add_done_callback(lambda _: self._calling.pop(agent_id, None))
        return None

    def give_up(self, agent_id: str) -> bool:
        """Stop ringing the customer. False if there is nothing to stop (any more)."""
        calling, seeing = self._calling.get(agent_id, (None, None))
        if calling is None or seeing is None or calling.reached:
            return False
        seeing.cancel()
        return True

    def stop(self) -> None:
        for _, seeing in self._calling.values():
            seeing.cancel()

    async def _see_through(self, agent: Agent, calling: Calling, leg: Leg | None) -> None:
        end = CallOutEnd.GIVEN_UP
        taken: Taken | None = None
        try:
            with contained("a customer cannot be called back at the moment"):
                taken = await self._agent_there(agent, calling, leg)
                end = CallOutEnd.AGENT_AWAY if taken is None else await self._call(taken, calling)
        finally:
            mine = leg if taken is None else taken.leg
            if mine is not None:
                await mine.hang_up()
            await self._settle(agent, calling, end)

    async def _call(self, taken: Taken, calling: Calling) -> CallOutEnd:
        line = self._at.outward.line
        if line is None:
            return CallOutEnd.LINE_DOWN
        waiting = _waiting(calling, self._at)

        async def reached() -> None:
            calling.reached = True
            with contained("an agent's call back is not on record"):
                await self._talks(taken, waiting)

        return await line.call(waiting, taken, reached)

    async def _agent_there(self, agent: Agent, calling: Calling, leg: Leg | None) -> Taken | None:
        if leg is not None:
            return Taken(agent.id, agent.name, agent.site, leg, why=WHY)
        plan, rings_s = self._at.plan, self._at.settings.offer_s
        waiting = _waiting(calling, self._at)
        site = plan.site(agent.site) or plan.sites[0]
        offer = Offer(
            uuid4().hex, waiting, plan.queues[0], site, agent, rings_s, WHY, callback=True
        )
        try:
            async with asyncio.timeout(rings_s):
                answer = await self._at.ring.ring(offer)
        except TimeoutError:
            return None
        if not isinstance(answer, Answered):
            return None
        return Taken(agent.id, agent.name, agent.site, answer.leg, answer.by_phone, WHY)

    async def _talks(self, taken: Taken, waiting: Waiting) -> None:
        """The customer is there: from now on this is a call of the agent's."""
        store, now = self._at.store, self._at.clock()
        plan = self._at.plan
        wait = Wait(
            waiting,
            plan.queues[0].id,
            state=WaitState.TALKING,
            kept=True,
            agent=taken.agent,
            site=taken.site,
            why=WHY,
            offered_at=waiting.since,
            taken_at=now,
        )
        await store.join(wait)
        await change_agent(
            store, taken.agent, lambda a: presence.accept(a, now, self._at.today(a))
        )

    async def _settle(self, agent: Agent, calling: Calling, end: CallOutEnd) -> None:
        now, task = self._at.clock(), calling.task
        end = CallOutEnd.REACHED if calling.reached else end
        with contained("a call back is not on record"):
            await self._work.tried(task.id, end, now)
            if end is CallOutEnd.REACHED:
                await self._work.finish(task.id, agent.id, task.note, now)
        await self._office.let_go(calling.call_id, agent.id)

    async def _reserve(self, agent_id: str, calling: Calling) -> Agent | None:
        def ringing(agent: Agent) -> Agent | None:
            now = self._at.clock()
            reserved = presence.reserve(agent, now, calling.call_id, self._at.store.me)
            return None if reserved is None else presence.ring(reserved, now)

        return await change_agent(self._at.store, agent_id, ringing)


def _waiting(calling: Calling, premises: Premises) -> Waiting:
    """The customer as the desk knows callers."""
    task = calling.task
    fact = HandOver(HandOverReason.ASKED, task.name or None, task.phone, None, summary=task.about)
    return Waiting(
        calling.call_id, calling.client, fact, premises.clock(), caller=task.phone or None
    )
