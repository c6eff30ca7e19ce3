"""Tidies up after processes that have died: their callers are gone, their agents are not."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from ivr.core.records import Message
from ivr.core.staffing import Agent, Floor, Wait, WaitEnd, WaitState
from ivr.desk import presence
from ivr.desk.changes import change_agent, change_stay
from ivr.desk.faults import contained
from ivr.desk.premises import Premises

CUT_OFF = "Die Verbindung brach ab, während der Anrufer auf einen Menschen wartete."
"""What the work list says of callers who were lost."""


class Burial:
    """Raises StoreUnavailable. Of several who bury the same, one does it."""

    def __init__(self, premises: Premises) -> None:
        self._at = premises
        self._store = premises.store

    async def of_the_dead(self, floor: Floor) -> bool:
        """Whether there was anything to do."""
        owners = {wait.owner for wait in floor.waits}
        owners |= {each for agent in floor.agents for each in (agent.owner, agent.holder) if each}
        dead = await self._store.dead(owners)
        if not dead:
            return False
        for wait in floor.waits:
            if wait.owner in dead:
                await self._end(wait)
        now = self._at.clock()
        for agent in floor.agents:
            await change_agent(self._store, agent.id, lambda a: _left_alone(a, dead, now))
        return True

    async def _end(self, wait: Wait) -> None:
        now, me = self._at.clock(), self._store.me

        def settled(current: Wait) -> Wait | None:
            if current.owner != wait.owner or current.state is WaitState.ENDED:
                return None
            return _settled(current, me, now)

        done = await change_stay(
            self._store,
            wait.call_id,
            lambda each: each.id == wait.id,
            settled,
            wait.agent,
            lambda agent: presence.let_go(agent, now) if agent.call_id == wait.call_id else None,
        )
        if done is not None and done.end is WaitEnd.LOST:
            await self._put_on_the_list(done, now)

    async def _put_on_the_list(self, lost: Wait, now: datetime) -> None:
        """Whose number we know is to be called back: they wanted somebody, and were cut off."""
        fact = lost.waiting.hand_over
        phone = fact.phone or lost.waiting.caller
        if self._at.work is None or not phone:
            return
        about = " ".join(filter(None, (fact.summary.split("\n")[0], CUT_OFF)))
        message = Message(fact.caller_name or "", phone, about, callback=True)
        with contained("a caller who was lost is not on the work list"):
            await self._at.work.schedule(message, now, lost.call_id)


def _settled(wait: Wait, me: str, now: datetime) -> Wait:
    talks = wait.state is WaitState.TALKING
    if wait.kept and wait.taken_at is None:
        # Ours from now on: the caller was promised a call back, and nobody has reached them.
        waits = replace(wait, owner=me, state=WaitState.WAITING)
        return replace(waits, agent=None, site=None, offered_at=None)
    end = WaitEnd.CALL_BACK if wait.kept else WaitEnd.TAKEN
    return replace(
        wait,
        state=WaitState.ENDED,
        end=end if talks else WaitEnd.LOST,
        parted_at=now if talks else None,
        ended_at=now,
    )


def _left_alone(agent: Agent, dead: Collection[str], now: datetime) -> Agent | None:
    """Without what the dead had of them: their page, and what they have in hand.

    Who was asked into a call, has taken one over, or waits for a customer to answer has no stay
    of their own; and who was rung on a telephone has no page.
    """
    left = replace(agent, owner=None) if agent.owner in dead else agent
    # Before there was a holder, whoever had the page had the call.
    if presence.has_call(left) and (left.holder or agent.owner) in dead:
        left = presence.let_go(left, now) or left
    return None if left is agent else left
