"""Which of the free agents a caller gets: small strategies, applied one after the other. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ivr.config.desk_plan import Queue, Strategy
from ivr.core.staffing import Agent, AgentState, Wait
from ivr.desk.presence import calls_on
from ivr.desk.worktime import due


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known when a choice is made."""

    now: datetime
    today: date
    handling_s: float = 240.0
    """How long a call is expected to take."""
    day_s: float = 36_000.0
    retry_s: float = 60.0


Score = Callable[[Agent, Wait, Moment], float]
"""The lowest is taken."""


def _skill(agent: Agent, wait: Wait, moment: Moment) -> float:
    return -sum(agent.skills.get(skill, 0) for skill in wait.skills)


def _last_agent(agent: Agent, wait: Wait, moment: Moment) -> float:
    return 0.0 if agent.id == wait.last_agent else 1.0


def _longest_idle(agent: Agent, wait: Wait, moment: Moment) -> float:
    return agent.since.timestamp() if agent.since else 0.0


def _fair_load(agent: Agent, wait: Wait, moment: Moment) -> float:
    """Share of the day's capacity that is used."""
    return calls_on(agent, moment.today) / max(1, agent.capacity)


STRATEGIES: Mapping[Strategy, Score] = {
    "skill": _skill,
    "last_agent": _last_agent,
    "longest_idle": _longest_idle,
    "fair_load": _fair_load,
}


def choose(agents: Iterable[Agent], wait: Wait, queue: Queue, moment: Moment) -> Agent | None:
    """The best of those who may take this call; None if there is none."""
    scores = [STRATEGIES[name] for name in queue.choose]
    able = [agent for agent in agents if may_take(agent, wait, queue, moment)]
    return min(
        able,
        # The id makes two processes choose the same one.
        key=lambda agent: (*(score(agent, wait, moment) for score in scores), agent.id),
        default=None,
    )


def may_take(agent: Agent, wait: Wait, queue: Queue, moment: Moment) -> bool:
    """Whether this call may be offered to them now."""
    return (
        agent.state is AgentState.FREE
        and serves(agent, wait, queue, moment)
        and calls_on(agent, moment.today) < agent.capacity
        and due(agent.shift, moment.now, moment.handling_s, moment.day_s) is None
        and not _tried_lately(agent, wait, moment)
    )


def serves(agent: Agent, wait: Wait, queue: Queue, moment: Moment) -> bool:
    """Whether calls like this one are for them at all, busy or not."""
    if wait.waiting.language not in agent.languages:
        return False
    if agent.queues and queue.id not in agent.queues:
        return False
    if all(agent.skills.get(skill, 0) > 0 for skill in wait.skills):
        return True
    waited_s = (moment.now - wait.waiting.since).total_seconds()
    return waited_s >= queue.any_agent_after_s


def _tried_lately(agent: Agent, wait: Wait, moment: Moment) -> bool:
    at = wait.tried.get(agent.id)
    return at is not None and (moment.now - at).total_seconds() < moment.retry_s
