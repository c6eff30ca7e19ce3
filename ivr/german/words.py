"""Splits what a recognizer wrote into words, and knows the words that carry no meaning."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TypeVar

_WORD = re.compile(r"\d+|[^\W\d_]+")


def word_set(listed: str) -> frozenset[str]:
    """The words of a text, for tables that are easier to read as prose."""
    return frozenset(listed.split())


HESITATIONS = word_set(
    "äh ähm ähem ehm eh öh öhm öhö hm hmm hmmm mh mhh mm mmm tja uh uhm ähh ähhm öhm em"
)
"""Sounds of thinking."""

FILLERS = HESITATIONS | word_set(
    "also halt eben mal naja na nun tja ach ah oh ja so jetzt gut okay ok bitte denn doch"
    " einfach eigentlich sozusagen quasi irgendwie"
)
"""Words that may stand anywhere without changing what is meant."""

CORRECTIONS = word_set(
    "nein nee sondern quatsch falsch korrektur korrigiere stopp stop entschuldigung"
    " sorry pardon verzeihung vielmehr besser"
)
"""Words after which the caller says it again, differently."""


_Item = TypeVar("_Item")


def corrections_first(items: Sequence[_Item]) -> Iterator[list[_Item]]:
    """What was said between corrections, the last first: where it holds a value, it counts."""
    end = len(items)
    for at in range(end - 1, -1, -1):
        if items[at] in CORRECTIONS:
            yield list(items[at + 1 : end])
            end = at
    yield list(items[:end])


def normal(text: str) -> str:
    """Lower case, composed umlauts, plain spaces and hyphens."""
    text = unicodedata.normalize("NFC", text).lower()
    return re.sub(r"[\u2010-\u2015\u2212]", "-", re.sub(r"\s", " ", text))


def words(text: str) -> list[str]:
    """The words and figures of a text in lower case, without any punctuation."""
    return _WORD.findall(normal(text))


_GREETING = re.compile(r"\b(?:guten? (?:morgen|tag|abend|nacht)|schönen? (?:abend|tag))\b")
_JOINED = re.compile(
    r"(tag|abend|woch|morgen)(vormittag|nachmittag|mittag|morgen|abend|früh|nacht)(s?)\b"
)


def split_day_parts(text: str) -> str:
    """Lower-case text without greetings, and "dienstagabend" as two words: a day, and when."""
    return _JOINED.sub(r"\1 \2\3", _GREETING.sub(" ", text))
