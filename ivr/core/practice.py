"""What is kept of practice calls: exercises that supervisors wrote, and what became of each run.

Nothing of it is a call: no table, figure or list of calls knows practice calls.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

LINE = "practice"
"""The line of a practice call, as `CallStart.line` and `Waiting.line` name it."""


@dataclass(frozen=True, slots=True)
class Said:
    """One say in a practice call. Times are seconds since the agent was joined."""

    who: str
    """`caller` (the synthetic customer), `agent`, or `hotline` (a suggested answer)."""
    text: str
    start_s: float
    end_s: float
    interrupted: bool = False
    """Whether the customer fell silent because the agent spoke over them."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the checklist, and whether it was done."""

    text: str
    done: bool
    """Whether it was asked or said; of what is to be avoided: whether it was avoided."""
    words: str = ""
    """The agent's words that decided it."""
    at_s: float | None = None
    avoid: bool = False


@dataclass(frozen=True, slots=True)
class MoodAt:
    """The customer's mood from this moment on."""

    at_s: float
    mood: int
    """0 is calm, 100 is furious."""
    why: str
    """`begin`, `helped`, `kind`, `waiting`, `on_hold`, `interrupted`, `asked_again`, `lost` (did
    not get an answer) or `unsolved`."""


@dataclass(frozen=True, slots=True)
class TalkedOver:
    """The agent spoke while the customer was speaking."""

    at_s: float
    seconds: float


@dataclass(frozen=True, slots=True)
class PracticeResult:
    """What became of one practice call. Times are seconds since the agent was joined."""

    transcript: tuple[Said, ...]
    points: tuple[Point, ...]
    moods: tuple[MoodAt, ...]
    talked_over: tuple[TalkedOver, ...]
    rang_s: float
    """From the offer to the agent's accepting it."""
    first_word_s: float | None
    """Until the agent's first word; None if there was none."""
    talk_s: float
    holds: int
    held_s: float
    solved: bool
    """Whether the customer got what they called for, and said good-bye."""

    @property
    def done(self) -> int:
        return sum(1 for point in self.points if point.done)

    @property
    def over_s(self) -> float:
        return sum(each.seconds for each in self.talked_over)


@dataclass(frozen=True, slots=True)
class OwnExercise:
    """An exercise that a supervisor wrote."""

    name: str
    text: str
    """YAML, as it was typed; checked before it was kept."""
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """An exercise that an agent has done, or is to do."""

    id: int
    agent: str
    exercise: str
    title: str
    """The exercise's, as it was then."""
    asked_by: str
    """The supervisor who assigned it; empty if the agent chose it."""
    asked_at: datetime
    ended_at: datetime | None = None
    """None while it is still to be done."""
    result: PracticeResult | None = None
    code: str = ""
    """The wrap-up code."""
    note: str = ""


class PracticeStore(Protocol):
    """Keeps exercises and runs of one client. Every method raises StoreUnavailable."""

    async def exercises(self) -> Sequence[OwnExercise]: ...
    async def keep_exercise(self, name: str, text: str, by: str, now: datetime) -> None:
        """Add one, or replace the one of this name."""
        ...

    async def remove_exercise(self, name: str) -> bool: ...
    async def assign(self, run: Run) -> Run:
        """Note an exercise to be done, or one that has been; it comes back with its number."""
        ...

    async def finish(self, run: Run) -> None:
        """Keep what became of a run; once more replaces it."""
        ...

    async def withdraw(self, run_id: int) -> bool:
        """Take back what was assigned and is not done yet."""
        ...

    async def run(self, run_id: int) -> Run | None: ...
    async def runs(self, agent: str | None = None, limit: int = 200) -> Sequence[Run]:
        """Newest first; an agent's, or everybody's."""
        ...
