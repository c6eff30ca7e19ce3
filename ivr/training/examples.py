"""Training examples as Rasa writes them: words with marked entities.

`Ich möchte [zwei](quantity) [Kocher]{"entity": "product", "value": "Wasserkocher"}`
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Example: TypeAlias = str | Mapping[str, Any]
"""The marked words, or Rasa's longer form with `text` and `metadata`."""

# As Rasa's own pattern, https://rasa.com/docs/rasa/training-data-format#entities
_MARK = re.compile(
    r"\[(?P<words>[^\]]+?)\](?:\((?P<name>[^:)]+?)(?::(?P<value>[^)]+))?\)"
    r"|(?P<more>\{[^}]+?\}|\[\{.*?\}\]))"
)
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
"""With what no YAML file can hold."""
_NOT_WORDS = re.compile(r"[^\w ]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """An entity in an example; `start` and `end` count the characters of the plain text."""

    start: int
    end: int
    entity: str
    more: Mapping[str, Any] = field(default_factory=dict)
    """`value`, `role` and `group`, where given."""


class BadMark(ValueError):
    """An entity is marked in a way that Rasa would not understand."""


def marked(example: Example) -> str:
    """The words of an example with their marks."""
    return example if isinstance(example, str) else str(example.get("text", ""))


def plain(text: str) -> str:
    """The words without the marks: what a caller would say."""
    return _MARK.sub(lambda found: found["words"], text)


def parse(text: str) -> tuple[str, tuple[Mark, ...]]:
    """The plain words and the marks. Raises BadMark."""
    words: list[str] = []
    marks: list[Mark] = []
    at = length = 0
    for found in _MARK.finditer(text):
        between = text[at : found.start()]
        start = length + len(between)
        length = start + len(found["words"])
        words += [between, found["words"]]
        marks += [Mark(start, length, *_meant(each)) for each in _marks(found)]
        at = found.end()
    words.append(text[at:])
    return "".join(words), tuple(marks)


def _marks(found: re.Match[str]) -> list[dict[str, Any]]:
    if found["more"] is None:
        value = {} if found["value"] is None else {"value": found["value"]}
        return [{"entity": found["name"], **value}]
    try:
        more = json.loads(found["more"])
    except ValueError:
        raise BadMark(found["more"]) from None
    listed = more if isinstance(more, list) else [more]
    if not all(isinstance(each, dict) and isinstance(each.get("entity"), str) for each in listed):
        raise BadMark(found["more"])
    return listed


def _meant(mark: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return str(mark["entity"]), {key: value for key, value in mark.items() if key != "entity"}


def write(words: str, marks: tuple[Mark, ...]) -> str:
    """The way back from `parse`, in the shorter spelling where it says everything."""
    pieces: list[str] = []
    at = 0
    for place in sorted({(mark.start, mark.end) for mark in marks}):
        here = [mark for mark in marks if (mark.start, mark.end) == place]
        if place[0] < at:
            continue
        pieces += [words[at : place[0]], f"[{words[place[0] : place[1]]}]", _written(here)]
        at = place[1]
    return "".join((*pieces, words[at:]))


def _written(marks: list[Mark]) -> str:
    if len(marks) == 1 and not marks[0].more:
        return f"({marks[0].entity})"
    full = [{"entity": mark.entity, **mark.more} for mark in marks]
    return json.dumps(full[0] if len(full) == 1 else full, ensure_ascii=False)


def entities(text: str) -> frozenset[str]:
    """The names of the entities in an example; none where a mark is broken."""
    try:
        return frozenset(mark.entity for mark in parse(text)[1])
    except BadMark:
        return frozenset()


def named_in(examples: Iterable[Example]) -> set[str]:
    """The names of the entities in examples."""
    return {entity for each in examples for entity in entities(marked(each))}


def tidy(text: str) -> str:
    """Spaces as they should be; nothing else is changed."""
    return _SPACES.sub(" ", text).strip()


def key(text: str) -> str:
    """Alike for what a recognizer may write either way: case, punctuation, ß, marks."""
    lower = plain(text).lower().replace("ß", "ss")
    return tidy(_NOT_WORDS.sub(" ", lower))
