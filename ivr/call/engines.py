"""What a session needs around it, handed over in one piece by the composition root."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from ivr.config.settings import Turns
from ivr.core.ports import Journal, Meter, Recognizer, Understanding, Vad, Voice


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
    working: Callable[[], AbstractContextManager[object]] = nullcontext
    """Entered while an engine works: holds a jumping clock to real time."""
