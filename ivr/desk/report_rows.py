"""What reports are made of: which rows are wanted, and the figures of a row. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from ivr.desk import stretches


class By(StrEnum):
    """What a report has a row for."""

    HALF_HOUR = "half_hour"
    """Each half hour, one after the other."""
    CLOCK = "clock"
    """Each half hour of the day, over all days together."""
    DAY = "day"
    MONTH = "month"
    AGENT = "agent"
    QUEUE = "queue"
    COMPANY = "company"
    INTENT = "intent"


TIMED = frozenset({By.HALF_HOUR, By.CLOCK, By.DAY, By.MONTH})
"""Rows of time have an order, and are there even if nothing happened."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One row. Means and shares are None where there is nothing to share."""

    of: str
    calls: int = 0
    """Inbound calls."""
    known: int = 0
    """Those whose number is known: only of them can be told whether they were settled."""
    settled: int = 0
    """By the assistant alone, and not made again: see `containment`."""
    queued: int = 0
    """Callers who wanted somebody."""
    taken: int = 0
    in_time: int = 0
    abandoned: int = 0
    turned_away: int = 0
    """Told that nobody can come."""
    called_back: int = 0
    waited_s: float = 0.0
    """Of all who were taken or gave up, together."""
    longest_s: float = 0.0
    talked_s: float = 0.0
    wrapped_s: float = 0.0
    offers: int = 0
    not_taken: int = 0
    """Offers that were refused or missed."""
    busy_s: float = 0.0
    """Agents' time in talks and wrap-up."""
    ready_s: float = 0.0
    """Agents' time waiting for a call."""
    paused_s: float = 0.0
    agents: int = 0
    """Who took at least one call."""

    @property
    def contained(self) -> float | None:
        return _share(self.settled, self.known)

    @property
    def level(self) -> float | None:
        return _share(self.in_time, self.taken + self.abandoned)

    @property
    def abandonment(self) -> float | None:
        return _share(self.abandoned, self.taken + self.abandoned)

    @property
    def wait_s(self) -> float | None:
        return _share(self.waited_s, self.taken + self.abandoned)

    @property
    def handling_s(self) -> float | None:
        return _share(self.talked_s + self.wrapped_s, self.taken + self.called_back)

    @property
    def occupancy(self) -> float | None:
        return _share(self.busy_s, self.busy_s + self.ready_s)

    @property
    def calls_per_agent(self) -> float | None:
        return _share(self.taken + self.called_back, self.agents)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which report is wanted."""

    by: By
    first: date
    last: date
    """Included."""
    zone: ZoneInfo
    queue: str = ""
    """This queue alone; then calls and agents' time, which belong to no queue, are left out."""

    @property
    def since(self) -> datetime:
        return stretches.midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        return stretches.bounds(self.first, self.last, self.zone)[1]


_OF_AGENTS = (
    "taken", "called_back", "offers", "not_taken", "handling_s", "talked_s", "wrapped_s",
    "occupancy", "busy_s", "ready_s", "paused_s",
)  # fmt: skip
_OF_CALLS = (
    "calls", "known", "settled", "contained", "queued", "taken", "in_time", "level", "abandoned",
    "abandonment", "turned_away", "called_back", "wait_s", "longest_s", "handling_s",
)  # fmt: skip
SHARES = frozenset({"contained", "level", "abandonment", "occupancy"})
"""Figures between 0 and 1; those that end in `_s` are seconds."""
_OF_HOURS = ("occupancy", "agents", "calls_per_agent")


def columns(by: By) -> tuple[str, ...]:
    """The figures that say something for such rows, in the order in which they are shown."""
    match by:
        case By.AGENT:
            return _OF_AGENTS
        case By.QUEUE:
            return _OF_CALLS[4:] + _OF_HOURS[1:]
        case By.INTENT:
            return _OF_CALLS
        case _:
            return _OF_CALLS + _OF_HOURS


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
