"""What the desk keeps: agents and their states, callers who wait, sites, and the work list.

All values are frozen. A `version` counts the changes of what several processes may change at once:
the store takes a change only if nobody was quicker.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from ivr.core.desk import Waiting


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
    parted_at: datetime | None = None
    ended_at: datetime | None = None
    end: WaitEnd | None = None
    wrap_s: float = 0.0
    code: str = ""
    """The wrap-up code."""
    note: str = ""
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


class DeskStore(Protocol):
    """Keeps the desk for one client. Every method raises StoreUnavailable.

    Those that answer None have changed nothing: somebody was quicker, read again.
    """

    async def floor(self) -> Floor: ...
    async def add_agent(self, agent: Agent) -> bool:
        """False if there is one of this id."""
        ...

    async def remove_agent(self, agent_id: str) -> bool: ...
    async def agent(self, agent_id: str) -> Agent | None: ...
    async def save_agent(self, agent: Agent) -> Agent | None:
        """Keep a change; a state that has ended goes into the spans."""
        ...

    async def join(self, wait: Wait) -> Wait:
        """A new stay, or the one that this call has: it keeps its place and becomes ours."""
        ...

    async def wait_of(self, call_id: str) -> Wait | None:
        """The call's latest stay, ended or not."""
        ...

    async def save_wait(self, wait: Wait) -> Wait | None: ...
    async def claim(self, wait: Wait, agent: Agent | None, lines: int) -> bool:
        """Keep that this agent or site is offered this call, both as they are to be.

        `lines`: how many calls the site can have at once; the claim fails if they are taken.
        """
        ...

    async def settle(self, wait: Wait, agent: Agent | None, offer: OfferMade | None) -> bool:
        """Keep what became of an offer or of a talk: both or neither."""
        ...

    async def save_site(self, site: SiteState) -> SiteState | None: ...
    async def handling(self, queue: str, last: int = 50) -> Handling: ...
    async def last_agent(self, caller: str) -> str | None: ...
    async def dead(self, owners: Collection[str]) -> frozenset[str]:
        """Those of these processes that no longer run; ours is never among them."""
        ...

    async def ended(self, since: datetime, until: datetime) -> Sequence[Wait]:
        """Stays that ended in this time, oldest first."""
        ...

    async def offers(self, since: datetime, until: datetime) -> Sequence[OfferMade]: ...
    async def spans(self, since: datetime, until: datetime) -> Sequence[StateSpan]: ...

    @property
    def me(self) -> str:
        """This process, as `owner` names it."""
        ...


class WorkList(Protocol):
    """Messages and call backs that wait for a person. Every method raises StoreUnavailable."""

    async def tasks(self, now: datetime, limit: int = 100) -> Sequence[Task]:
        """Those that are not done and not snoozed, oldest first."""
        ...

    async def task(self, task_id: str) -> Task | None: ...
    async def claim(self, task_id: str, agent: str, now: datetime) -> bool:
        """False if somebody else has it, or it is done. One's own may be claimed again."""
        ...

    async def release(self, task_id: str, agent: str) -> bool:
        """Give it back for others."""
        ...

    async def snooze(self, task_id: str, agent: str, until: datetime) -> bool:
        """Put it off. False if somebody else has it, or it is done."""
        ...

    async def finish(self, task_id: str, agent: str, note: str, now: datetime) -> bool:
        """It is done. False if somebody else has it, or had done it."""
        ...
