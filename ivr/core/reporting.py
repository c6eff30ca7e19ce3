"""What reports and bills are made of: calls, stays in the queue and agents' time, without what was
said or by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.core.records import Outcome
from ivr.core.staffing import OfferMade, StateSpan, WaitEnd
from ivr.core.understanding import ABOUT_THE_TALK

TEST_LINES = frozenset({"synthetic", "scripted", "wav", "microphone", "practice"})
"""Calls on these lines were made to try or to learn something: no report counts them."""
NO_TOPIC = ABOUT_THE_TALK | {"callback", "leave_message"}
"""Intents that do not say what a call is about."""


@dataclass(frozen=True, slots=True)
class CallSeen:
    """One call."""

    call_id: str
    number: str
    """The other party's, as it is compared with others; empty where it was withheld."""
    began: datetime
    ended: datetime | None
    """None while it goes on."""
    outcome: Outcome | None
    topics: tuple[str, ...] = ()
    """What it was about, in the order in which it came up."""
    outbound: bool = False
    """We called, and somebody was reached."""
    to_people: bool = False
    """Whether something was left for a person to do: a hand-over, a message, a call back."""

    @property
    def topic(self) -> str:
        """What it was about in the end; empty if that was not found out."""
        return self.topics[-1] if self.topics else ""


@dataclass(frozen=True, slots=True)
class StaySeen:
    """One stay in the queue that is over."""

    call_id: str
    queue: str
    joined: datetime
    end: WaitEnd | None
    intent: str = ""
    agent: str = ""
    site: str = ""
    taken: datetime | None = None
    parted: datetime | None = None
    ended: datetime | None = None
    kept: bool = False
    """The caller had hung up, and was called back when it was their turn."""
    wrap_s: float = 0.0
    code: str = ""
    """The wrap-up code."""
    passed_on: bool = False
    """The caller came straight from another agent: a talk more, but no caller more."""

    @property
    def waited_s(self) -> float:
        until = self.taken or self.ended or self.joined
        return max(0.0, (until - self.joined).total_seconds())

    @property
    def talked_s(self) -> float:
        if self.taken is None or self.parted is None:
            return 0.0
        return max(0.0, (self.parted - self.taken).total_seconds())


@dataclass(frozen=True, slots=True)
class Ledger:
    """All of one company in a stretch of time."""

    company: str
    calls: Sequence[CallSeen] = ()
    """Those that began in it."""
    stays: Sequence[StaySeen] = ()
    """Those that were joined in it."""
    spans: Sequence[StateSpan] = ()
    """Those that overlap with it, also the ones that go on."""
    offers: Sequence[OfferMade] = ()


class Ledgers(Protocol):
    """Reads for reports. Raises StoreUnavailable, and RecordRefused for a stretch with more calls
    than fit into memory."""

    async def companies(self) -> Sequence[str]: ...
    async def ledger(self, company: str, since: datetime, until: datetime) -> Ledger: ...
    async def stays(self, company: str, since: datetime, until: datetime) -> Sequence[StaySeen]:
        """The stays in the queue alone that began in this time, in the order they ended."""
        ...

    async def calls(self, company: str, since: datetime, until: datetime) -> Sequence[CallSeen]:
        """The calls alone: who called again is looked up beyond a report's end."""
        ...
