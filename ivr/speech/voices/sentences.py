"""Cuts a text into breaths, so that the first sound does not wait for the last."""

import re
from unicodedata import category

from ivr.core.pcm import SAMPLE_BYTES

_SENTENCE_END = re.compile(r"(?<=[.!?…:;])[\"'”“»)]*\s+")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:\d{1,2}|[A-Za-zÄÖÜäöü]|Nr|\w*[Ss]tr|Tel|ca|bzw|inkl|zzgl|usw|Dr|Prof|Hr|Fr|evtl|ggf|z\.\s?B|d\.\s?h|u\.\s?a)\.$"
)
_CLAUSE_END = re.compile(r"(?<=[,–—])\s+")
_PAUSE_S = 0.25
_BREATH_S = 0.1
_LONG_FIRST = 90
"""Letters above which the first sentence is cut at a comma."""
_LONGEST = 400
"""Letters above which any engine gets slow or gives up."""


def sentences(text: str) -> list[str]:
    """The text in pieces, in order; a piece without any letter or digit is left out."""
    found: list[str] = []
    for piece in _SENTENCE_END.split(_speakable(text)):
        if found and _ABBREVIATED.search(found[-1]):
            found[-1] += " " + piece
        else:
            found.append(piece)
    first, *rest = found or [""]
    pieces = [*_first_clause(first), *rest]
    return [part for piece in pieces for part in _short(piece) if re.search(r"\w", part)]


def _speakable(text: str) -> str:
    """The text on one line, without the control characters that engines choke on."""
    kept = (
        "" if kind == "Cf" else " " if kind[0] == "C" else letter
        for letter in text
        for kind in (category(letter),)
    )
    return " ".join("".join(kept).split())


def pause_after(piece: str, rate: int) -> bytes:
    """The silence between a piece and the next: a breath within a sentence, more after it."""
    if not piece:
        return b""
    ended = piece.rstrip("\"'”“»)")[-1:] in ".!?…:;"
    return bytes(int((_PAUSE_S if ended else _BREATH_S) * rate) * SAMPLE_BYTES)


def _first_clause(sentence: str) -> list[str]:
    """The first sentence, cut at its first good comma if it is long."""
    if len(sentence) <= _LONG_FIRST:
        return [sentence]
    for comma in _CLAUSE_END.finditer(sentence):
        if 20 <= comma.start() <= len(sentence) - 20:
            return [sentence[: comma.start()], sentence[comma.end() :]]
    return [sentence]


def _short(sentence: str) -> list[str]:
    """Pieces of at most `_LONGEST` letters, cut at spaces where there are any."""
    parts = []
    while len(sentence) > _LONGEST:
        cut = sentence.rfind(" ", 1, _LONGEST)
        cut = cut if cut > 0 else _LONGEST
        parts.append(sentence[:cut])
        sentence = sentence[cut:].strip()
    return [*parts, sentence]
