"""What the desk keeps: agents and their states, callers who wait, sites, and the work list.

All values are frozen. A `version` counts the changes of what several processes may change at once:
the store (`desk_store`) takes a change only if nobody was quicker.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from ivr.core.desk import CallOutEnd, Waiting


class AgentState(StrEnum):
    SIGNED_OUT = "signed_out"
    FREE = "free"
    RESERVED = "reserved"
    """A caller is meant for them; nothing rings yet."""
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    BREAK = "break"
    """With a reason."""
    NOT_ANSWERING = "not_answering"
    """Too many offers in a row were not taken; the agent has to say that they are back."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What the law on working time asks for (ArbZG §§ 3, 4)."""

    began: datetime | None = None
    stretch_since: datetime | None = None
    """Since when there was no break that counts."""
    worked_s: float = 0.0
    """Before the present stretch."""
    rested_s: float = 0.0
    """Breaks that count."""
    paused_since: datetime | None = None
    """While a break is taken, or after signing out."""


@dataclass(frozen=True, slots=True)
class Agent:
    id: str
    """As they sign in."""
    name: str
    """As callers may hear it."""
    site: str
    languages: tuple[str, ...] = ("de",)
    skills: Mapping[str, int] = field(default_factory=dict)
    """Levels from 1 to 5."""
    queues: tuple[str, ...] = ()
    """Which queues they serve; all if empty."""
    capacity: int = 120
    """Calls a day."""
    phone: str | None = None
    """A number or SIP address to ring them at; without one, their browser rings."""
    state: AgentState = AgentState.SIGNED_OUT
    since: datetime | None = None
    """When the state began."""
    reason: str = ""
    """Of a break; of signing out, if the program did that."""
    call_id: str | None = None
    holder: str | None = None
    """The process that has them in hand: offers them that call, or leads it."""
    misses: int = 0
    """Offers not taken, in a row."""
    day: date | None = None
    """To which the next two belong, in the site's zone."""
    calls_today: int = 0
    talked_today_s: float = 0.0
    shift: Shift = Shift()
    owner: str | None = None
    """The process that their browser is connected to."""
    version: int = 0


class WaitState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    TALKING = "talking"
    ENDED = "ended"


class WaitEnd(StrEnum):
    """How a stay in the queue ended."""

    TAKEN = "taken"
    ABANDONED = "abandoned"
    CALL_BACK = "call_back"
    """The caller left; their place was kept and their turn came."""
    CLOSED = "closed"
    FULL = "full"
    TOO_LONG = "too_long"
    UNSTAFFED = "unstaffed"
    LOST = "lost"
    """The program died while the caller waited."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A caller's stay in the queue, from joining to the end of their talk with an agent."""

    waiting: Waiting
    queue: str
    skills: tuple[str, ...] = ()
    last_agent: str | None = None
    """Who spoke with this caller last."""
    state: WaitState = WaitState.WAITING
    kept: bool = False
    """The caller has hung up and is to be called back when it is their turn."""
    tried: Mapping[str, datetime] = field(default_factory=dict)
    """Agents and sites that were offered this call and did not take it, and when."""
    agent: str | None = None
    """Who is offered the call or has it: an agent's id, or an external site's."""
    site: str | None = None
    why: str = ""
    """The decision, for the record."""
    offered_at: datetime | None = None
    taken_at: datetime | None = None
    """When they began to speak with each other: of a kept place, when the customer answered."""
    parted_at: datetime | None = None
    ended_at: datetime | None = None
    end: WaitEnd | None = None
    wrap_s: float = 0.0
    code: str = ""
    """The wrap-up code."""
    note: str = ""
    passed_on: bool = False
    """Nobody waited: the caller came straight from another agent, whose stay is another."""
    id: int = 0
    """Given by the store, as `owner` and `version` are."""
    owner: str = ""
    version: int = 0

    @property
    def call_id(self) -> str:
        return self.waiting.call_id

    @property
    def waited_s(self) -> float | None:
        """Until somebody took it or it ended otherwise; None while it goes on."""
        until = self.taken_at or self.ended_at
        return None if until is None else (until - self.waiting.since).total_seconds()

    @property
    def talked_s(self) -> float | None:
        if self.taken_at is None or self.parted_at is None:
            return None
        return (self.parted_at - self.taken_at).total_seconds()


@dataclass(frozen=True, slots=True)
class SiteState:
    """What is learnt of a site while it is used."""

    id: str
    failures: int = 0
    """In a row."""
    out_until: datetime | None = None
    """Until then it gets no calls; the first call afterwards is a trial."""
    silent: bool = False
    """Whether nothing answered there when it was last asked: no calls until something does."""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Floor:
    """Everything the desk decides on, as it was at one moment."""

    agents: tuple[Agent, ...] = ()
    waits: tuple[Wait, ...] = ()
    """Those that have not ended, in the order they joined."""
    sites: Mapping[str, SiteState] = field(default_factory=dict)


class OfferEnd(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"
    """The caller has left."""
    FAILED = "failed"
    """The agent or site could not be reached."""


@dataclass(frozen=True, slots=True)
class OfferMade:
    """One offer, for the reports."""

    call_id: str
    queue: str
    agent: str
    site: str
    at: datetime
    end: OfferEnd
    rang_s: float


@dataclass(frozen=True, slots=True)
class StateSpan:
    """How long an agent was in a state; kept when it ends."""

    agent: str
    state: AgentState
    reason: str
    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Handling:
    """How long calls of a queue have taken lately."""

    mean_s: float
    """Talk and wrap-up together."""
    calls: int


class TaskState(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Task:
    """Something a caller left behind that a person has to see to."""

    id: str
    """What it is and its number: `message:7`, `hand_over:3`."""
    call_id: str | None
    name: str
    phone: str
    about: str
    callback: bool
    """Whether the caller wants to be called back."""
    when: str
    """When that suits, in the caller's words."""
    recorded_at: datetime
    state: TaskState = TaskState.OPEN
    agent: str | None = None
    due_at: datetime | None = None
    """Snoozed until then."""
    note: str = ""
    tries: int = 0
    """How often the caller was called for it."""
    tried_at: datetime | None = None
    tried_end: CallOutEnd | None = None
    """What came of it the last time."""
