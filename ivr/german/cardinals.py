"""The German number words as a small grammar.

Number words are taken apart into atoms ("siebenundvierzig" → 7, und, 40), because recognizers
write them together, apart, or mixed with figures ("2 tausend"). A grammar over the atoms puts
them together again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    UNIT = auto()
    """0 to 9."""
    TEEN = auto()
    """10 to 19."""
    TENS = auto()
    """20, 30 … 90."""
    HUNDRED = auto()
    THOUSAND = auto()
    LARGE = auto()
    """A million or a billion (Milliarde)."""
    AND = auto()
    FIGURE = auto()
    """Written with figures."""


@dataclass(frozen=True, slots=True)
class Atom:
    kind: Kind
    value: int
    text: str
    """As written: figures may have leading zeros."""
    glued: bool = False
    """Written together with the atom before it."""


_SPELLINGS: dict[Kind, dict[int, str]] = {
    Kind.UNIT: {
        0: "null",
        1: "eins(?!ieben|echs)|eine(?=million|milliarde)|eine[nrms]?$|ein",
        2: "zwei|zwo",
        3: "drei",
        4: "vier",
        5: "fünf|fuenf|fümf",
        6: "sechs",
        7: "sieben",
        8: "acht",
        9: "neun",
    },
    Kind.TEEN: {
        10: "zehn",
        11: "elf",
        12: "zwölf|zwoelf",
        13: "dreizehn",
        14: "vierzehn",
        15: "fünfzehn|fuenfzehn|fuffzehn|fuchzehn",
        16: "sechzehn|sechszehn",
        17: "siebzehn|siebenzehn",
        18: "achtzehn",
        19: "neunzehn",
    },
    Kind.TENS: {
        20: "zwanzig|zwanzich",
        30: "dreißig|dreissig|dreizig",
        40: "vierzig",
        50: "fünfzig|fuenfzig|fuffzig|fuchzig",
        60: "sechzig|sechszig",
        70: "siebzig|siebenzig",
        80: "achtzig",
        90: "neunzig",
    },
    Kind.HUNDRED: {100: "hundert"},
    Kind.THOUSAND: {1000: "tausend"},
    Kind.LARGE: {10**6: "million(?:en)?|mio$", 10**9: "milliarden?|mrd$"},
    Kind.AND: {0: "und"},
}
# Longer words first: "dreizehn" is not "drei" and "zehn".
_ORDER = (
    Kind.TEEN, Kind.TENS, Kind.HUNDRED, Kind.THOUSAND, Kind.LARGE, Kind.UNIT, Kind.AND,
)  # fmt: skip
_ATOM = re.compile(
    "|".join(
        f"(?P<{kind.name}_{value}>{spelling})"
        for kind in _ORDER
        for value, spelling in _SPELLINGS[kind].items()
    )
)


def atoms(word: str) -> tuple[Atom, ...]:
    """Take one lower-case word or run of figures apart; empty where it is no number."""
    if word.isdecimal():
        return (Atom(Kind.FIGURE, int(word), figures(word)),) if len(word) <= 40 else ()
    found: list[Atom] = []
    at = 0
    while at < len(word):
        match = _ATOM.match(word, at)
        if match is None or match.lastgroup is None:
            return ()
        name, value = match.lastgroup.split("_")
        found.append(Atom(Kind[name], int(value), match.group(), glued=at > 0))
        at = match.end()
    return tuple(found)


def figures(text: str) -> str:
    """Decimal digits of any script as 0 to 9."""
    return "".join(str(int(character)) for character in text)


class _Reader:
    """Reads one cardinal, left to right, as far as it goes."""

    def __init__(self, found: Sequence[Atom], at: int) -> None:
        self.found = found
        self.at = at

    def kind(self, ahead: int = 0) -> Kind | None:
        at = self.at + ahead
        return self.found[at].kind if at < len(self.found) else None

    def take(self) -> int:
        self.at += 1
        return self.found[self.at - 1].value

    def skip_and(self, *followers: Kind) -> None:
        """Step over "und" where one of the followers comes after it."""
        if self.kind() is Kind.AND and self.kind(1) in followers:
            self.at += 1

    def below_100(self) -> int | None:
        if self.kind() in (Kind.TEEN, Kind.TENS):
            return self.take()
        if self.kind() is not Kind.UNIT or self.found[self.at].value == 0:
            return None
        unit = self.take()
        if self.kind() is Kind.AND and self.kind(1) is Kind.TENS:
            self.at += 1
            return unit + self.take()
        return unit

    def hundreds(self) -> int | None:
        """Below 1000; or up to 9999 as in "neunzehnhundertachtundneunzig"."""
        if self.kind() is Kind.FIGURE and self.found[self.at].value < 1000:
            return self.take()
        head = None if self.kind() is Kind.HUNDRED else self.below_100()
        if self.kind() is not Kind.HUNDRED:
            return head
        self.at += 1
        self.skip_and(Kind.UNIT, Kind.TEEN, Kind.TENS)
        return (1 if head is None else head) * 100 + (self.below_100() or 0)

    def thousands(self) -> int | None:
        start = self.at
        head = None if self.kind() is Kind.THOUSAND else self.hundreds()
        if self.kind() is not Kind.THOUSAND:
            return head
        if head is not None and head >= 1000:
            self.at = start
            return None
        self.at += 1
        self.skip_and(Kind.UNIT, Kind.TEEN, Kind.TENS, Kind.HUNDRED)
        rest_at = self.at
        rest = self.hundreds()
        if rest is not None and rest >= 1000:
            self.at, rest = rest_at, None
        return (1 if head is None else head) * 1000 + (rest or 0)

    def large(self) -> int | None:
        total: int | None = None
        scale = 10**12
        while True:
            start = self.at
            self.skip_and(Kind.UNIT, Kind.TEEN, Kind.TENS, Kind.HUNDRED, Kind.FIGURE)
            head = self.thousands()
            if head is None:
                self.at = start
                return total
            size = self.found[self.at].value if self.kind() is Kind.LARGE else 1
            if size >= scale or head >= 10**6 or (size > 1 and head >= 1000):
                self.at = start
                return total
            self.at += size > 1
            total, scale = (total or 0) + head * size, size
            if size == 1:
                return total


def cardinal(found: Sequence[Atom], at: int = 0) -> tuple[int, int] | None:
    """The longest number that begins at an atom, below 10¹², and where it ends."""
    if at >= len(found):
        return None
    first = found[at]
    if first.kind is Kind.UNIT and first.value == 0:
        return 0, at + 1
    if first.kind is Kind.FIGURE and first.value >= 1000:
        return first.value, at + 1
    reader = _Reader(found, at)
    value = None if first.kind is Kind.AND else reader.large()
    return None if value is None else (value, reader.at)


def word_value(word: str) -> int | None:
    """The number that one lower-case word says in full, or None."""
    found = atoms(word)
    read = cardinal(found)
    return read[0] if read and read[1] == len(found) else None


_ORDINAL_STEMS = {"ers": 1, "drit": 3, "sieb": 7, "ach": 8}
_ORDINAL = re.compile(r"(\w+?)(s?)te[nrms]?")


def ordinal_value(word: str) -> int | None:
    """The number of a lower-case ordinal like "dritten" or "einundzwanzigste", or None."""
    match = _ORDINAL.fullmatch(word)
    if match is None:
        return None
    stem = match[1] + match[2]
    for ending, last in _ORDINAL_STEMS.items():
        if stem.endswith(ending):
            before = stem.removesuffix(ending).removesuffix("und")
            value = word_value(before) if before else 0
            if value is not None and value % 100 == 0:
                return value + last
    value = word_value(stem)
    if value is not None and 0 < value % 100 < 20:
        return value
    value = word_value(match[1]) if match[2] else None
    return value if value is not None and not 0 < value % 100 < 20 else None
