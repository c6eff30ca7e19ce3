"""What turn-taking reports. All times are seconds of audio heard since the call began."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from ivr.core.events import KeyPressed, KeysEntered


class DropReason(StrEnum):
    """Why a sound was not a turn."""

    COUGH = "cough"
    """Too short to be a word: a cough, a click, a breath."""
    HUM = "hum"
    """"Mhm" while a prompt was playing: the caller listens."""
    ECHO = "echo"
    """Our own prompt, coming back."""
    NOISE = "noise"
    """It sounded like speech, but there was no word in it."""
    PROMPT = "prompt"
    """Said entirely during a prompt that may not be interrupted."""


class EndReason(StrEnum):
    """Why a turn was taken to be over."""

    PAUSE = "pause"
    """The caller is silent, and what they said is complete enough for this silence."""
    NO_TEXT = "no_text"
    """The caller is silent, and the recognizer did not answer in time."""
    TOO_LONG = "too_long"
    """The sound does not end: hold music, a television, a storm."""
    HUNG_UP = "hung_up"
    """The caller has paused and hung up."""
    CUT_OFF = "cut_off"
    """The line has ended while the caller was speaking."""


@dataclass(frozen=True, slots=True)
class Started:
    """The caller has begun a turn; it ends in exactly one `Ended` or `Dropped`."""

    at: float
    start_s: float
    """The first sound of the turn, as far as it was noticed."""
    feed_from_s: float
    """The recognizer should hear everything from here on; a little before `start_s`."""
    over_prompt: bool
    """Whether it began while a prompt was playing."""


@dataclass(frozen=True, slots=True)
class Paused:
    """The caller may have finished: decode all since `feed_from_s`, and report the text."""

    at: float
    segment: int
    """Counts up within a call; `text_so_far`, `Resumed` and `Ended` name it."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The caller goes on: throw the decoding of this segment away."""

    at: float
    segment: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The turn is over; its text is that of `segment`."""

    at: float
    segment: int
    start_s: float
    end_s: float
    """The caller's last sound."""
    over_prompt: bool
    reason: EndReason = EndReason.PAUSE


@dataclass(frozen=True, slots=True)
class BargedIn:
    """The caller means to interrupt the prompt that is playing: stop it."""

    at: float


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sound was not a turn. After a `Started` it takes the turn back."""

    at: float
    reason: DropReason


@dataclass(frozen=True, slots=True)
class Silence:
    """The caller was expected to speak and did not. Comes again while nothing happens."""

    at: float


TurnEvent: TypeAlias = (
    Started | Paused | Resumed | Ended | BargedIn | Dropped | Silence | KeyPressed | KeysEntered
)
