"""Splits what a recognizer wrote into words, and knows the words that carry no meaning."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

_WORD = re.compile(r"\d+|[^\W\d_]+")

HESITATIONS = frozenset(
    "äh ähm ähem ehm eh öh öhm öhö hm hmm hmmm mh mhh mm mmm tja uh uhm ähh ähhm öhm em".split()
)
"""Sounds of thinking."""

FILLERS = HESITATIONS | frozenset(
    "also halt eben mal naja na nun tja ach ah oh ja so jetzt gut okay ok bitte denn doch"
    " einfach eigentlich sozusagen quasi irgendwie".split()
)
"""Words that may stand anywhere without changing what is meant."""

CORRECTIONS = frozenset(
    "nein nee sondern quatsch falsch korrektur korrigiere stopp stop entschuldigung"
    " sorry pardon verzeihung vielmehr besser".split()
)
"""Words after which the caller says it again, differently."""


def normal(text: str) -> str:
    """Lower case, composed umlauts, plain spaces and hyphens."""
    text = unicodedata.normalize("NFC", text).lower()
    return re.sub(r"[\u2010-\u2015\u2212]", "-", re.sub(r"\s", " ", text))


def words(text: str) -> list[str]:
    """The words and figures of a text in lower case, without any punctuation."""
    return _WORD.findall(normal(text))


def without(tokens: Iterable[str], unwanted: frozenset[str]) -> list[str]:
    return [token for token in tokens if token not in unwanted]


def find(tokens: Sequence[str], phrase: Sequence[str], start: int = 0) -> int:
    """Where a phrase begins among the words, or -1."""
    if not phrase:
        return -1
    for at in range(start, len(tokens) - len(phrase) + 1):
        if tokens[at : at + len(phrase)] == phrase:
            return at
    return -1


def last_correction(tokens: Sequence[str]) -> int:
    """Where the words after the last correction begin; 0 where nothing was corrected."""
    after = (at + 1 for at, token in enumerate(tokens) if token in CORRECTIONS)
    return max(after, default=0)


def spans(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The stretches that pieces of these lengths cover, one after another."""
    start = 0
    for length in lengths:
        yield start, start + length
        start += length
