"""What an office and its helpers work with."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from ivr.config.desk import Desk as DeskSettings
from ivr.config.desk_plan import Plan
from ivr.core.desk import Outward
from ivr.core.desk_store import DeskStore, WorkList
from ivr.core.staffing import Agent, Floor, Wait
from ivr.desk.hub import Hub
from ivr.desk.papers import Papers
from ivr.desk.rings import Ring


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class WayOut:
    """How customers are called; there is none until the telephone line is up."""

    line: Outward | None = None


@dataclass(frozen=True, slots=True)
class Premises:
    """What an office works with."""

    store: DeskStore
    plan: Plan
    settings: DeskSettings
    ring: Ring
    hub: Hub
    clock: Callable[[], datetime] = _now
    outward: WayOut = field(default_factory=WayOut)
    """Without a way out, places kept for a call back are left to the work list."""
    work: WorkList | None = None
    """None where there is nothing but calls, as in practice."""
    papers: Papers | None = None
    """Without them, agents cannot change what the assistant has understood."""

    def can_serve(self, wait: Wait) -> bool:
        """Whom we cannot call back is left to the work list."""
        line, phone = self.outward.line, wait.waiting.hand_over.phone
        return not wait.kept or (line is not None and phone is not None and line.allows(phone))

    def never_serves(self, wait: Wait) -> bool:
        """Whether nothing but another configuration could let us call back; not known before the
        telephone line is up."""
        return not self.can_serve(wait) and self.outward.line is not None

    def served(self, floor: Floor) -> Floor:
        """The floor without the places that nobody's turn can end: they keep nobody waiting."""
        return replace(floor, waits=tuple(filter(self.can_serve, floor.waits)))

    def zone(self, agent: Agent) -> ZoneInfo:
        """The clock where this agent works."""
        site = self.plan.site(agent.site)
        return ZoneInfo(site.timezone if site is not None else "Europe/Berlin")

    def today(self, agent: Agent) -> date:
        """The day it is where this agent works."""
        return self.clock().astimezone(self.zone(agent)).date()
