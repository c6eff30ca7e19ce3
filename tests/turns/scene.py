"""A call for the turn-taking machine, in audio time: who sounds how, for how long."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from ivr.config.settings import Turns
from ivr.core.pcm import CHUNK_S
from ivr.turns.events import Paused, TurnEvent
from ivr.turns.facts import ChunkFacts
from ivr.turns.taker import TurnTaker


def chunk(probability: float, level_db: float, high_db: float) -> ChunkFacts:
    """A chunk whose level is that of the voice's middle."""
    return ChunkFacts(probability, level_db, level_db, high_db)


QUIET = chunk(0.02, -62.0, -68.0)
SPEECH = chunk(0.97, -20.0, -28.0)
HUM = chunk(0.95, -22.0, -52.0)

Event = TypeVar("Event")


@dataclass
class Scene:
    """Plays audio to a `TurnTaker` and lets a recognizer answer each pause.

    `text` is what the recognizer makes of everything so far; None means that it never answers.
    """

    text: str | None = "Wann haben Sie geöffnet?"
    decode_s: float = 0.4
    settings: Turns = field(default_factory=Turns)
    prompt_db: float | None = None
    """Level of the prompt that is playing, if any."""
    events: list[TurnEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.taker = TurnTaker(self.settings)
        self._answers: list[tuple[float, int]] = []

    @property
    def now(self) -> float:
        return self.taker.now

    def hear(self, facts: ChunkFacts, seconds: float) -> "Scene":
        """The caller sounds like this for a while."""
        return self.hear_each(facts for _ in range(round(seconds / CHUNK_S)))

    def hear_each(self, chunks: Iterator[ChunkFacts]) -> "Scene":
        for facts in chunks:
            if self.prompt_db is not None:
                self.taker.prompt_level(self.prompt_db)
            self._note(self.taker.chunk(facts))
            self._recognize()
        return self

    def speak(self, seconds: float, text: str | None = None) -> "Scene":
        if text is not None:
            self.text = text
        return self.hear(SPEECH, seconds)

    def quiet(self, seconds: float) -> "Scene":
        return self.hear(QUIET, seconds)

    def prompt(self, seconds: float, interruptible: bool = True, level_db: float = -20) -> "Scene":
        """The hotline speaks, and the caller is quiet; it goes on speaking after that."""
        self.prompt_db = level_db
        self.taker.prompt_began(interruptible)
        return self.quiet(seconds)

    def press(self, keys: str, every_s: float = 0.3) -> "Scene":
        for key in keys:
            self._note(self.taker.key(key))
            self.quiet(every_s)
        return self

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]

    def only(self, kind: type[Event]) -> Event:
        found = self.of(kind)
        assert len(found) == 1, self.events
        return found[0]

    def _note(self, events: list[TurnEvent]) -> None:
        self.events += events
        for event in events:
            if isinstance(event, Paused):
                self._answers.append((self.now + self.decode_s, event.segment))

    def _recognize(self) -> None:
        due = [segment for at, segment in self._answers if at <= self.now]
        self._answers = [answer for answer in self._answers if answer[0] > self.now]
        for segment in due:
            if self.text is not None:
                self._note(self.taker.text_so_far(segment, self.text))


def wobbling(levels: Callable[[int], float], count: int) -> Iterator[ChunkFacts]:
    """Speech whose level changes from chunk to chunk."""
    for index in range(count):
        level = levels(index)
        yield chunk(0.97, level, level - 8)
