"""What the caller said, and what is expected of them: values that travel between the engines."""

from dataclasses import dataclass
from enum import StrEnum


class Expect(StrEnum):
    """What the hotline expects to hear next. Endpointing waits by it, recognizers lean on it."""

    ANYTHING = "anything"
    YES_NO = "yes_no"
    DIGITS = "digits"
    """Order, customer or other numbers, spoken digit by digit, in twos or in threes."""
    PHONE = "phone"
    QUANTITY = "quantity"
    NAME = "name"
    ADDRESS = "address"
    DATE = "date"
    TIME = "time"
    MESSAGE = "message"
    """Free dictation: long, with pauses."""


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start_s: float
    """Seconds since the utterance's first sample."""
    end_s: float
    confidence: float
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recognizer made of an utterance. An empty text means that no speech was in it."""

    text: str
    confidence: float = 1.0
    """0 to 1; engines differ, so compare within one engine only."""
    words: tuple[Word, ...] = ()
    """Empty where the engine gives none."""
    decode_s: float = 0.0
    """How long the engine worked, in seconds, waiting for a worker not counted."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One finished turn of the caller. Times are seconds of audio since the call began."""

    text: str
    confidence: float
    start_s: float
    end_s: float
    """The caller's last sound, not the moment it was decided that the turn had ended."""
    during_prompt: bool = False
    """Whether the caller began while a prompt was playing."""
