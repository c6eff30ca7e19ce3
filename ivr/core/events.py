"""What happens in a call: frozen values on their way up to the one task that decides.

`at` is always the call's own time: seconds since it was answered, by the loop's clock.
Audio is not an event.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from ivr.core.desk import Nobody, PartingHow, Place
from ivr.core.records import Fact
from ivr.core.speech import Utterance
from ivr.core.understanding import Reply


class Engine(StrEnum):
    """What can fail in the middle of a call."""

    RECOGNIZER = "recognizer"
    VOICE = "voice"
    UNDERSTANDING = "understanding"
    STORE = "store"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Answered:
    """The line is open in both directions."""

    at: float
    caller: str | None = None
    """The caller's number, where the line tells it."""
    called: str | None = None


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller has begun to speak while no prompt was playing."""

    at: float


@dataclass(frozen=True, slots=True)
class BargedIn:
    """The caller is speaking over a prompt and means to interrupt it."""

    at: float


@dataclass(frozen=True, slots=True)
class FalseStart:
    """What `SpeechStarted` or `BargedIn` took for the caller's speech had no word in it. No
    `Heard` follows."""

    at: float


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn of the caller has ended. An empty text means that it was not intelligible."""

    at: float
    utterance: Utterance


@dataclass(frozen=True, slots=True)
class NoInput:
    """The caller was expected to speak and stayed silent."""

    at: float


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """One key of the telephone: `0`–`9`, `*`, `#`, `A`–`D`."""

    at: float
    key: str


@dataclass(frozen=True, slots=True)
class KeysEntered:
    """A number typed on the keypad, complete by `#`, by length or by a pause."""

    at: float
    digits: str


@dataclass(frozen=True, slots=True)
class Understood:
    """The answer to the question of turn `turn`."""

    at: float
    turn: int
    reply: Reply


@dataclass(frozen=True, slots=True)
class Played:
    """A prompt is over: heard to its end, or broken off."""

    at: float
    prompt: int
    interrupted: bool


@dataclass(frozen=True, slots=True)
class TimerRang:
    """A timer that was set with `SetTimer` has run out."""

    at: float
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class EngineFailed:
    """An engine could not do what it was asked for in turn `turn`."""

    at: float
    engine: Engine
    turn: int


@dataclass(frozen=True, slots=True)
class EngineRecovered:
    at: float
    engine: Engine


@dataclass(frozen=True, slots=True)
class Recorded:
    """What `Record` asked for is in the store."""

    at: float
    fact: Fact


@dataclass(frozen=True, slots=True)
class DeskSaid:
    """News for the caller who waits since `Enqueue` number `number`."""

    at: float
    number: int
    news: Place | Nobody


@dataclass(frozen=True, slots=True)
class AgentCame:
    """Somebody has accepted the caller of `Enqueue` number `number`, is back in the call, or has
    taken the place of whoever had the caller."""

    at: float
    number: int
    agent: str
    name: str
    """As the caller may hear it."""


@dataclass(frozen=True, slots=True)
class AgentLeft:
    """The agent has hung up, was lost, or gives the caller to somebody else."""

    at: float
    how: PartingHow
    wish: str = ""
    """What the assistant shall take up, as if the caller had said it; with `RETURNED`."""
    waits: bool = False
    """Whether the agent waits to have the caller back; with `RETURNED`."""
    queue: str = ""
    """Where the caller shall wait next; with `TRANSFERRED`."""
    to: str = ""
    """Who has the caller already, as the caller may hear it; with `DROPPED`."""


@dataclass(frozen=True, slots=True)
class AgentSays:
    """The agent lets the hotline's voice say this to both of them."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class AgentCorrected:
    """The agent has put a slot right, or filled it in."""

    at: float
    slot: str
    value: str
    """As the forms keep it; empty takes it back."""


@dataclass(frozen=True, slots=True)
class DrainRequested:
    """The program is about to stop: bring the call to a polite end within `grace_s` seconds."""

    at: float
    grace_s: float


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller has hung up, or their line has ended."""

    at: float
    cause: str = "caller"
    """As in `CallEnd.cause`: the line may have ended by itself."""


CallEvent: TypeAlias = (
    Answered
    | SpeechStarted
    | BargedIn
    | FalseStart
    | Heard
    | NoInput
    | KeyPressed
    | KeysEntered
    | Understood
    | Played
    | TimerRang
    | EngineFailed
    | EngineRecovered
    | Recorded
    | DeskSaid
    | AgentCame
    | AgentLeft
    | AgentSays
    | AgentCorrected
    | DrainRequested
    | HungUp
)
