"""What an office and its helpers work with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from ivr.config.desk import Desk as DeskSettings
from ivr.config.desk_plan import Plan
from ivr.core.desk import Taken, Waiting
from ivr.core.desk_store import DeskStore
from ivr.desk.hub import Hub
from ivr.desk.rings import Ring

CallBack = Callable[[Waiting, Taken], Awaitable[None]]
"""Calls the customer for the agent who has accepted; is done when their talk is over."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Premises:
    """What an office works with."""

    store: DeskStore
    plan: Plan
    settings: DeskSettings
    ring: Ring
    hub: Hub
    clock: Callable[[], datetime] = _now
    call_back: CallBack | None = None
    """Without it, places kept for a call back are left to the work list."""
