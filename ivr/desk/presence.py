"""An agent's states, and what leads from one to the next. Pure.

Every function gives the agent as they are afterwards, or None where the present state does not
allow it: an agent in a call cannot take a break, say.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from ivr.core.staffing import Agent, AgentState, Shift
from ivr.desk.worktime import begin_work, pause_work

Change = Callable[[Agent], Agent | None]
_AT_WORK = frozenset(AgentState) - {AgentState.SIGNED_OUT}
_IN_HAND = frozenset({AgentState.RESERVED, AgentState.RINGING, AgentState.TALKING})
"""A caller depends on them."""
AWAY = "away"
"""Reason of a signing out that the program did: the browser was gone."""


def at_work(agent: Agent) -> bool:
    return agent.state in _AT_WORK


def has_call(agent: Agent) -> bool:
    return agent.state in _IN_HAND


def sign_in(agent: Agent, now: datetime, today: date) -> Agent | None:
    """Signing in begins work and makes free."""
    if agent.state is not AgentState.SIGNED_OUT:
        return None
    counted = _on_day(agent, today)
    return _to(counted, AgentState.FREE, now, shift=begin_work(agent.shift, now), misses=0)


def sign_out(agent: Agent, now: datetime, reason: str = "") -> Agent | None:
    if agent.state is AgentState.SIGNED_OUT or has_call(agent):
        return None
    shift = pause_work(agent.shift, now)
    return _to(agent, AgentState.SIGNED_OUT, now, reason=reason, shift=shift)


def take_break(agent: Agent, now: datetime, reason: str) -> Agent | None:
    """A break needs a reason, which the reports show."""
    free = agent.state in (AgentState.FREE, AgentState.WRAP_UP, AgentState.NOT_ANSWERING)
    if not free or not reason.strip():
        return None
    shift = pause_work(agent.shift, now)
    return _to(agent, AgentState.BREAK, now, reason=reason.strip(), shift=shift)


def train(agent: Agent, now: datetime, reason: str) -> Agent | None:
    """Away from the queue, but at work: training is no break in the sense of the law."""
    if agent.state not in (AgentState.FREE, AgentState.BREAK):
        return None
    return _to(agent, AgentState.BREAK, now, reason=reason)


def trained(agent: Agent, before: Agent, now: datetime) -> Agent | None:
    """After `train`: back to where they were. None if they have gone elsewhere meanwhile."""
    if agent.state is not AgentState.BREAK or agent.since is None:
        return None
    return _to(agent, before.state, now, reason=before.reason)


def make_free(agent: Agent, now: datetime) -> Agent | None:
    """Back from a break, out of wrap-up, or back after not answering."""
    if agent.state not in (AgentState.BREAK, AgentState.WRAP_UP, AgentState.NOT_ANSWERING):
        return None
    shift = begin_work(agent.shift, now)
    return _to(agent, AgentState.FREE, now, shift=shift, misses=0 if _was_away(agent) else None)


def reserve(agent: Agent, now: datetime, call_id: str, holder: str = "") -> Agent | None:
    """Only who is free can be offered a call, so nobody is offered two.

    `holder` is the process that offers it: if that dies, the agent is let go.
    """
    if agent.state is not AgentState.FREE:
        return None
    reserved = _to(agent, AgentState.RESERVED, now, call_id=call_id)
    return replace(reserved, holder=holder or None)


def ring(agent: Agent, now: datetime) -> Agent | None:
    if agent.state is not AgentState.RESERVED:
        return None
    return _to(agent, AgentState.RINGING, now, call_id=agent.call_id, holder=agent.holder)


def accept(agent: Agent, now: datetime, today: date) -> Agent | None:
    """The call begins, and counts from here."""
    if agent.state not in (AgentState.RESERVED, AgentState.RINGING):
        return None
    counted = _on_day(agent, today)
    return _to(
        replace(counted, calls_today=counted.calls_today + 1),
        AgentState.TALKING,
        now,
        call_id=agent.call_id,
        misses=0,
        holder=agent.holder,
    )


def step_in(
    agent: Agent, now: datetime, call_id: str, today: date, holder: str = ""
) -> Agent | None:
    """Take over a call that somebody else has, from any state but a call of their own."""
    ready = sign_in(agent, now, today) or make_free(agent, now) or agent
    reserved = reserve(ready, now, call_id, holder)
    return None if reserved is None else accept(reserved, now, today)


def miss(agent: Agent, now: datetime, allowed: int) -> Agent | None:
    """An offer was refused or not taken; too many in a row, and no more are made."""
    if agent.state not in (AgentState.RESERVED, AgentState.RINGING):
        return None
    misses = agent.misses + 1
    state = AgentState.NOT_ANSWERING if misses >= allowed else AgentState.FREE
    return _to(agent, state, now, misses=misses)


def withdraw(agent: Agent, now: datetime) -> Agent | None:
    """The caller has left before the agent took the call: no fault of theirs."""
    if agent.state not in (AgentState.RESERVED, AgentState.RINGING):
        return None
    return _to(agent, AgentState.FREE, now)


def part(agent: Agent, now: datetime) -> Agent | None:
    """The call is over for them: wrap-up, which belongs to the same call."""
    if agent.state is not AgentState.TALKING:
        return None
    talked_s = (now - agent.since).total_seconds() if agent.since else 0.0
    talked = replace(agent, talked_today_s=agent.talked_today_s + talked_s)
    return _to(talked, AgentState.WRAP_UP, now, call_id=agent.call_id)


def let_go(agent: Agent, now: datetime) -> Agent | None:
    """What they have in hand is over, whatever it was and however far it had come."""
    return part(agent, now) or withdraw(agent, now)


def passed_time(agent: Agent, now: datetime, wrap_up_s: float, connected: bool) -> Agent | None:
    """What time alone changes: wrap-up ends by itself. None if nothing is due."""
    if agent.state is not AgentState.WRAP_UP or agent.since is None or not connected:
        return None
    if (now - agent.since).total_seconds() < wrap_up_s:
        return None
    return make_free(agent, now)


def calls_on(agent: Agent, today: date) -> int:
    """How many calls they have had today."""
    return agent.calls_today if agent.day == today else 0


def _was_away(agent: Agent) -> bool:
    return agent.state in (AgentState.BREAK, AgentState.NOT_ANSWERING)


def _on_day(agent: Agent, today: date) -> Agent:
    if agent.day == today:
        return agent
    return replace(agent, day=today, calls_today=0, talked_today_s=0.0)


def _to(
    agent: Agent,
    state: AgentState,
    now: datetime,
    *,
    reason: str = "",
    call_id: str | None = None,
    holder: str | None = None,
    misses: int | None = None,
    shift: Shift | None = None,
) -> Agent:
    changed = replace(
        agent,
        state=state,
        since=now,
        reason=reason,
        call_id=call_id,
        holder=holder,
        misses=agent.misses if misses is None else misses,
    )
    return changed if shift is None else replace(changed, shift=shift)
