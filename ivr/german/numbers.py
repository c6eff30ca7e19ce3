"""Counts and amounts: "zwei Stück", "einundzwanzig", "1.250", and how they are spoken."""

import re

from ivr.german.cardinals import Atom, atoms, cardinal
from ivr.german.words import corrections_first, normal, word_set

LARGEST = 10**12 - 1

_PIECE = re.compile(
    r"\d{1,3}(?:[. ]\d{3})+(?!\d)(?!,\d)|\d+,\d+|(?<![\w.,])-\d+|\d+|[^\W\d_]+|[,;:.!?]"
)
_VAGUE = word_set(
    "paar einige mehrere viele wenige manche etliche minus halb halbe halber halbes anderthalb"
    " eineinhalb zweieinhalb oder bis komma viertel prozent uhr euro cent"
)
_NOT_COUNTED = word_set(
    "frage fragen bisschen wenig moment augenblick sekunde minute termin reklamation beschwerde"
    " problem anliegen rückruf nachricht kollegen kollegin mitarbeiter mitarbeiterin menschen"
    " mensch auskunft rechnung mahnung info information störung fehler"
)
_WHOLE = {"einmal": 1, "zweimal": 2, "dreimal": 3, "viermal": 4, "fünfmal": 5, "beide": 2}
_MOST_WORDS = 24
"""A number that is written in more pieces is none."""
_DOZEN = {"dutzend": 12}


def hear_number(text: str) -> int | None:
    """The one count that was said: "so drei", "ein Dutzend", "1.250", "zwei Millionen".

    None where there is none, a vague one ("ein paar"), a fraction, or more than one. What comes
    after a correction counts ("zwei, nein, drei").
    """
    tokens = _PIECE.findall(normal(text))
    for part in corrections_first(tokens):
        found = _numbers(part)
        if found is None:
            return None
        if found:
            return found[0] if len(set(found)) == 1 else None
    return None


def _numbers(tokens: list[str]) -> list[int] | None:
    """Every number among the words; None where they cannot be counts."""
    if _VAGUE.intersection(tokens) or any("," in token[1:] or token[0] == "-" for token in tokens):
        return None
    found: list[int] = []
    at = 0
    adjacent = False
    while at < len(tokens):
        value, end = _number_at(tokens, at)
        if value is None:
            adjacent = adjacent and tokens[at] == "und"
        elif adjacent:
            return None
        elif end < len(tokens) and tokens[end] in _NOT_COUNTED:
            adjacent = False
        else:
            found.append(value)
            adjacent = True
        at = end
    return found


def _number_at(tokens: list[str], at: int) -> tuple[int | None, int]:
    """A number that begins at a word, and the word after it."""
    if tokens[at] in _WHOLE:
        return _WHOLE[tokens[at]], at + 1
    if tokens[at] == "und":
        return None, at + 1
    run: list[Atom] = []
    ends: list[int] = []
    end = at
    last = min(len(tokens), at + _MOST_WORDS)
    while end < last and (found := atoms(re.sub("[. ]", "", tokens[end]))):
        run += found
        end += 1
        ends += [0] * (len(found) - 1) + [end]
    read = cardinal(run)
    if read is None or not ends[read[1] - 1]:
        return None, at + 1
    value, end = read[0], ends[read[1] - 1]
    if end < len(tokens) and tokens[end] in _DOZEN:
        return value * 12, end + 1
    return value, end


_UNITS = (
    "null", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn",
    "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn",
    "neunzehn",
)  # fmt: skip
_TENS = (
    "", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig",
)  # fmt: skip


def say_number(number: int, *, zwo: bool = False) -> str:
    """A whole number in words, up to 10¹² either side of zero; raises ValueError beyond.

    With `zwo`, the two that stands for itself is spoken as on bad lines: "zwo" instead of "zwei".
    """
    if abs(number) > LARGEST:
        raise ValueError(f"Only numbers up to {LARGEST} can be put into words.")
    if number < 0:
        return f"minus {say_number(-number, zwo=zwo)}"
    if zwo and number == 2:
        return "zwo"
    parts: list[str] = []
    for size, one, many in (
        (10**9, "eine Milliarde", "Milliarden"),
        (10**6, "eine Million", "Millionen"),
    ):
        count, number = divmod(number, size)
        if count:
            parts.append(one if count == 1 else f"{_below_million(count, last=False)} {many}")
    if number or not parts:
        parts.append(_below_million(number, last=True))
    return " ".join(parts)


def _below_million(number: int, *, last: bool) -> str:
    thousands, rest = divmod(number, 1000)
    head = f"{_below_1000(thousands, last=False)}tausend" if thousands else ""
    return head + (_below_1000(rest, last=last) if rest or not head else "")


def _below_1000(number: int, *, last: bool) -> str:
    hundreds, rest = divmod(number, 100)
    head = f"{_UNITS[hundreds]}hundert" if hundreds else ""
    if head and not rest:
        return head
    if rest == 1 and last:
        return head + "eins"
    if rest < 20:
        return head + _UNITS[rest]
    tens, unit = divmod(rest, 10)
    return head + (f"{_UNITS[unit]}und" if unit else "") + _TENS[tens]


def say_ordinal(number: int, ending: str = "e") -> str:
    """ "dritte", or with another ending "dritten", "dritter". From 1 to 10¹²."""
    if number < 1:
        raise ValueError("Ordinals begin with one.")
    cardinal_word = say_number(number)
    rest = number % 100
    for last, whole, stem in ((1, "eins", "ers"), (3, "drei", "drit"), (7, "sieben", "sieb")):
        if rest == last:
            return f"{cardinal_word.removesuffix(whole)}{stem}t{ending}"
    if rest == 8:
        return f"{cardinal_word}{ending}"
    return f"{cardinal_word}{'t' if 0 < rest < 20 else 'st'}{ending}"
