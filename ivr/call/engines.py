"""What a session needs around it, handed over in one piece by the composition root."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from ivr.config.settings import Turns
from ivr.core.desk import Desk, EarlierCall
from ivr.core.ports import Journal, Meter, Recognizer, Sounds, Understanding, Vad, Voice


def _no_answers(_intent: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Engines:
    """Shared by all calls, except that every call makes a `vad` of its own."""

    vad: Callable[[], Vad]
    recognizer: Recognizer
    voice: Voice
    understanding: Understanding
    journal: Journal
    meter: Meter
    turns: Turns = field(default_factory=Turns)
    words: Sequence[str] = ()
    """Names and terms of the company, which callers may say."""
    emergency: bytes = b""
    """A spoken apology at 16 kHz, made beforehand, for when no voice works any more."""
    desk: Desk | None = None
    """Who takes callers over; without it a call back is agreed on."""
    earlier: Callable[[str], Awaitable[tuple[EarlierCall, ...]]] | None = None
    """Earlier calls from a number, newest first. Raises StoreUnavailable."""
    suggest: Callable[[str], tuple[str, ...]] = _no_answers
    """The company's answers to what an intent asks for."""
    sounds: Sounds | None = None
    """Keeps what callers say who consent to it; without it nothing is recorded."""
    working: Callable[[], AbstractContextManager[object]] = nullcontext
    """Entered while an engine works: holds a jumping clock to real time."""
