"""What admins teach, as it is kept: pieces of content with versions, trainings, activations.

A piece's `body` is plain JSON; `ivr.training` knows what is in it, the store does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from ivr.core.understanding import Guess

Body: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing an admin can edit: an intent, an answer, a rule, a synonym, a fact …"""

    kind: str
    name: str
    body: Body
    version: int = 0
    """Counts up with every change; 0 was never kept."""
    changed_at: datetime | None = None
    changed_by: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """A wish to change one piece."""

    kind: str
    name: str
    body: Body | None
    """None takes the piece away."""
    version: int | None = None
    """The version that was looked at; None changes whatever is there."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change that was made, with both sides of it."""

    number: int
    """Counts up over all pieces of the client."""
    kind: str
    name: str
    version: int
    """That the piece had afterwards."""
    before: Body | None
    after: Body | None
    at: datetime
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Save:
    """Changes that were made together, by one form or one import."""

    number: int
    """Of its latest change."""
    at: datetime
    by: str
    note: str
    kinds: Mapping[str, int]
    """How many changes of which kind of piece."""

    @property
    def count(self) -> int:
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else was quicker: nothing was changed."""

    kind: str
    name: str
    by: str
    at: datetime | None
    """Who changed it since, and when; nobody if it is gone or was never there."""


class JobState(StrEnum):
    WAITING = "waiting"
    TRAINING = "training"
    EVALUATING = "evaluating"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Job:
    """A training that was asked for."""

    number: int
    state: JobState
    asked_at: datetime
    asked_by: str
    change: int = 0
    """The latest change of the content when it was asked for."""
    share: float = 0.0
    """How much is done, 0 to 1."""
    step: str = ""
    """What is going on, in the admin's words."""
    left_s: float | None = None
    """Seconds that are left, where that can be told."""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    cancel: bool = False
    """Somebody wants it to end."""
    reason: str = ""
    """Why it failed, in the admin's words."""
    places: tuple[str, ...] = ()
    """What to correct: `kind/name` and, after a `#`, the line or example."""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training is."""

    part: str = ""
    """The part of the pipeline that is being trained."""
    done: int = 0
    total: int = 0
    """Epochs; 0 where the part has none."""
    left_s: float | None = None


class TrainingFailed(Exception):
    """Rasa could not do it; carries the end of what it said."""


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A trained model that is kept."""

    key: str
    made_at: datetime
    change: int
    """The content's latest change that is in it."""
    report: Body = field(default_factory=dict)
    """Its evaluation; see `ivr.training.evaluation`."""


class ActivationState(StrEnum):
    WANTED = "wanted"
    ACTIVE = "active"
    FAILED = "failed"
    REPLACED = "replaced"
    """It was active, and is so no more."""
    DROPPED = "dropped"
    """Another model was wished for before this one could be loaded."""


@dataclass(frozen=True, slots=True)
class Activation:
    """A wish that calls be understood by a model, and what became of it."""

    number: int
    model: str
    state: ActivationState
    asked_at: datetime
    asked_by: str
    note: str = ""
    """Why it was done in spite of a warning, or why it failed."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a caller said, with what came of it, for an admin to look at."""

    call_id: str
    seq: int
    at: datetime
    text: str
    intent: str | None = None
    confidence: float | None = None
    asr_confidence: float | None = None
    guesses: tuple[Guess, ...] = ()
    """Best first; left out where many utterances are read at once."""
    understood: bool | None = None
    """None: the understanding never got it, because the dialogue knew what to do or the caller
    spoke with a person."""
    form: str | None = None
    model: str | None = None
    before: str = ""
    """What the hotline had said."""
    after: str = ""
    """What the hotline answered."""
    following: str = ""
    """What the caller said next, if that was said to the understanding as well."""
    following_intent: str | None = None
    outcome: str = ""
    hand_over: str = ""
    """The reason, if a person took over in this call."""
    values: tuple[str, ...] = ()
    """What forms of this call took down: names, numbers, addresses."""
    audio: str | None = None
    """Where its sound is kept, if recording was consented to."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What callers said to the understanding in a stretch of time."""

    utterances: tuple[Utterance, ...]
    """Oldest first."""
    since: datetime
    """From when on they are all here."""
    cut: bool = False
    """There were more than fit: those before `since` are left out."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What an admin made of an utterance."""

    number: int
    call_id: str
    seq: int
    verdict: str
    """A value of `ivr.training.inbox.Verdict`."""
    intent: str | None
    key: str
    """The utterance's masked words, by which the same are known again."""
    at: datetime
    by: str
    transcript: str | None = None
    """What was really said, where the recognizer was wrong; personal data masked."""
    change: int | None = None
    """The latest change of the content it led to; those made together with it count as well."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Somebody else had decided it already: nothing was changed."""

    by: str
