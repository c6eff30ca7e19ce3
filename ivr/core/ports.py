"""What the middle of the house needs from its edges. Every port has a real adapter and a fake."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from ivr.core.measures import Level, Tally, Timing
from ivr.core.pcm import Pcm
from ivr.core.records import CallEnd, CallRecord, CallStart, Fact, Order, Turn
from ivr.core.speech import Expect, Transcript
from ivr.core.understanding import Reply

NOTHING: Mapping[str, str] = MappingProxyType({})


class Leg(Protocol):
    """One party's connection: 20 ms frames of 16-bit mono PCM in and out at `rate`."""

    @property
    def rate(self) -> int:
        """Samples a second, one of `LINE_RATES`, for both directions."""
        ...

    @property
    def caller(self) -> str | None:
        """The caller's number, where the line tells it."""
        ...

    @property
    def called(self) -> str | None: ...

    def frames(self) -> AsyncIterator[bytes]:
        """What the party says, one frame every 20 ms, silence included; ends when they hang up."""
        ...

    def keys(self) -> AsyncIterator[str]:
        """Keys the party presses, one at a time; ends when they hang up."""
        ...

    async def play(self, frame: bytes) -> None:
        """Send one frame. Waits while the line has enough in hand, so it paces the speaker."""
        ...

    def flush(self) -> None:
        """Throw away what was given to `play` but has not sounded yet."""
        ...

    def unplayed_s(self) -> float:
        """Seconds of sound given to `play` that have not sounded yet."""
        ...

    async def hang_up(self) -> None:
        """End the connection, after what is in hand has sounded. Ending twice is harmless."""
        ...


class Vad(Protocol):
    """Detects speech, for one call: it remembers what came before."""

    chunk_samples: int
    """Samples at 16 kHz that each call of `probability` takes."""

    def probability(self, chunk: bytes) -> float:
        """How likely it is, from 0 to 1, that somebody speaks in this chunk. Fast, never waits."""
        ...


class Hearing(Protocol):
    """One utterance on its way through a recognizer."""

    def feed(self, pcm: bytes) -> None:
        """Take more 16 kHz audio. Never waits."""
        ...

    async def transcribe(self) -> Transcript:
        """Recognize all that was fed so far.

        May be cancelled (the caller goes on speaking), and called again after more audio.
        Raises RecognitionFailed.
        """
        ...

    def close(self) -> None:
        """Let go of the engine's resources. Closing twice is harmless."""
        ...


class Recognizer(Protocol):
    """Makes text of speech, for all calls at once."""

    @property
    def name(self) -> str: ...

    def listen(self, expect: Expect = Expect.ANYTHING, words: Sequence[str] = ()) -> Hearing:
        """Begin an utterance. `words` are names and terms of the company that may occur."""
        ...

    def waiting(self) -> int:
        """How many more utterances are to be recognized than there are workers."""
        ...

    async def ready(self) -> bool:
        """Whether it would take an utterance now. Never raises."""
        ...

    async def close(self) -> None: ...


class Voice(Protocol):
    """Makes speech of text, for all calls at once."""

    @property
    def name(self) -> str: ...

    @property
    def rate(self) -> int:
        """Samples a second of what `speak` yields."""
        ...

    def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
        """Speak `text`: 16-bit mono PCM in pieces of any length, the first as early as possible.

        Raises SpeakingFailed.
        """
        ...

    async def ready(self) -> bool:
        """Whether it would speak now, even if an engine must be started for it. Never raises."""
        ...

    async def close(self) -> None: ...


class Understanding(Protocol):
    """Says what the caller means and what to answer."""

    async def reply(
        self,
        call_id: str,
        text: str,
        *,
        caller: str | None = None,
        given: Mapping[str, str] = NOTHING,
    ) -> Reply:
        """Take the caller's next utterance in the conversation `call_id`.

        `given`: slots that a person has filled in since the last one; an empty value clears.
        Raises UnderstandingUnavailable.
        """
        ...

    async def forget(self, call_id: str) -> None:
        """Let go of a conversation that is over; what was said in it must not linger.

        Raises UnderstandingUnavailable.
        """
        ...

    async def ready(self) -> bool:
        """Whether it would answer now. Never raises."""
        ...

    async def close(self) -> None: ...


class Store(Protocol):
    """Keeps calls as they go, so that a crash loses nothing that was finished before it.

    Each method is done when what it kept is safe, or has changed nothing. Every method raises
    StoreUnavailable; those that add to a call raise RecordRefused if the call is not known.
    A `key` is any unique text: what was kept under a key before is not kept a second time.
    """

    async def begin(self, start: CallStart) -> None:
        """Open a call. Once more with the same start changes nothing."""
        ...

    async def add_turn(self, call_id: str, turn: Turn, *, key: str | None = None) -> None: ...
    async def add_fact(self, call_id: str, fact: Fact, *, key: str | None = None) -> Fact:
        """Keep a fact; the answer carries the number the store gave it, if it has one."""
        ...

    async def revise(self, call_id: str, change: Callable[[Fact], Fact | None]) -> Sequence[Fact]:
        """Replace facts of the call by what `change` makes of them, and answer with those; None
        leaves a fact as it is. An order keeps its number."""
        ...

    async def end(self, call_id: str, end: CallEnd) -> None:
        """Close a call. The first end counts, except that a real one replaces "broken off"."""
        ...

    async def mark_broken_off(self, at: datetime) -> int:
        """Close the calls that a run which is dead by now left open; says how many.

        Their end is the last that is known of them, and no later than `at`.
        """
        ...

    async def find_order(self, number: str) -> Order | None:
        """An order that was placed through the hotline, by its number."""
        ...

    async def call(self, call_id: str) -> CallRecord | None: ...
    async def calls(self, limit: int = 50) -> Sequence[CallRecord]:
        """The latest calls, newest first, without their turns."""
        ...

    async def calls_from(self, caller: str, limit: int = 10) -> Sequence[CallRecord]:
        """The latest calls from this number, newest first, without their turns."""
        ...

    async def close(self) -> None: ...


class Journal(Protocol):
    """Takes down what happens in calls. Only `fact` and `flush` wait; the others never do.

    What is told of one call is kept in the order it was told.
    """

    def begin(self, start: CallStart) -> None: ...
    def turn(self, call_id: str, turn: Turn) -> None: ...
    def end(self, call_id: str, end: CallEnd) -> None: ...
    async def fact(self, call_id: str, fact: Fact) -> Fact:
        """Keep a fact. Once this returns, not even a crash loses it.

        An order comes back with its number, or with an empty one while the store is away: it is
        safe then, and gets its number later. Raises StoreUnavailable if it could be kept nowhere,
        and RecordRefused if it cannot be kept at all: then it never will be.
        """
        ...

    async def flush(self) -> None:
        """Wait until all that was told so far is safe, or cannot be made so."""
        ...


class Sounds(Protocol):
    """Keeps the sound of what callers say, where they have consented to it."""

    def keep(self, call_id: str, name: str, sound: Pcm) -> None:
        """Keep it soon; `name` is a number within the call. Never waits, never raises."""
        ...

    def discard(self, call_id: str) -> None:
        """Remove all sounds of this call, at once, and keep none of it from now on. Never raises;
        what the disk refuses to remove is tried again."""
        ...


class Meter(Protocol):
    """Takes measurements, from any thread. Never waits, never raises."""

    def observe(self, timing: Timing, seconds: float) -> None: ...
    def count(self, event: Tally, times: int = 1) -> None: ...
    def level(self, level: Level, value: float) -> None: ...
