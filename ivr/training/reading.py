"""What is read out of an example again and again, worked out once for each text."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ivr.training.examples import entities, key, plain
from ivr.training.likeness import words_of

_KNOWN = 50_000
"""Texts whose reading is kept; examples alone, nothing that callers said."""
_MOST_WORDS = 40
_WRITTEN = re.compile(r"https?:|www\.|[{}<>|\\]|[A-ZÄÖÜ]{6,}|[!?]{2,}|[:;]-?[)(D]")


@dataclass(frozen=True, slots=True)
class Reading:
    plain: str
    key: str
    words: frozenset[str]
    """Without courtesies and hesitation."""
    entities: frozenset[str]
    unlikely: bool
    """Nobody would say it on the telephone."""


@lru_cache(_KNOWN)
def read(text: str) -> Reading:
    """Read an example with its marks."""
    bare = plain(text)
    unlikely = _WRITTEN.search(bare) is not None or len(bare.split()) > _MOST_WORDS
    return Reading(bare, key(text), words_of(text), entities(text), unlikely)
