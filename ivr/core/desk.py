"""What passes between a call and the desk: who waits for a person, and what becomes of it."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from ivr.core.ports import Leg
from ivr.core.records import HandOver


@dataclass(frozen=True, slots=True)
class EarlierCall:
    """A call that came from the same number before."""

    call_id: str
    at: datetime
    outcome: str
    """A value of `Outcome`; empty while that call is going on."""
    about: str = ""
    """What was kept of it, in one line for people."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller who shall speak to a person, with everything known."""

    call_id: str
    client: str
    hand_over: HandOver
    since: datetime
    """When the caller began to wait; a call that comes back to the queue keeps its moment."""
    line: str = ""
    caller: str | None = None
    called: str | None = None
    language: str = "de"
    """The one that callers are understood in: all of them speak German with us."""
    queue: str = ""
    """Which queue; the company's first one if empty."""
    priority: int = 0
    """Higher goes first: a call that has lost its agent comes before those that never had one."""
    moods: tuple[str, ...] = ()
    """What showed how the caller feels: `angry`, `repeats`, `not_understood`."""
    earlier: tuple[EarlierCall, ...] = ()
    """Earlier calls from this number, newest first."""
    suggestions: tuple[str, ...] = ()
    """Answers of the company that fit what the caller wants, as they would be said."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a caller stands."""

    position: int
    """1 is next."""
    wait_s: float | None
    """How long it is expected to take from now; None where nothing is known to say."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody has accepted: `leg` is theirs, and open."""

    agent: str
    """The agent's id, or the external site's."""
    name: str
    """As the caller may hear it."""
    site: str
    leg: Leg
    by_phone: bool = False
    """Whether the end of `leg` is the agent's hanging up, as it is with a telephone. With a
    browser it is a lost connection: hanging up is asked of the conversation there."""
    why: str = ""
    """The decision in one line, for the record: "Kapstadt: frei, deutsch, 0,21 €/min; …"."""
    send_on: bool = False
    """Whether the caller is to be sent there if their line can do that, so that ours are free."""


class NobodyReason(StrEnum):
    CLOSED = "closed"
    """No site is on duty."""
    FULL = "full"
    """The queue takes no more callers."""
    TOO_LONG = "too_long"
    """The longest wait is reached."""
    UNSTAFFED = "unstaffed"
    """On duty, but nobody is signed in who could take it."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nobody can come."""

    reason: NobodyReason


DeskNews: TypeAlias = Place | Taken | Nobody


class PartingHow(StrEnum):
    """How an agent's part in a call ended."""

    DONE = "done"
    """The conversation is over, whoever hung up."""
    DROPPED = "dropped"
    """The agent's connection was lost and did not come back in time."""
    RETURNED = "returned"
    """The agent gave the caller back to the assistant."""
    TRANSFERRED = "transferred"
    SENT_ON = "sent_on"
    """The caller was sent to where they are (SIP transfer): they talk on without us."""


class CallOutEnd(StrEnum):
    """What came of calling a customer for an agent."""

    REACHED = "reached"
    """They have spoken with each other; the only end that is charged for."""
    BUSY = "busy"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    """No such number, or nothing answers there."""
    NOT_ALLOWED = "not_allowed"
    """The configuration does not let us call this number; nothing was sent."""
    CLOSED = "closed"
    """The call centre there is not on duty now; nothing was sent."""
    FULL = "full"
    """All our lines are in use; nothing was sent."""
    LINE_DOWN = "line_down"
    """There is no telephone line at the moment."""
    GIVEN_UP = "given_up"
    """The agent has hung up, or was lost, before anybody answered."""
    AGENT_AWAY = "agent_away"
    """The agent's own telephone was not answered; the customer was not called."""


class Outward(Protocol):
    """Calls customers for agents who are there already."""

    def allows(self, number: str) -> bool:
        """Whether the configuration lets us call this number."""
        ...

    async def reach(self, number: str) -> "Taken | CallOutEnd":
        """Call somebody outside who shall join a call: their open leg, or why there is none.

        Being cancelled takes the call back.
        """
        ...

    async def call(
        self, waiting: Waiting, taken: Taken, reached: Callable[[], Awaitable[None]]
    ) -> CallOutEnd:
        """Call `waiting.hand_over.phone` while `taken` hears it ring; done when all is over.

        `reached` is waited for when the customer has answered, before the two are joined. Ends
        the customer's leg; the agent's is the caller's to end. Being cancelled hangs up.
        """
        ...


class Desk(Protocol):
    """Gets people for callers. The real one is in `ivr.desk`, with a scripted twin beside it."""

    async def outlook(self, client: str, queue: str = "", language: str = "de") -> Place | Nobody:
        """What a caller who joined now would face."""
        ...

    def enqueue(self, waiting: Waiting) -> AsyncGenerator[DeskNews, None]:
        """Take a place. Yields where it is, again whenever that changes, and ends with `Taken`
        or `Nobody`. Closing the generator before that gives the place up: the caller has left.

        A call that is enqueued once more while its place is kept takes that place again.
        """
        ...

    async def call_back(self, waiting: Waiting) -> None:
        """The caller has left the line and is called back when it would be their turn.

        Their place is kept; `waiting.hand_over.phone` is the number, and the wish itself is on
        record as that hand-over. Raises StoreUnavailable: then the place is not kept.
        """
        ...

    async def learnt(self, call_id: str, hand_over: HandOver) -> None:
        """The assistant, who had the caller back for a while, has come to know this."""
        ...

    async def parted(self, call_id: str, agent: str, how: PartingHow) -> None:
        """The agent is no longer in the call: wrap-up begins."""
        ...

    async def passed(self, call_id: str, agent: str, to: Taken) -> None:
        """As `parted`; and the caller is with somebody else at once."""
        ...
