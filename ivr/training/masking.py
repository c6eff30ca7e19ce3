"""Replaces what tells of a person before words become a training example.

Each is replaced by made-up words of the same kind, so that the example still sounds like a caller:
"Mein Name ist Özdemir" becomes "Mein Name ist Müller". Better one too many than one too few; the
admin sees what was replaced and can correct it. What was there is not kept.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ivr.german.cardinals import word_value
from ivr.german.words import word_set
from ivr.training.examples import key
from ivr.training.texts import say

_LETTERS = r"[^\W\d_]"
_NAME = rf"{_LETTERS}+(?:[-'’]{_LETTERS}+)*"
_INTRODUCED = re.compile(
    r"\b(?:namen? (?:ist|lautet|wäre)|ich heiße?|(?:ich bin|hier ist|hier spricht)(?: die| der)?"
    r"|am apparat ist|es spricht|sie sprechen mit|auf den namen|herrn?|frau|familie"
    r"|(?:nach|vor)name(?: ist)?|geborene?|firma)\s+"
    rf"(?P<name>(?:(?:herrn?|frau|doktor|dr\.?|von|van|zu|der|den|de)\s+)*{_NAME}(?:\s+{_NAME}){{0,2}})",
    re.IGNORECASE,
)
_FOLLOWED = re.compile(
    rf"(?P<name>{_NAME})\s+(?:ist mein name|mein name|am apparat|heiße ich|spreche ich)\b",
    re.IGNORECASE,
)
_MAIL = re.compile(
    r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"
    r"|\b[\w.-]+ (?:at|ät|klammeraffe) [\w-]+(?: ?punkt ?| ?\. ?)(?:de|com|net|org|eu|at|ch)\b",
    re.IGNORECASE,
)
_STREET = re.compile(
    rf"\b(?:(?:am|an der|im|in der|zur|auf der|alte[rn]?|große[rn]?|kleine[rn]?)\s+)?"
    rf"{_LETTERS}*(?:straße|strasse|str\.|weg|allee|platz|gasse|ring|ufer|damm|chaussee|steig)"
    r"\s+(?:nummer\s+|hausnummer\s+)?(?P<house>\d+\s?[a-z]?\b|\w+)",
    re.IGNORECASE,
)
_TOWN = re.compile(rf"\b\d{{5}}\s+(?:in\s+)?{_NAME}", re.IGNORECASE)
_DIGITS = re.compile(r"\+?\d(?:[\s/().-]{0,3}\d){3,}")
_MONEY = re.compile(r"^\s*(?:euro|€|cent|prozent|%|uhr|kilo|watt|liter)\b", re.IGNORECASE)
_WORD = re.compile(rf"{_LETTERS}+|\d+")
_LEAST_PUBLIC = 6
"""Letters from which a part of what everybody may know is known again."""
_LEAST_IN_A_ROW = 4
"""Digits that are said one after the other from which they are somebody's number."""
_NO_NAMES = word_set(
    "ich sie er es wir ihr der die das den dem ein eine einen mein meine und oder aber nicht auch"
    " noch nur schon hier da mit bei für von zu zum zur im in an auf aus wegen kunde kundin neu"
    " interessiert sehr so ganz schon gerade jetzt immer nie unzufrieden zufrieden sauer verärgert"
    " krank umgezogen ja nein bitte danke guten tag hallo am"
)
_BEFORE_NAMES = word_set("der den die von van zu de herr herrn frau familie doktor dr")
_DIGIT_WORDS = word_set("null eins zwei zwo drei vier fünf sechs sieben acht neun")
_MADE_UP = "Müller"
_STREET_MADE_UP = "Musterstraße 1"
_TOWN_MADE_UP = "12345 Musterstadt"
_MAIL_MADE_UP = "name@example.de"
_DIGITS_MADE_UP = "4711081234567890"
_WORDS_MADE_UP = ("vier", "sieben", "eins", "eins", "null", "acht", "eins", "zwei", "drei", "vier")


@dataclass(frozen=True, slots=True)
class Hidden:
    """One place that was replaced."""

    kind: str
    """What it was, in the admin's words: Name, Nummer …"""
    start: int
    end: int
    """In the masked text."""
    was: str = ""
    """What stood there; for an admin to see, never to be kept."""


@dataclass(frozen=True, slots=True)
class Masked:
    text: str
    hidden: tuple[Hidden, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    kind: str
    instead: str


def mask(text: str, values: Sequence[str] = (), public: Sequence[str] = ()) -> Masked:
    """The text without personal data. `values`: what is known of the caller from the call;
    `public`: what anybody may know, such as the company's own address."""
    known = _Known(public)
    pieces: list[str] = []
    hidden: list[Hidden] = []
    at = length = 0
    for found in _without_overlap(list(_all(text, values))):
        was = text[found.start : found.end]
        if known.to_all(was):
            continue
        pieces += [text[at : found.start], found.instead]
        length += found.start - at
        hidden.append(Hidden(say(found.kind), length, length + len(found.instead), was))
        length += len(found.instead)
        at = found.end
    return Masked("".join((*pieces, text[at:])), tuple(hidden))


class _Known:
    """Texts that anybody may know, whole and in the parts between commas."""

    def __init__(self, public: Sequence[str]) -> None:
        self._whole = [key(each) for each in public]
        parts = (key(part) for each in public for part in each.split(","))
        self._parts = [part for part in parts if len(part) >= _LEAST_PUBLIC]

    def to_all(self, words: str) -> bool:
        said = key(words)
        return any(said in each for each in self._whole) or any(
            part in said for part in self._parts
        )


def _all(text: str, values: Sequence[str]) -> Iterator[_Found]:
    yield from _known(text, values)
    for match in _MAIL.finditer(text):
        yield _Found(*match.span(), "mask_mail", _MAIL_MADE_UP)
    for match in _STREET.finditer(text):
        if match["house"][0].isdigit() or word_value(match["house"].lower()) is not None:
            yield _Found(*match.span(), "mask_address", _STREET_MADE_UP)
    for match in _TOWN.finditer(text):
        yield _Found(*match.span(), "mask_address", _TOWN_MADE_UP)
    for match in _DIGITS.finditer(text):
        if not (_MONEY.match(text, match.end()) and len(re.sub(r"\D", "", match[0])) < 6):
            yield _Found(*match.span(), "mask_number", _digits_like(match[0]))
    yield from _said_digits(text)
    yield from _names(text)


def _known(text: str, values: Sequence[str]) -> Iterator[_Found]:
    """Words of the caller's own values, wherever they stand; short and usual ones are no sign."""
    for value in values:
        for word in {value, *_WORD.findall(value)}:
            if len(word) < 3 or word.lower() in _NO_NAMES:
                continue
            for match in re.finditer(rf"\b{re.escape(word)}\b", text, re.IGNORECASE):
                digits = word.isdecimal()
                kind = "mask_number" if digits else "mask_value"
                instead = _digits_like(match[0]) if digits else _MADE_UP
                yield _Found(*match.span(), kind, instead)


def _names(text: str) -> Iterator[_Found]:
    for match in _INTRODUCED.finditer(text):
        yield from _as_name(text, match.start("name"), match.end("name"))
    for match in _FOLLOWED.finditer(text):
        yield from _as_name(text, match.start("name"), match.end("name"))


def _as_name(text: str, start: int, end: int) -> Iterator[_Found]:
    """The words that may be a name, up to the first that is none."""
    first = last = None
    for word in _WORD.finditer(text, start, end):
        if first is None and word[0].lower() in _BEFORE_NAMES:
            continue
        if word[0].lower() in _NO_NAMES or word[0].isdigit():
            break
        # "Müller und", "Müller hätte": of a second word only a capital shows that it belongs.
        if first is not None and not word[0][0].isupper():
            break
        first = word.start() if first is None else first
        last = word.end()
    if first is not None and last is not None:
        yield _Found(first, last, "mask_name", _MADE_UP)


def _said_digits(text: str) -> Iterator[_Found]:
    run: list[re.Match[str]] = []
    for word in (*_WORD.finditer(text), None):
        if word is not None and _is_said_number(word[0].lower()):
            run.append(word)
            continue
        if len(run) >= _LEAST_IN_A_ROW and any(not each[0].isdigit() for each in run):
            instead = " ".join((_WORDS_MADE_UP * len(run))[: len(run)])
            yield _Found(run[0].start(), run[-1].end(), "mask_number", instead)
        run = []


def _is_said_number(word: str) -> bool:
    return word in _DIGIT_WORDS or word.isdecimal() or word_value(word) is not None


def _digits_like(text: str) -> str:
    """Other digits in the same shape."""
    fresh = iter(_DIGITS_MADE_UP * (len(text) // len(_DIGITS_MADE_UP) + 1))
    return "".join(next(fresh) if sign.isdigit() else sign for sign in text)


def _without_overlap(found: list[_Found]) -> list[_Found]:
    """In order; of those that overlap, the longest."""
    kept: list[_Found] = []
    for each in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(each.end <= other.start or each.start >= other.end for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda one: one.start)
