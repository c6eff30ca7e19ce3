"""What the pieces of content are, and what their bodies hold. Bodies are plain JSON."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.core.training import Body, Edit, Piece

INTENT = "intent"
"""`examples`, `heard` (what recognizers made of them), `on`, `threshold`, and its files."""
SYNONYM, LOOKUP, REGEX = "synonym", "lookup", "regex"
ANSWER = "answer"
"""`variants`: Rasa's response variations as they are."""
RULE, STORY = "rule", "story"
PART = "part"
"""Any other part of the domain: entities, slots, forms, actions …"""
TEST = "test"
"""Examples of an intent that no model is ever trained on."""
FILE = "file"
"""A whole file of the project: the pipeline, conversation tests."""
FACT = "fact"
"""Facts of the company that stand above the profile; they need no training."""
WORD = "word"
"""A word the recognizer should expect."""

ENTITY_NAME = re.compile(r"[A-Za-z][\w-]{0,59}")
RASA_KINDS = (INTENT, SYNONYM, LOOKUP, REGEX, ANSWER, RULE, STORY, PART, TEST, FILE)
IMPORT, UNDO = "import", "undo"
"""What the notes of changes begin with that came from files, or that took others back."""
NLU_FILE = "data/nlu/eigene.yml"
RULES_FILE = "data/rules/eigene.yml"
DOMAIN_FILE = "domain/eigene.yml"
TEST_FILE = "tests/held_out.yml"
"""Where new things go that no imported file has a place for."""


@dataclass(frozen=True, slots=True)
class Content:
    """All pieces at one moment."""

    pieces: tuple[Piece, ...]
    by_kind: Mapping[str, Mapping[str, Piece]] = field(init=False)

    def __post_init__(self) -> None:
        sorted_in: dict[str, dict[str, Piece]] = {}
        for piece in self.pieces:
            sorted_in.setdefault(piece.kind, {})[piece.name] = piece
        object.__setattr__(self, "by_kind", sorted_in)

    def of(self, kind: str) -> Mapping[str, Piece]:
        return self.by_kind.get(kind, {})

    def body(self, kind: str, name: str) -> Body:
        """Empty where there is no such piece."""
        piece = self.of(kind).get(name)
        return {} if piece is None else piece.body

    def domain(self, key: str) -> list[Any]:
        """A part of the domain that is a list or a table, gathered from all its files."""
        found: list[Any] = []
        for piece in self.of(PART).values():
            if piece.body["key"] == key:
                value = piece.body["value"]
                found += list(value) if isinstance(value, list | dict) else [value]
        return found

    def entities(self) -> tuple[str, ...]:
        """The names of what examples may mark, sorted."""
        listed = self.domain("entities")
        return tuple(
            sorted({str(next(iter(each)) if isinstance(each, dict) else each) for each in listed})
        )


def new_entities(content: Content, named: Iterable[str]) -> list[Edit]:
    """The change that makes entities known to the domain; none where all are."""
    fresh = sorted(set(named) - set(content.entities()))
    if not fresh:
        return []
    name = f"{DOMAIN_FILE}#entities"
    piece = content.of(PART).get(name)
    known = [] if piece is None else piece.body["value"]
    body = {"file": DOMAIN_FILE, "key": "entities", "value": [*known, *fresh]}
    return [Edit(PART, name, body, 0 if piece is None else piece.version)]


def content_of(edits: Iterable[Edit]) -> Content:
    """What there would be if only these were kept."""
    return Content(
        tuple(Piece(edit.kind, edit.name, edit.body) for edit in edits if edit.body is not None)
    )


def new_intent(**given: Any) -> dict[str, Any]:
    return {"file": NLU_FILE, "domain_file": DOMAIN_FILE, "examples": [], **given}
