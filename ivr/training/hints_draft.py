"""Hints about examples that nobody has saved yet: only they are compared with all others."""

from collections.abc import Iterator, Mapping, Sequence

from ivr.training.hints import Hint, examples_on, hint, sizes, unlikely
from ivr.training.near import NearSearch
from ivr.training.pieces import INTENT, Content
from ivr.training.reading import read

RECKONED = frozenset({"few", "unbalanced", "twice", "twice_across", "near", "unlikely"})
"""The kinds of hints that depend on examples, which are told anew."""


def draft_hints(
    content: Content, name: str, examples: Sequence[str], near: NearSearch
) -> list[Hint]:
    """What is to be said of an intent if these were its examples; it may be a new one. `near`
    knows the examples that are there. Serious ones first."""
    others = {other: texts for other, texts in examples_on(content).items() if other != name}
    draft = {**others, name: list(examples)}
    found = [
        *(each for each in sizes(draft) if each.name == name),
        *_alike(others, name, examples, near),
        *unlikely({name: examples}),
    ]
    return sorted(found, key=lambda each: not each.serious)


def _alike(
    others: Mapping[str, Sequence[str]], name: str, examples: Sequence[str], near: NearSearch
) -> Iterator[Hint]:
    said = {read(text).key: other for other, texts in others.items() for text in texts}
    seen: set[str] = set()
    for at, text in enumerate(examples):
        told = read(text)
        if told.key in seen:
            yield hint("twice", INTENT, name, at, text=told.plain)
        elif (other := said.get(told.key)) is not None:
            yield hint("twice_across", INTENT, name, at, text=told.plain, other=other)
        else:
            yield from _near(name, at, text, near)
        seen.add(told.key)


def _near(name: str, at: int, text: str, near: NearSearch) -> Iterator[Hint]:
    for (other, _), like in near.like(text):
        if other != name:
            plain = read(text).plain
            yield hint("near", INTENT, name, at, text=plain, like=read(like).plain, other=other)
            return
