"""Whisper's short answers: it writes "Na." for a "Ja" on the telephone, and "9." for a "Nein".

Where yes or no is expected, near forms are read as what they stand for, and an answer that is
neither is compared with the phrases that people answer with.
"""

import re
from collections.abc import Sequence

PHRASES = (
    *("Ja.", "Ja, bitte.", "Ja, genau.", "Ja, das stimmt.", "Jawohl.", "Genau.", "Richtig."),
    *("Stimmt.", "Gerne.", "Okay."),
    *("Nein.", "Nein, danke.", "Nein, das stimmt nicht.", "Nee.", "Nö.", "Falsch."),
)
_YES = 10
"""That many of the phrases mean yes, the others no."""

LONGEST_S = 3.0
"""A longer utterance is more than yes or no."""

_SETTLED = re.compile(
    r"\b(ja|jawohl|doch|genau|richtig|stimmt|gerne?|okay|okey|ok|klar|korrekt|nein|nee|nö|nicht"
    r"|falsch|kein\w*)\b",
    re.IGNORECASE,
)
_NEAR = (
    (re.compile(r"^(na|nah|ya|yah|jah|jaa+|a|da)\b(?=\W*(\w+\W*){0,2}$)", re.IGNORECASE), "Ja"),
    (re.compile(r"^(9|neun|nain|nine|ne|neh|no)\b(?=\W*(\w+\W*){0,2}$)", re.IGNORECASE), "Nein"),
)
_SURE_WORDS = 3
_SURE_SCORE = -0.9
"""A longer text with a better score says what it says."""
_FIT = -5.0
"""Mean logarithm of probability below which no phrase fits."""
_LEAD = 1.0
"""By how much yes must fit better than no, or no than yes. Asking again beats a wrong order."""
_DOUBT_LEAD = 2.0
"""A "Ja" that Whisper itself doubts is often a "Nö": then yes must fit much better than no."""
_DOUBT_SCORE = -1.0


def read(text: str) -> str | None:
    """The text with a near form replaced, or None where it holds neither yes nor no."""
    if _SETTLED.search(text):
        return text
    for near, meant in _NEAR:
        if near.search(text):
            return near.sub(meant, text)
    return None


def speaks_for_itself(text: str, score: float) -> bool:
    """Whether a text without yes or no is clear enough to be left alone."""
    return len(text.split()) > _SURE_WORDS and score > _SURE_SCORE


def is_doubtful(text: str, score: float) -> bool:
    """Whether this is a bare yes that Whisper is not sure of."""
    return score < _DOUBT_SCORE and re.fullmatch(r"\W*ja\W*", text, re.IGNORECASE) is not None


def decide(scores: Sequence[float], *, doubtful: bool = False) -> str | None:
    """The phrase that fits, of `PHRASES`; None where none does or yes and no are close."""
    yes, no = max(scores[:_YES]), max(scores[_YES:])
    if max(yes, no) < _FIT or abs(yes - no) < (_DOUBT_LEAD if doubtful else _LEAD):
        return None
    return PHRASES[list(scores).index(max(yes, no))]
