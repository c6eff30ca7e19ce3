"""In which order callers are served. Pure.

Priority counts first. Among equals of one queue, who came first is served first; between queues,
how near a caller is to their queue's promise, or who waits longest.
"""

from collections.abc import Iterable
from datetime import datetime

from ivr.config.desk_plan import Plan
from ivr.core.staffing import Wait, WaitState


def in_order(waits: Iterable[Wait], plan: Plan, now: datetime) -> list[Wait]:
    """Those who wait or are being offered, the next one first."""
    waiting = [w for w in waits if w.state in (WaitState.WAITING, WaitState.OFFERED)]
    return sorted(waiting, key=lambda wait: _rank(wait, plan, now))


def position(wait: Wait, ordered: Iterable[Wait]) -> int:
    """The caller's place in their own queue, 1 for the next."""
    same = [each.call_id for each in ordered if each.queue == wait.queue]
    return same.index(wait.call_id) + 1 if wait.call_id in same else 1


def _rank(wait: Wait, plan: Plan, now: datetime) -> tuple[float, ...]:
    queue = plan.queue(wait.queue)
    waited_s = (now - wait.waiting.since).total_seconds()
    urgency = waited_s / queue.target_s if queue.order == "risk" else waited_s
    # The number settles it where two came at the same moment.
    return (-wait.waiting.priority, -urgency, wait.id)
