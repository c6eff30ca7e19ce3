"""What the decider wishes: frozen values on their way down to the engines and the line."""

from dataclasses import dataclass
from typing import TypeAlias

from ivr.core.records import Fact, Outcome
from ivr.core.speech import Expect


@dataclass(frozen=True, slots=True)
class Say:
    """Speak, instead of whatever is being said; then listen for what is expected."""

    prompt: int
    """Counts up within a call; `Played` names it."""
    text: str
    expect: Expect = Expect.ANYTHING
    interruptible: bool = True
    pace: float = 1.0
    """Speed of speech: 1 is the voice's own, 0.8 slower."""
    filler: bool = False
    """Said to bridge a wait: no answer is expected, and the awaited answer waits for its end."""


@dataclass(frozen=True, slots=True)
class StopSaying:
    pass


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the understanding what the caller means; the answer carries the turn's number."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class Listen:
    """Change what is expected of the caller without saying anything."""

    expect: Expect


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
class End:
    """Hang up. What is being said is broken off."""

    outcome: Outcome
    cause: str = "hotline"
    """Who or what ended the call: see `CallEnd`."""


Action: TypeAlias = Say | StopSaying | Ask | Listen | SetTimer | Record | End
