"""Spelled words: "A wie Anton", "Berta Emil", "M E I E R", "Doppel-N", "U Umlaut"."""

import re
import unicodedata
from collections.abc import Sequence

from ivr.german.alphabet import CODE_WORDS, NAME_LETTERS, WORD_LETTERS
from ivr.german.words import FILLERS, word_set

_PIECE = re.compile(r"[^\W\d_]+|\d+")
_SHARP_S = re.compile(r"\b(?:scharfe[msn] s|ss-?zett|es-zett)\b", re.IGNORECASE)
_GLUED_AS = re.compile(r"\b([A-ZÄÖÜ])\.? ?[WV]\.? +(?=[A-ZÄÖÜ][a-zäöüß]{2})")
_LETTER_HYPHEN = re.compile(r"(?<=\b[^\W\d_])-(?=[^\W\d_]\b)")
_JOINED = re.compile(r"(doppel)(\w{1,2})|([aou])(umlaut)")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzäöüß")
_UMLAUTS = {"A": "Ä", "O": "Ö", "U": "Ü"}
_DOUBLES = {"doppel": 2, "doppelt": 2, "doppeltes": 2, "zweimal": 2, "zwei": 2, "2": 2} | {
    "dreimal": 3, "drei": 3, "3": 3,
}  # fmt: skip
_SIGNS = {"bindestrich": "-", "strich": "-", "minus": "-", "leerzeichen": " ", "apostroph": "'"}
_SKIPPED = (FILLERS - NAME_LETTERS.keys()) | word_set(
    "und dann danach ich buchstabiere buchstabiert man schreibt das der die ein eine einen noch"
    " nochmal mit großes großem kleines kleinem groß klein buchstabe geschrieben am ende anfang"
    " vorne hinten zum schluss wieder mein name ist"
)


def hear_letters(text: str) -> str | None:
    """A word that was spelled, in capitals ("MEIER"; ß stays), or None where anything else is in.

    Code words count alone ("Berta Emil") or after "wie", where the known word decides ("B wie
    Dora" is a misheard D) and the letter otherwise ("F wie Vogel").
    """
    tokens = _tokens(text)
    spelled: list[str] = []
    times = 1
    at = 0
    while at < len(tokens):
        heard, at, repeat = _next(tokens, at, spelled)
        if heard is None:
            return None
        if repeat > 1:
            times = repeat
        elif heard:
            spelled.append(heard * times)
            times = 1
    return "".join(spelled) or None if times == 1 else None


def loosened(text: str) -> str:
    """Spelling as words apart: "M-E-I" is "M E I", and Whisper's "MW Martha" is "M wie Martha"."""
    text = _SHARP_S.sub(" ß ", unicodedata.normalize("NFC", text))
    return _LETTER_HYPHEN.sub(" ", _GLUED_AS.sub(r"\1 wie ", text))


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    for written in _PIECE.findall(loosened(text)):
        word = written.lower()
        joined = _JOINED.fullmatch(word)
        if joined:
            found += [part for part in joined.groups() if part]
        elif len(word) > 1 and written.isupper() and _letter(word) is None:
            # Whisper writes what was spelled fast as one word in capitals.
            found += word
        else:
            found.append(word)
    return found


def _next(tokens: Sequence[str], at: int, spelled: list[str]) -> tuple[str | None, int, int]:
    """What the word at a place spells (nothing for fillers), the next place, and repetitions."""
    word = tokens[at]
    after = tokens[at + 1] if at + 1 < len(tokens) else ""
    if word in _DOUBLES and (after == "mal" or after in ("die", "das") or _letter(after)):
        return "", at + 1 + (after == "mal"), _DOUBLES[word]
    if after == "wie" and at + 2 < len(tokens):
        return _coded(word, tokens[at + 2]), at + 3, 1
    if word == "umlaut":
        return _umlaut(tokens, at, spelled)
    if word == "wie" and after:
        return WORD_LETTERS.get(after), at + 2, 1
    if word in _SIGNS:
        return _SIGNS[word], at + 1, 1
    if word in _SKIPPED:
        return "", at + 1, 1
    return _letter(word), at + 1, 1


def _letter(word: str) -> str | None:
    """The letters a single word stands for."""
    if word in _LETTERS:
        return word.upper() if word != "ß" else "ß"
    if word in WORD_LETTERS:
        return WORD_LETTERS[word]
    return NAME_LETTERS.get(word)


def _coded(letter: str, word: str) -> str | None:
    """ "A wie Anton"."""
    if word in WORD_LETTERS:
        return WORD_LETTERS[word]
    named = _letter(letter)
    if named is None and len(word) > 1 and word[0] in _LETTERS:
        return word[0].upper()
    return named


def _umlaut(tokens: Sequence[str], at: int, spelled: list[str]) -> tuple[str | None, int, int]:
    """ "U Umlaut" changes the letter before, "Umlaut Unna" the one that follows."""
    if spelled and spelled[-1] in _UMLAUTS:
        return _UMLAUTS[spelled.pop()], at + 1, 1
    following = _letter(tokens[at + 1]) if at + 1 < len(tokens) else None
    return _UMLAUTS.get(following or ""), at + 2, 1


def spell(word: str) -> str:
    """ "M wie Martha, E wie Emil": for what must not be misheard."""
    return ", ".join(
        f"{letter} wie {CODE_WORDS[letter]}"
        if letter in CODE_WORDS and letter != "ß"
        else _said(letter)
        for letter in _spellable(word)
    )


_SIGNS_SAID = {"-": "Bindestrich", " ": "Leerzeichen", "'": "Apostroph", "ß": "Eszett"}


def _spellable(word: str) -> list[str]:
    letters = [letter if letter == "ß" else letter.upper() for letter in word.replace("ẞ", "ß")]
    return [letter for letter in letters if letter in CODE_WORDS or letter in _SIGNS_SAID]


def _said(letter: str) -> str:
    return _SIGNS_SAID.get(letter, letter)
