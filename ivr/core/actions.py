"""What the decider wishes: frozen values on their way down to the engines and the line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ivr.core.desk import PartingHow
from ivr.core.records import Fact, HandOver, Outcome
from ivr.core.speech import Expect


@dataclass(frozen=True, slots=True)
class Say:
    """Speak, instead of whatever is being said; what is expected may be said or typed over it."""

    prompt: int
    """Counts up within a call; `Played` names it."""
    text: str
    expect: Expect = Expect.ANYTHING
    interruptible: bool = True
    pace: float = 1.0
    """Speed of speech: 1 is the voice's own, 0.8 slower."""
    filler: bool = False
    """Said to bridge a wait: no answer is expected, and the awaited answer waits for its end."""
    digits: int | None = None
    """How many digits the expected number has, where that is known."""


@dataclass(frozen=True, slots=True)
class StopSaying:
    pass


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the understanding what the caller means; the answer carries the turn's number."""

    turn: int
    text: str
    given: Mapping[str, str] = field(default_factory=dict)
    """Slots that an agent has filled in since the last question."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Change what is expected of the caller without saying anything."""

    expect: Expect
    digits: int | None = None


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Let `TimerRang` come after `seconds`. A timer of the same name is replaced."""

    name: str
    number: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Record:
    """Keep a business fact of this call."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class KeepSound:
    """Keep the sound of what the caller says from now on; or keep none, and forget what there is
    of this call."""

    on: bool


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Take a place among the callers who wait for a person; the desk's news carry `number`."""

    number: int
    hand_over: HandOver
    """Without transcript and summary, which are added where they are kept."""
    queue: str = ""
    priority: int = 0
    moods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """Give up the place; or keep it for a call back, if there is a number to call."""

    call_back: HandOver | None = None


@dataclass(frozen=True, slots=True)
class PlayMusic:
    """Let music sound until something is said or somebody is connected. Nothing is expected of
    the caller meanwhile, but they are heard."""


@dataclass(frozen=True, slots=True)
class Connect:
    """Let the caller and the agent who has come speak with each other. What is being said is
    broken off."""

    learnt: HandOver | None = None
    """What is known by now, where the assistant had the caller in between."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take the caller from the agent, who stays in the call, listens, and waits to have them
    back."""


@dataclass(frozen=True, slots=True)
class Release:
    """Let go of the agent: their part in the call has ended this way."""

    how: PartingHow


@dataclass(frozen=True, slots=True)
class End:
    """Hang up. What is being said is broken off."""

    outcome: Outcome
    cause: str = "hotline"
    """Who or what ended the call: see `CallEnd`."""


Action: TypeAlias = (
    Say
    | StopSaying
    | Ask
    | Listen
    | SetTimer
    | Record
    | KeepSound
    | Enqueue
    | LeaveQueue
    | PlayMusic
    | Connect
    | Withdraw
    | Release
    | End
)
