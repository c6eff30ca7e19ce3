"""What is kept of a call. Moments are UTC; offsets are seconds since the call was answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from ivr.core.understanding import Guess


class Outcome(StrEnum):
    """How a call ended."""

    ANSWERED = "answered"
    HANDED_OVER = "handed_over"
    ABANDONED = "abandoned"
    """The caller hung up before anything was settled."""
    FAILED = "failed"
    BROKEN_OFF = "broken_off"
    """The program died in the middle of the call; found at the next start."""


class HandOverReason(StrEnum):
    ASKED = "asked"
    NOT_UNDERSTOOD = "not_understood"
    FORM_FAILED = "form_failed"
    INTENT = "intent"
    """The intent is one for people."""
    ANGER = "anger"
    REPETITION = "repetition"
    FAULT = "fault"
    """An engine failed."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One side's say, as it is kept."""

    who: str
    """`caller`, `hotline` or `agent`; `supervisor` where the text tells what one did."""
    text: str
    start_s: float
    end_s: float
    intent: str | None = None
    confidence: float | None = None
    """Of the intent for the caller's turns; None for the hotline's."""
    asr_confidence: float | None = None
    response_s: float | None = None
    """For the hotline: from the caller's last sound to this prompt's first."""
    interrupted: bool = False
    guesses: tuple[Guess, ...] = ()
    """For the caller: the best intents, best first, the winner included."""
    understood: bool | None = None
    """For the caller: whether the assistant was sure enough to act."""
    form: str | None = None
    """The form that was being filled afterwards."""
    model: str | None = None
    """Which model of the understanding took it."""
    audio: str | None = None
    """For the caller: the name of its sound, if recording was consented to."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Everything a colleague should know before they speak to the caller."""

    reason: HandOverReason
    caller_name: str | None
    phone: str | None
    intent: str | None
    slots: Mapping[str, str] = field(default_factory=dict)
    transcript: tuple[Turn, ...] = ()
    summary: str = ""
    """Two lines: what the caller wants, and what is to be done."""
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    product: str
    """The article number."""
    product_name: str
    quantity: int
    customer: str
    """Customer number or name."""
    unit_price: Decimal
    """Euro, gross."""
    number: str = ""
    """Given by the store."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message or a wish to be called back."""

    name: str
    """Empty where the caller hung up before they told it."""
    phone: str
    """The caller's own where they told none; empty where not even that is known."""
    about: str
    callback: bool = False
    when: str = ""
    """When the call back suits, in the caller's words."""


@dataclass(frozen=True, slots=True)
class Appointment:
    name: str
    day: date
    at: time
    about: str = ""


@dataclass(frozen=True, slots=True)
class AddressChange:
    customer: str
    address: str


Fact: TypeAlias = HandOver | Order | Message | Appointment | AddressChange


@dataclass(frozen=True, slots=True)
class CallStart:
    """What is known when a call is answered."""

    call_id: str
    client: str
    """The company the call is answered for."""
    line: str
    started_at: datetime
    caller: str | None = None
    """The other party's number."""
    called: str | None = None
    outbound: bool = False
    """Whether we called them: an agent did, and they have answered."""
    trace: Mapping[str, str] = field(default_factory=dict)
    """What the call is called elsewhere, as the line was told: `Call-ID`, `X-…`, `User-Agent`."""


@dataclass(frozen=True, slots=True)
class CallEnd:
    outcome: Outcome
    ended_at: datetime
    slots: Mapping[str, str] = field(default_factory=dict)
    cause: str = ""
    """Who or what ended it: `caller`, `hotline`, `agent`, `limit`, `drain`, `fault`;
    `network` where nothing came from the caller any more, `hold` where they held us for too long;
    `stopped` where the program stopped in the middle of it, `transferred` where our part ended
    because the caller was sent on to somebody."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call with all that is kept of it."""

    start: CallStart
    turns: tuple[Turn, ...] = ()
    facts: tuple[Fact, ...] = ()
    end: CallEnd | None = None
    """None while the call is going on."""
