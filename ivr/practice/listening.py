"""Whether somebody has said something, as far as a recognizer's text can tell. Pure.

A phrase is looked for in one turn: its words in this order, with up to three others between two of
them. `*` stands for any letters (`bestell*`, `*nummer`). Longer words may be written a little
differently, as recognizers do.
"""

from collections.abc import Iterable
from difflib import SequenceMatcher
from fnmatch import fnmatchcase

from ivr.german.words import normal, words

BETWEEN = 3
"""So many other words may stand between two words of a phrase."""
LIKE = 0.85
LONG = 6
"""Letters from which a word may be written a little differently."""

FAREWELL = (
    "wiederhören",
    "auf hören",
    "wiedersehen",
    "tschüss",
    "schönen tag noch",
    "wünsche * tag",
    "schönen abend",
    "schönes wochenende",
    "dank für ihren anruf",
)
"""The agent ends the call; "auf hören" is what recognizers make of "Auf Wiederhören"."""
HOLD_ON = (
    "moment",
    "augenblick",
    "sekunde",
    "ich schaue",
    "ich sehe nach",
    "ich prüfe",
    "ich suche",
    "bleiben sie",
    "gedulden",
)
"""The agent asks the customer to wait."""
KIND = (
    "tut mir leid",
    "entschuldig*",
    "bedau*",
    "verstehe ihren",
    "verstehe ihre",
    "kann ich verstehen",
    "kann ich gut verstehen",
    "verständlich",
    "nachvollziehen",
    "danke für ihre geduld",
    "ich kümmere mich",
)
"""The agent shows that they feel with the customer."""
SHORT = 3
"""Words of an acknowledgement ("Ja, gut."), which asks for nothing."""


def said(phrases: Iterable[str], text: str) -> bool:
    """Whether one of these phrases occurs in the text."""
    heard = words(text)
    return any(_occurs(pattern, heard) for phrase in phrases if (pattern := _pattern(phrase)))


def is_acknowledgement(text: str) -> bool:
    """Whether this asks for no answer: "Ja, gut", "Alles klar"."""
    return len(words(text)) <= SHORT and "?" not in text


def with_names(phrases: Iterable[str], names: dict[str, str]) -> tuple[str, ...]:
    """Put the company's and the agent's names in: `{company}`, `{agent}`.

    Of a name of several words each longer one counts alone: nobody says "Musterfirma GmbH".
    """
    filled: list[str] = []
    for phrase in phrases:
        key = phrase.strip("{} ")
        if phrase.strip() == f"{{{key}}}" and key in names:
            parts = words(names[key])
            filled += [part for part in parts if len(part) > 3] or parts
        else:
            filled.append(phrase)
    return tuple(filled)


def _pattern(phrase: str) -> list[str]:
    spaced = normal(phrase).replace("-", " ").split()
    return [
        kept for part in spaced if (kept := "".join(c for c in part if c.isalnum() or c == "*"))
    ]


def _occurs(pattern: list[str], heard: list[str]) -> bool:
    return any(_from(pattern, heard, start) for start in range(len(heard)))


def _from(pattern: list[str], heard: list[str], start: int) -> bool:
    if not _same(pattern[0], heard[start]):
        return False
    if len(pattern) == 1:
        return True
    following = range(start + 1, min(len(heard), start + 2 + BETWEEN))
    return any(_from(pattern[1:], heard, at) for at in following)


def _same(wanted: str, word: str) -> bool:
    if "*" in wanted:
        return fnmatchcase(word, wanted)
    if wanted == word:
        return True
    long = len(wanted) >= LONG and len(word) >= LONG
    return long and SequenceMatcher(None, wanted, word).ratio() >= LIKE
