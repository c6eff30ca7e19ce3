"""How long a caller is going to wait, from what calls have taken lately. Pure.

Nothing is promised that was not measured: with too few calls behind it, there is no figure.
"""

from collections.abc import Iterable

from ivr.config.desk_plan import Queue
from ivr.core.staffing import Agent, AgentState, Handling, Wait, WaitState
from ivr.desk.choice import Moment, serves
from ivr.desk.presence import calls_on

ENOUGH_CALLS = 5
STEP_S = 30.0
"""Figures are rounded up to this: finer ones would pretend to know."""
_SERVING = frozenset(
    {
        AgentState.FREE,
        AgentState.RESERVED,
        AgentState.RINGING,
        AgentState.TALKING,
        AgentState.WRAP_UP,
    }
)


def crew(agents: Iterable[Agent], wait: Wait, queue: Queue, moment: Moment) -> list[Agent]:
    """Those who will take calls like this one, now or when they are done with what they do."""
    return [
        agent
        for agent in agents
        if agent.state in _SERVING
        and serves(agent, wait, queue, moment)
        and (calls_on(agent, moment.today) < agent.capacity or agent.state is AgentState.TALKING)
    ]


def used_lines(waits: Iterable[Wait], site: str) -> int:
    """Calls that are offered to a site or going on there."""
    busy = (WaitState.OFFERED, WaitState.TALKING)
    return sum(1 for wait in waits if wait.site == site and wait.state in busy)


def expected_s(place: int, servers: int, free: int, handling: Handling) -> float | None:
    """Seconds until the caller at `place` is served by `servers`, `free` of whom are idle.

    Every server is done once in a mean handling time, so the queue moves on that often.
    """
    if place <= free:
        return 0.0
    if servers == 0 or handling.calls < ENOUGH_CALLS:
        return None
    return (place - free) * handling.mean_s / servers


def rounded(seconds: float | None) -> float | None:
    """As it is told."""
    if seconds is None:
        return None
    return -(-seconds // STEP_S) * STEP_S
