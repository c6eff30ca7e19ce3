"""Examples as the editor in the browser shows and sends them: words, and marks by place."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ivr.training.examples import BadMark, Example, Mark, marked, parse, tidy, write


class _MarkIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    entity: str = Field(pattern=r"^[A-Za-z][\w-]{0,59}$")
    more: dict[str, str] = Field(default_factory=dict)


class _ExampleIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    raw: str | None = Field(None, max_length=2000)
    """As it was written; None if it was changed in the editor."""
    words: str = Field("", max_length=1000)
    marks: tuple[_MarkIn, ...] = ()
    rest: dict[str, Any] | None = None
    """What the longer form of an example carries besides its words."""


_SENT: TypeAdapter[list[_ExampleIn]] = TypeAdapter(list[_ExampleIn])


@dataclass(frozen=True, slots=True)
class Span:
    """Words of an example that are marked as one entity, or not at all."""

    text: str
    entity: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """An example as the editor shows it."""

    raw: str
    spans: tuple[Span, ...]
    rest: Mapping[str, Any] | None


def rows(examples: Sequence[Example]) -> list[Row]:
    """The examples for the editor. One with a broken mark is shown as it is written."""
    return [Row(marked(each), tuple(_spans(marked(each))), _rest(each)) for each in examples]


def received(text: str) -> list[Example]:
    """The examples that the editor sends. Empty ones are left out. Raises HTTPException."""
    try:
        sent = _SENT.validate_json(text)
    except ValidationError:
        raise HTTPException(422) from None
    return [_example(each) for each in sent if (each.raw or each.words).strip()]


def lines_of(question: str, more: str) -> list[str]:
    """A question and further ones, one a line, however they are listed; each of them once."""
    said = [line.strip(" -•\t") for line in (question, *more.splitlines())]
    return list(dict.fromkeys(line for line in said if line))


def sent(examples: Sequence[Example]) -> str:
    """The examples as the editor would send them without having changed anything."""
    return json.dumps(
        [{"raw": marked(each), "rest": _rest(each)} for each in examples], ensure_ascii=False
    )


def _rest(example: Example) -> dict[str, Any] | None:
    if isinstance(example, str):
        return None
    return {key: value for key, value in example.items() if key != "text"}


def _spans(text: str) -> Iterator[Span]:
    try:
        words, marks = parse(text)
    except BadMark:
        yield Span(text)
        return
    at = 0
    for mark in marks:
        if mark.start < at:
            # Several entities at one place: the editor shows the first.
            continue
        if mark.start > at:
            yield Span(words[at : mark.start])
        yield Span(words[mark.start : mark.end], mark.entity, mark.more)
        at = mark.end
    if at < len(words):
        yield Span(words[at:])


def _example(sent: _ExampleIn) -> Example:
    text = sent.raw if sent.raw is not None else _marked_again(sent)
    return text if sent.rest is None else {**sent.rest, "text": text}


def _marked_again(sent: _ExampleIn) -> str:
    marks = tuple(
        Mark(each.start, each.end, each.entity, each.more)
        for each in sent.marks
        if each.start < each.end <= len(sent.words)
    )
    return tidy(write(sent.words, marks))
