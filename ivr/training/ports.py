"""What this package needs of the store and of Rasa."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from ivr.core.training import (
    Activation,
    ActivationState,
    Body,
    Change,
    Clash,
    Decision,
    Edit,
    Excerpt,
    Job,
    ModelEntry,
    Piece,
    Progress,
    Save,
    Settled,
    Utterance,
)
from ivr.training.heard import Heard


class Shelf(Protocol):
    """Content with versions. Every method raises StoreUnavailable."""

    async def pieces(self, kind: str | None = None) -> Sequence[Piece]: ...
    async def piece(self, kind: str, name: str) -> Piece | None: ...
    async def change(
        self, edits: Iterable[Edit], by: str, note: str = ""
    ) -> tuple[Change, ...] | Clash: ...
    async def changes(
        self,
        kind: str | None = None,
        name: str | None = None,
        limit: int = 100,
        before: int | None = None,
    ) -> Sequence[Change]: ...
    async def together(self, number: int) -> Sequence[Change]: ...
    async def saves(
        self, limit: int = 50, before: int | None = None, without: str = ""
    ) -> Sequence[Save]: ...
    async def made_in(self, saves: Sequence[Save]) -> Sequence[Change]: ...
    async def latest(self, *kinds: str) -> int: ...


class Talks(Protocol):
    """What callers said to the understanding, and what admins decided about it."""

    async def utterances(
        self, since: datetime, until: datetime | None = None, *, missed: bool = False
    ) -> Excerpt: ...
    async def chosen(self, ids: Sequence[tuple[str, int]]) -> Sequence[Utterance]: ...
    async def decide(
        self, decisions: Sequence[Decision], edits: Sequence[Edit], by: str
    ) -> tuple[int, ...] | Clash | Settled: ...
    async def decisions(self, numbers: Sequence[int] | None = None) -> Sequence[Decision]: ...
    async def take_back(
        self, numbers: Sequence[int], edits: Sequence[Edit], by: str, note: str
    ) -> tuple[Change, ...] | Clash: ...


class Jobs(Protocol):
    """Trainings, models, activations."""

    async def ask(self, by: str, change: int) -> Job | None:
        """Put a training into the queue; None if one waits or runs already."""
        ...

    async def begin(self, number: int, change: int, step: str) -> bool:
        """Start a training that waits; false if it does so no more."""
        ...

    async def cancel(self, number: int) -> None:
        """Take a training out of the queue; mark one that runs as to be ended."""
        ...

    async def jobs(self, limit: int = 20) -> Sequence[Job]: ...
    async def job(self, number: int) -> Job | None: ...
    async def tell(self, number: int, **news: Any) -> None: ...
    async def keep_model(self, key: str, change: int, report: Body) -> None: ...
    async def models(self) -> Sequence[ModelEntry]: ...
    async def forget_model(self, key: str) -> None: ...
    async def note_active(self, model: str) -> None:
        """Note what calls use without anybody's wish."""
        ...

    async def activate(self, model: str, by: str, note: str = "") -> Activation: ...
    async def activations(self, limit: int = 20) -> Sequence[Activation]: ...
    async def settle(
        self, number: int, state: ActivationState, note: str | None = None
    ) -> None: ...


class Ear(Protocol):
    """Synthetic callers and a recognizer."""

    def hear(
        self, texts: Sequence[str], words: Sequence[str]
    ) -> AsyncGenerator[Sequence[Heard], None]:
        """For each text in turn, what came out of speaking it, once a voice; nothing where no
        voice can speak it. `words` are expected. Raises MissingPiece; closing it ends the work.
        """
        ...


Told = Callable[[Progress], Awaitable[None]]


class Workshop(Protocol):
    """Trains and tries models in the background; cancelling the task ends the process."""

    async def train(self, files: Mapping[str, str], told: Told) -> str:
        """Train a project of these files; the answer is the model's key.

        Raises TrainingFailed, and MissingPiece if Rasa's environment is not there.
        """
        ...

    async def guess(
        self, model: Path, texts: Sequence[str], stories: Mapping[str, str]
    ) -> Mapping[str, Any]:
        """What a model makes of texts: `guesses`, for each text [intent, confidence] pairs, best
        first; `understood`, for each whether it would act on it; and of conversation tests, files
        by name: `stories`, {"total", "failed": [names]}. Raises TrainingFailed.
        """
        ...

    def file(self, model: str) -> Path | None:
        """The model's file; None if it is gone."""
        ...

    def forget(self, model: str) -> None:
        """Delete the model's file."""
        ...
