"""Amounts of euros: "29,90 €", "neunundzwanzig Euro neunzig", "fünfzig Cent"."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from ivr.german.cardinals import Atom, atoms, cardinal
from ivr.german.words import FILLERS, corrections_first, normal, word_set

_PIECE = re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d{1,12})(?:[.,]\d{1,2})?(?!\d)|\d+|[^\W\d_]+|€|-")
_FIGURES = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d{1,12})(?:[.,](\d{1,2}))?")
_EURO = word_set("euro euros eur € teuro")
_CENT = word_set("cent cents ct")
_UNITS = _EURO | _CENT | word_set("hundert tausend million milliarde")
_ARTICLES = word_set("ein eine einen einem einer")
_AROUND = FILLERS | word_set(
    "das ist sind kostet kosten macht der die den betrag preis summe lautet beträgt etwa ungefähr"
    " circa rund genau insgesamt zusammen von für es waren war um zahle bezahlt überwiesen"
)
_SPOILT = word_set("minus halb anderthalb prozent uhr mal stück oder bis - dollar mark franken")

_Item = Decimal | str


def hear_money(text: str) -> Decimal | None:
    """The one amount that was said, in euros and to the cent, or None.

    Without "Euro" or "Cent" only a bare amount is accepted: "29,90", "zwölf fünfzig", "dreißig".
    """
    items = _items(text)
    for part in corrections_first(items):
        if _SPOILT.intersection(item for item in part if isinstance(item, str)):
            return None
        amounts = list(_amounts(part)) or _bare(part)
        if amounts:
            return amounts[0].quantize(Decimal("0.01")) if len(set(amounts)) == 1 else None
    return None


def _items(text: str) -> list[_Item]:
    """Numbers as decimals, everything else as words."""
    tokens: list[str] = _PIECE.findall(re.sub(r",(?:--?|–)", "", normal(text)))
    items: list[_Item] = []
    at = 0
    while at < len(tokens):
        item, at = _item(tokens, at)
        items.append(item)
    return items


def _item(tokens: Sequence[str], at: int) -> tuple[_Item, int]:
    written = _FIGURES.fullmatch(tokens[at])
    if written and not (tokens[at].isdecimal() and tokens[at + 1 : at + 2] == ["tausend"]):
        return Decimal(f"{written[1].replace('.', '')}.{written[2] or '0'}"), at + 1
    if tokens[at] in _ARTICLES and not _UNITS.intersection(tokens[at + 1 : at + 2]):
        return tokens[at], at + 1
    run: list[Atom] = []
    ends: list[int] = []
    for end in range(at, min(at + 12, len(tokens))):
        found = atoms(tokens[end])
        if not found:
            break
        run += found
        ends += [0] * (len(found) - 1) + [end + 1]
    read = cardinal(run)
    if read is None or not ends[read[1] - 1]:
        return tokens[at], at + 1
    return Decimal(read[0]), ends[read[1] - 1]


def _amounts(items: Sequence[_Item]) -> list[Decimal]:
    found: list[Decimal] = []
    at = 0
    while at < len(items):
        amount, at = _amount_at(items, at)
        if amount is not None:
            found.append(amount)
    return found


def _amount_at(items: Sequence[_Item], at: int) -> tuple[Decimal | None, int]:
    """An amount that begins at an item, and the item after it."""
    match list(items[at : at + 6]):
        case [
            Decimal() as whole,
            "komma",
            Decimal() as tenths,
            Decimal() as cents,
            str(unit),
            *_,
        ] if unit in _EURO and max(tenths, cents) < 10:
            return whole + tenths / 10 + cents / 100, at + 5
        case [Decimal() as whole, "komma", Decimal() as part, str(unit), *_] if (
            unit in _EURO and part < 100
        ):
            return whole + part / (10 if part < 10 else 100), at + 4
        case [str(sign), Decimal() as amount, *_] if sign in _EURO:
            return amount, at + 2
        case [Decimal() as whole, str(unit), *rest] if unit in _EURO:
            cents, length = _cents(rest) if whole == int(whole) else (Decimal(0), 0)
            # "1524 Euro 1995" is misheard.
            clear = length or not rest or not isinstance(rest[0], Decimal)
            return (whole + cents if clear else None), at + 2 + length
        case [Decimal() as cents, str(unit), *_] if unit in _CENT and cents == int(cents):
            return cents / 100, at + 2
    return None, at + 1


def _cents(rest: Sequence[_Item]) -> tuple[Decimal, int]:
    """ "neunzig", "und fünf Cent" after the euros, and how many items that takes."""
    skipped = 1 if rest and rest[0] == "und" else 0
    match list(rest[skipped:]):
        case [Decimal() as cents, str(unit), *_] if unit in _CENT and cents < 100:
            return cents / 100, skipped + 2
        case [Decimal() as cents, str(unit), *_] if unit in _EURO:
            return Decimal(0), 0
        case [Decimal() as cents, *_] if cents < 100 and cents == int(cents):
            return cents / 100, skipped + 1
    return Decimal(0), 0


def _bare(items: Sequence[_Item]) -> list[Decimal]:
    """ "29,90", "zwölf fünfzig": numbers without a currency and without other words."""
    numbers = [item for item in items if isinstance(item, Decimal)]
    others = [item for item in items if isinstance(item, str) and item not in _AROUND]
    match numbers, others:
        case [amount], []:
            return [amount]
        case [whole, cents], [] | ["komma"] if 10 <= cents < 100 and whole == int(whole):
            return [whole + cents / 100] if cents == int(cents) else []
    return []


def say_money(amount: Decimal) -> str:
    """ "29 Euro 90", "ein Euro", "50 Cent", "minus 5 Euro"; rounded to the cent."""
    cents_total = int(abs(amount).scaleb(2).to_integral_value(ROUND_HALF_UP))
    euros, cents = divmod(cents_total, 100)
    sign = "minus " if amount < 0 and cents_total else ""
    if cents and not euros:
        return f"{sign}{'ein' if cents == 1 else cents} Cent"
    spoken = "ein Euro" if euros == 1 else f"{euros} Euro"
    return f"{sign}{spoken} {cents}" if cents else f"{sign}{spoken}"
