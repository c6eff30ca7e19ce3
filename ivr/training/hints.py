"""What an admin should look at before training: each hint with its place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from ivr.training import pieces as p
from ivr.training.examples import marked
from ivr.training.follows import all_follows
from ivr.training.near import NearSearch
from ivr.training.pieces import Content
from ivr.training.reading import read
from ivr.training.texts import say

FEW = 20
"""Examples below which letters decide by chance."""
TOO_MANY_TIMES = 8
"""So many times the usual number of examples push other intents aside."""
_CALLED = re.compile(r"utter_\w+")
_FALLBACK = "nlu_fallback"


@dataclass(frozen=True, slots=True)
class Hint:
    kind: str
    """A key of `ivr.training.texts`."""
    text: str
    piece: str
    """Kind of the piece it is about: `intent`, `answer` …"""
    name: str
    example: int | None = None
    """Which example, counted from 0."""
    serious: bool = False
    """Training would fail, or calls would suffer."""


def hints(
    content: Content,
    confused: Mapping[tuple[str, str], int] | None = None,
    used_by_program: frozenset[str] = frozenset(),
    near: NearSearch | None = None,
) -> list[Hint]:
    """All hints, the serious ones first. `confused`: how often the last evaluation took an intent
    for another; `used_by_program`: answers that the program's own actions give. `near` remembers
    what it compared before: with the same one, only what has changed is compared."""
    on = examples_on(content)
    found = [
        *sizes(on),
        *_duplicates(on, near or NearSearch()),
        *unlikely(on),
        *_confusions(content, confused or {}),
        *_answers(content, used_by_program),
        *_entities(content, on),
        *_without_rule(content, on),
    ]
    return sorted(found, key=lambda each: not each.serious)


def hint(kind: str, piece: str, name: str, example: int | None = None, **values: Any) -> Hint:
    serious = kind in ("missing_answer", "no_rule", "twice_across")
    return Hint(kind, say(kind, name=name, **values), piece, name, example, serious)


def examples_on(content: Content) -> Mapping[str, list[str]]:
    """The examples of all intents that are trained, as they are written."""
    return {
        name: [marked(each) for each in piece.body["examples"]]
        for name, piece in content.of(p.INTENT).items()
        if piece.body.get("on", True)
    }


def sizes(on: Mapping[str, Sequence[str]]) -> Iterator[Hint]:
    """About intents with too few examples, or too many beside the others."""
    counts = {name: len(examples) for name, examples in on.items()}
    usual = int(median(counts.values())) if counts else 0
    for name, count in counts.items():
        if count < FEW:
            yield hint("few", p.INTENT, name, count=count, least=FEW)
        # What is out of scope is endless: it may be many.
        elif count > TOO_MANY_TIMES * max(usual, FEW) and name != "out_of_scope":
            yield hint("unbalanced", p.INTENT, name, count=count, usual=usual)


def _duplicates(on: Mapping[str, list[str]], near: NearSearch) -> Iterator[Hint]:
    first: dict[str, tuple[str, int]] = {}
    alike: set[tuple[str, int]] = set()
    for name, examples in on.items():
        for at, text in enumerate(examples):
            said = read(text)
            other = first.setdefault(said.key, (name, at))
            if other != (name, at):
                alike.add((name, at))
                kind = "twice" if other[0] == name else "twice_across"
                yield hint(kind, p.INTENT, name, at, text=said.plain, other=other[0])
    for (other_name, other_at), (name, at) in near.pairs(on):
        said, like = read(on[name][at]), read(on[other_name][other_at])
        if (name, at) not in alike and said.key != like.key:
            yield hint(
                "near", p.INTENT, name, at, text=said.plain, like=like.plain, other=other_name
            )


def unlikely(on: Mapping[str, Sequence[str]]) -> Iterator[Hint]:
    """About examples that nobody would say."""
    for name, examples in on.items():
        for at, text in enumerate(examples):
            if read(text).unlikely:
                yield hint("unlikely", p.INTENT, name, at, text=read(text).plain[:60])


def _confusions(content: Content, confused: Mapping[tuple[str, str], int]) -> Iterator[Hint]:
    for (name, other), count in confused.items():
        if name in content.of(p.INTENT) and count > 1:
            yield hint("confused", p.INTENT, name, other=other, count=count)


def answers_called(content: Content) -> dict[str, None]:
    """The answers that rules and conversations give, whether there are such or not."""
    used: dict[str, None] = {}
    for kind in (p.RULE, p.STORY):
        for piece in content.of(kind).values():
            used |= dict.fromkeys(_CALLED.findall(str(piece.body["steps"])))
    return used


def _answers(content: Content, used_by_program: frozenset[str]) -> Iterator[Hint]:
    used = answers_called(content)
    forms = [str(form) for form in content.domain("forms")]
    known = content.of(p.ANSWER)
    for name in used:
        if name not in known:
            yield hint("missing_answer", p.ANSWER, name)
    for name in known:
        asks = name.startswith(("utter_ask_", *(f"utter_{form}" for form in forms)))
        if name not in used and name not in used_by_program and not asks:
            yield hint("unused_answer", p.ANSWER, name)


def _entities(content: Content, on: Mapping[str, list[str]]) -> Iterator[Hint]:
    seen = {name for examples in on.values() for text in examples for name in read(text).entities}
    seen |= set(content.of(p.LOOKUP)) | set(content.of(p.REGEX))
    for name in content.entities():
        if name not in seen:
            yield hint("entity_unmarked", p.PART, name)


def _without_rule(content: Content, on: Mapping[str, list[str]]) -> Iterator[Hint]:
    following = all_follows(content)
    for name in on:
        if name != _FALLBACK and name not in following:
            yield hint("no_rule", p.INTENT, name)
