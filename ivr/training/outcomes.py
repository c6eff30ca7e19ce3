"""What admins are shown of the content, and what became of their changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ivr.core.training import Change, Clash, Piece
from ivr.training.examples import Example
from ivr.training.follows import Follow
from ivr.training.texts import say


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed."""

    text: str
    """Why, for the admin to read."""
    place: str = ""
    """The field at fault, where one is."""
    clash: bool = False
    """Somebody else was quicker."""
    piece: tuple[str, str] = ("", "")
    """With `clash`: kind and name of what they changed."""


@dataclass(frozen=True, slots=True)
class Saved:
    changes: tuple[Change, ...]
    hints: tuple[str, ...] = ()
    """What speaks against it without forbidding it."""


Outcome: TypeAlias = Saved | Refused


@dataclass(frozen=True, slots=True)
class IntentLine:
    """An intent as a list shows it."""

    name: str
    examples: int
    heard: int
    on: bool
    threshold: float | None
    follow: Follow
    version: int
    changed_by: str


@dataclass(frozen=True, slots=True)
class IntentPage:
    """An intent with all an admin can change of it."""

    line: IntentLine
    examples: tuple[Example, ...]
    heard: tuple[Mapping[str, Any], ...]
    """What recognizers made of examples: `text`, `said`, `voice`, `channel`."""
    entities: tuple[str, ...]
    answer: Piece | None
    seen: int
    """The number of the latest change that is certainly in it."""


def refused(clash: Clash) -> Refused:
    text = say("clash", by=clash.by) if clash.by else say("gone")
    return Refused(text, clash=True, piece=(clash.kind, clash.name))
