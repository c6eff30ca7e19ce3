"""As the phone hears it: what a recognizer makes of examples becomes training variants. Pure.

They are kept apart from what people wrote, and capped, so that a recognizer's mistakes never
outweigh the words themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ivr.training.examples import BadMark, Mark, key, marked, parse, write
from ivr.training.frozen import words_of_tests
from ivr.training.pieces import INTENT, Content

MOST_EACH = 2
"""Variants of one example."""
MOST_SHARE = 0.5
"""Variants of all examples of an intent, at most so many times as many."""
_LEAST_WORDS = 0.34
"""Share of words that must have survived: what is left of less teaches nonsense."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came out of one speaking."""

    text: str
    said: str
    voice: str
    channel: str
    recognizer: str


def variants(content: Content, intent: str, heard: Sequence[Heard]) -> list[dict[str, Any]]:
    """What of it is worth training on, as the intent's body keeps it."""
    examples = [marked(each) for each in content.body(INTENT, intent).get("examples", ())]
    meanings = {
        key(marked(each)): name
        for name, piece in content.of(INTENT).items()
        for each in piece.body["examples"]
    }
    tests = words_of_tests(content)
    by_words = {key(each): each for each in examples}
    kept: list[dict[str, Any]] = []
    count: dict[str, int] = {}
    for each in heard:
        words, said = key(each.text), key(each.said)
        # What is written somewhere already teaches nothing, or the opposite.
        if not words or words in meanings or words in tests or said not in by_words:
            continue
        if count.get(said, 0) >= MOST_EACH or _survived(words, said) < _LEAST_WORDS:
            continue
        meanings[words] = intent
        count[said] = count.get(said, 0) + 1
        kept.append({**asdict(each), "text": _marked_again(each.text, by_words[said])})
    return kept[: max(1, int(MOST_SHARE * len(examples)))]


def _survived(words: str, said: str) -> float:
    meant = said.split()
    return sum(word in words.split() for word in meant) / max(len(meant), 1)


def _marked_again(text: str, example: str) -> str:
    """With the marks of the example on those words that came through whole."""
    # Brackets would be taken for marks; no recognizer writes them on purpose.
    plain = text.replace("[", "").replace("]", "")
    try:
        said, marks = parse(example)
    except BadMark:
        return plain
    found = []
    for mark in marks:
        at = plain.lower().find(said[mark.start : mark.end].lower())
        if at >= 0:
            more: Mapping[str, Any] = mark.more
            found.append(Mark(at, at + mark.end - mark.start, mark.entity, more))
    return write(plain, tuple(found))
