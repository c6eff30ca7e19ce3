"""Numbers that are names: order, customer and telephone numbers, digit by digit or in groups.

"siebenundvierzig elf null acht", "vier sieben eins eins null acht" and "47 11 08" are the same
number. Where words can be read in several ways ("zwanzig drei": 203 or 23), the number of digits
that is expected decides.
"""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ivr.german.cardinals import Atom, Kind, atoms, cardinal
from ivr.german.numbers import say_number
from ivr.german.words import CORRECTIONS, FILLERS, normal, word_set

MOST_DIGITS = 40
"""Longer numbers are not heard: nobody reads them out over a telephone."""

_PIECE = re.compile(r"\d+|[^\W\d_]+")
_JOINERS = FILLERS | word_set(
    "und dann danach dahinter das ist die der den dem sind meine mein ihre deren wieder nochmal"
    " noch lautet wäre heißt nummer vorwahl durchwahl bindestrich strich schrägstrich leerzeichen"
    " punkt slash komma pause trennstrich ziffer ziffern zahl glaub glaube ich am ende"
)
"""Words that may stand between the digits of one number."""
_ARTICLES = word_set("eine einen einem einer eines")
_TIMES = {"einmal": 1, "zweimal": 2, "zwomal": 2, "dreimal": 3, "viermal": 4, "fünfmal": 5} | {
    "doppel": 2, "doppelt": 2, "doppelte": 2, "dreifach": 3, "dreifache": 3, "vierfach": 4,
}  # fmt: skip
_COST_SKIP = 0.5
_COST_LOST_AND = 3.0
"""For "zwanzig drei" as 23: less likely than two numbers, more likely than none."""


@dataclass(slots=True)
class Run:
    """Digits in one stretch: nothing foreign between them."""

    parts: list[Atom | int] = field(default_factory=list)
    """Number atoms; a plain integer says how often the next number is repeated."""
    corrected: bool = False
    """A correction came before."""
    spoiled: bool = False
    """A single letter stands beside or between the digits."""
    foreign: bool = False
    """Other words came before or after."""


def hear_digits(text: str, *, lengths: Container[int] | None = None) -> str | None:
    """The digits of a number that was read out in ones, twos, threes or larger, or None.

    `lengths` are the numbers of digits that can be meant: the likeliest reading among them wins,
    and nothing else is accepted. Without it, short numbers among other words are not accepted.
    What comes after a correction replaces the number, or its end where it is shorter.
    """
    runs = digit_runs(text)
    if any(run.spoiled for run in runs):
        return None
    best: str | None = None
    for run in runs:
        heard = _read(run, lengths)
        if heard is None and run.corrected and best is not None and lengths is not None:
            tail = _read(run, None)
            heard = best[: -len(tail)] + tail if tail and len(tail) < len(best) else None
        if heard is None or (lengths is None and run.foreign and len(heard) < 3):
            continue
        if best is None or run.corrected or lengths is not None or len(heard) >= len(best):
            best = heard
    return best


def missing_digits(text: str, length: int) -> bool:
    """Whether a number was begun that has fewer digits than expected, so that more may follow."""
    runs = digit_runs(text)
    if not runs:
        return False
    heard = _read(runs[-1], None)
    return heard is None or len(heard) < length


def digit_runs(text: str) -> list[Run]:
    """The stretches of digits in a text, in the order they were said."""
    runs: list[Run] = []
    open_run: Run | None = None
    corrected = foreign = letter = False
    tokens = _tokens(text)
    for at, token in enumerate(tokens):
        parts = _parts(tokens, at)
        if parts:
            if open_run is None:
                open_run = Run(corrected=corrected, spoiled=letter, foreign=foreign)
                runs.append(open_run)
            open_run.parts += parts
            letter = False
        elif token in CORRECTIONS:
            open_run, corrected, foreign = None, True, False
        elif token not in _JOINERS:
            letter = len(token) == 1
            foreign = foreign or not letter
            if open_run is not None:
                open_run.foreign = open_run.foreign or foreign
                open_run.spoiled = open_run.spoiled or letter
            open_run = None
    return runs


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    for word in _PIECE.findall(normal(text)):
        double = re.fullmatch(r"(doppel|dreifach)(\w{3,})", word)
        if word == "x" and found and found[-1].isdecimal() or word == "mal":
            found.append("mal")
        elif double:
            found += double.groups()
        else:
            found.append(word)
    return found


def _parts(tokens: Sequence[str], at: int) -> list[Atom | int]:
    """What a word adds to a number: nothing where it is none."""
    word = tokens[at]
    before = tokens[at - 1] if at else ""
    after = tokens[at + 1] if at + 1 < len(tokens) else ""
    if word in _TIMES:
        return [_TIMES[word]]
    if word in ("o", "oh") and (word == "o" or atoms(before)):
        return [Atom(Kind.UNIT, 0, word)]
    if word in _ARTICLES or word == "und":
        is_and = word == "und" and bool(atoms(before)) and bool(atoms(after))
        return [Atom(Kind.AND, 0, word)] if is_and else []
    if word == "ein" and not (atoms(before) or atoms(after)):
        return []
    found = atoms(word)
    if any(atom.kind is Kind.LARGE for atom in found):
        return []
    if after == "mal" and len(found) == 1 and 1 < found[0].value < 7:
        return [found[0].value]
    read = cardinal(found)
    if read is not None and read[1] == len(found):
        return list(found)
    return [Atom(atom.kind, atom.value, atom.text) for atom in found]


def _read(run: Run, lengths: Container[int] | None) -> str | None:
    """The likeliest digits of a run, of an allowed length."""
    parts = run.parts
    best: list[dict[int, tuple[float, str]]] = [{} for _ in range(len(parts) + 1)]
    best[0][0] = (0.0, "")
    for at in range(len(parts)):
        if not best[at]:
            continue
        for piece, end, cost in _pieces(parts, at):
            for length, (so_far, digits) in best[at].items():
                longer = length + len(piece)
                total = so_far + cost
                known = best[end].get(longer)
                if longer <= MOST_DIGITS and (known is None or total < known[0]):
                    best[end][longer] = (total, digits + piece)
    readings = [
        (cost, digits)
        for length, (cost, digits) in best[-1].items()
        if length and (lengths is None or length in lengths)
    ]
    return min(readings)[1] if readings else None


def _pieces(parts: Sequence[Atom | int], at: int) -> Iterator[tuple[str, int, float]]:
    """The digits that can begin here, where they end, and what believing it costs."""
    first = parts[at]
    if isinstance(first, int):
        if at + 1 < len(parts) and not isinstance(parts[at + 1], int):
            for piece, end, cost in _pieces(parts, at + 1):
                yield piece * first, end, cost
        elif at + 1 == len(parts):
            yield "", at + 1, _COST_SKIP
        return
    stretch: list[Atom] = []
    for end in range(at + 1, min(at + 9, len(parts) + 1)):
        atom = parts[end - 1]
        if isinstance(atom, int):
            return
        stretch.append(atom)
        following = parts[end] if end < len(parts) else None
        if isinstance(following, Atom) and following.glued:
            continue
        yield from ((digits, end, cost) for digits, cost in _as_digits(stretch))


def _as_digits(stretch: Sequence[Atom]) -> Iterator[tuple[str, float]]:
    first = stretch[0]
    if len(stretch) == 1 and first.kind in (Kind.FIGURE, Kind.AND):
        is_figure = first.kind is Kind.FIGURE
        yield (first.text, 1.0) if is_figure else ("", _COST_SKIP)
        return
    read = cardinal(stretch)
    if read is not None and read[1] == len(stretch) and first.kind is not Kind.AND:
        yield str(read[0]), 1.0
        return
    kinds = {atom.kind for atom in stretch if atom.value}
    if len(stretch) == 2 and kinds == {Kind.TENS, Kind.UNIT}:
        yield str(sum(atom.value for atom in stretch)), _COST_LOST_AND


def say_digits(digits: str, group: int = 2, *, as_numbers: bool = False, zwo: bool = False) -> str:
    """Digits as they are read out, with pauses (commas) after every one, two or three of them.

    "vier sieben, eins eins, null acht"; with `as_numbers` "siebenundvierzig, elf, null acht".
    With `zwo` a two that stands alone is "zwo". What is no digit is left out.
    """
    if group not in (1, 2, 3):
        raise ValueError("Digits are read in groups of one, two or three.")
    plain = "".join(str(int(character)) for character in digits if character.isdecimal())
    parts = [plain[at : at + group] for at in range(0, len(plain), group)]
    spoken = []
    for part, after in pairwise([*parts, ""]):
        # "achthundert, sieben" would be heard as 807.
        merges = part.endswith("00") and 0 < len(after) < group
        by_one = not as_numbers or part.startswith("0") or len(part) < group or merges
        spoken.append(_one_by_one(part, zwo) if by_one else say_number(int(part), zwo=zwo))
    return ", ".join(spoken)


def _one_by_one(digits: str, zwo: bool) -> str:
    return " ".join(say_number(int(digit), zwo=zwo) for digit in digits)
