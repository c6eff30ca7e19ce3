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


def asks_number(expect: Expect, digits: int | None) -> bool:
    """Whether what is asked for can be typed as a number.

    Whoever is asked for a customer's name may give a number instead, where its `digits` are known.
    """
    if expect is Expect.NAME:
        return digits is not None
    return expect in (Expect.DIGITS, Expect.PHONE, Expect.QUANTITY)


def begins_number(key: str, expect: Expect, digits: int | None) -> bool:
    """Whether this key is the first digit of a number that is asked for, and no wish of its own.

    Nobody wants none of anything: where it is asked how many, `0` calls for a colleague.
    """
    wish = key == "0" and expect is Expect.QUANTITY
    return key.isdecimal() and asks_number(expect, digits) and not wish


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


class Leaving(StrEnum):
    """Whether the caller is gone after an utterance: then nobody hears an answer to it."""

    NO = "no"
    HUNG_UP = "hung_up"
    """They said it, paused and hung up."""
    CUT_OFF = "cut_off"
    """The line ended in the middle of it."""


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
    leaving: Leaving = Leaving.NO
