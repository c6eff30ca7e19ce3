"""Makes any prompt text fit for a voice: what is written short or in signs is written out.

Voices differ in what they read well. What comes out here is words, small numbers, and the
punctuation that makes pauses, which Pico, eSpeak and Piper all read alike.
"""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

from ivr.german.abbreviations import (
    ABBREVIATIONS,
    IN_ADDRESSES,
    ONE_OF,
    SHORT_DAYS,
    SYMBOLS,
    UNITS,
)
from ivr.german.calendar_names import MONTHS
from ivr.german.digits import say_digits
from ivr.german.money import say_money
from ivr.german.numbers import LARGEST, say_number, say_ordinal
from ivr.german.phone import say_phone

_LONG_RUN = 5
"""From this many digits on, a number without dots is a name and read digit by digit."""

_Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def speakable(text: str) -> str:
    """The text as a voice should read it. Applying it twice changes nothing more."""
    text = unicodedata.normalize("NFC", text)
    for pattern, said in _RULES:
        text = pattern.sub(said, text)
    return _tidy(text)


def _tidy(text: str) -> str:
    """Sane spaces and pauses, and nothing that a voice takes for a command."""
    text = re.sub(r"[\[\]{}<>|\\^~`\"„“”»«‚‘_*#]|[^\S ]|[\u0000-\u001f]", " ", text)
    text = re.sub(r"\s*[()]\s*", ", ", text)
    text = re.sub(r"\s+[-–—]\s+", ", ", text)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" (?=[,.;:!?])", "", text)
    text = re.sub(r",(?:[,\s]*,)+", ",", text)
    text = re.sub(r"[,;:]+(?=[.!?])", "", text)
    return text.strip(" ,;")


def _address(match: re.Match[str]) -> str:
    """ "info at musterfirma punkt de"."""
    whole = re.sub(r"^https?://", "", match.group(), flags=re.IGNORECASE)
    end = re.search(r"[.,;:!?/]*$", whole)
    tail = end.group().replace("/", "") if end else ""
    whole = whole[: end.start()] if end else whole
    whole = re.sub(r"^www\.", "w w w.", whole, flags=re.IGNORECASE)
    said = "".join(f" {IN_ADDRESSES[sign]} " if sign in IN_ADDRESSES else sign for sign in whole)
    return " ".join(said.split()) + tail


def _euros(match: re.Match[str]) -> str:
    figures = match["before"] or match["after"]
    amount = Decimal(figures.replace(".", "").replace(",", "."))
    return say_money(-amount if match["minus"] else amount)


def _day(match: re.Match[str]) -> str:
    """ "am 01.05.2026" → "am ersten Mai 2026"."""
    lead, day, month, year = match["lead"] or "", int(match["day"]), match["month"], match["year"]
    if not 1 <= day <= 31 or (month.isdecimal() and not 1 <= int(month) <= 12):
        return match.group()
    name = MONTHS[int(month) - 1] if month.isdecimal() else month
    ending = "en" if lead else "er"
    whole_year = f" {'20' if year and len(year) == 2 else ''}{year}" if year else ""
    return f"{lead}{say_ordinal(day, ending)} {name}{whole_year}"


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 24 or minute > 59:
        return match.group()
    # The hours of "8:30–18:00 Uhr" are each said with their "Uhr".
    return f"{hour} Uhr" + (f" {minute}" if minute else "")


def _phone(match: re.Match[str]) -> str:
    number = re.sub(r"\(0\)", "", match.group())
    digits = re.sub(r"\D", "", number)
    return say_phone(("+" if number.startswith("+") else "") + digits)


def _decimals(match: re.Match[str]) -> str:
    return f"{match[1].replace('.', '')} Komma {' '.join(match[2])}"


def _thousands(match: re.Match[str]) -> str:
    number = int(match.group().replace(".", ""))
    return say_number(number) if number <= LARGEST else say_digits(match.group())


def _digits(match: re.Match[str]) -> str:
    digits = match.group()
    if digits.endswith("000") and not digits.startswith("0") and int(digits) <= LARGEST:
        return say_number(int(digits))
    return say_digits(digits)


def _from_table(table: dict[str, str], before: str, after: str) -> _Rule:
    listed = "|".join(re.escape(key) for key in sorted(table, key=len, reverse=True))
    return re.compile(f"{before}({listed}){after}"), lambda match: " " + table[match[1]]


def _abbreviated(pattern: str, spoken: str) -> _Rule:
    return re.compile(rf"(?<![^\W_])(?:{pattern})(?![^\W_])"), lambda _: spoken


_MONTH_NAMES = "|".join(MONTHS)
_LEAD = (
    r"(?P<lead>\b(?:am|vom|zum|bis|dem|den|ab|beim|seit|im|des)\s+(?:[A-ZÄÖÜ]\w+, (?:dem|den) )?)?"
)
_FIGURES = r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d+(?:,\d{1,2})?"
_DAYS = "|".join(SHORT_DAYS)
_COUNTED = "|".join({noun for nouns in ONE_OF.values() for noun in nouns} | {*UNITS.values()})
_TO = r"\s*(?:-|–|—|bis)\s*"

_RULES: tuple[_Rule, ...] = (
    (re.compile(r"</?[A-Za-z][^<>]{0,80}>"), lambda _: " "),
    (
        re.compile(
            r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)[^\s<>()\"]+",
            re.I,
        ),
        _address,
    ),
    (
        re.compile(
            r"(?<![\w.-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*\.(?:de|com|org|net|eu|at|ch|info)\b"
        ),
        _address,
    ),
    (
        re.compile(rf"\b({_DAYS})\.?{_TO}({_DAYS})\b\.?"),
        lambda match: f"{SHORT_DAYS[match[1]]} bis {SHORT_DAYS[match[2]]}",
    ),
    (
        re.compile(rf"\b({_DAYS})\b\.?:?(?=\s*\d{{1,2}}[:.–\s-])"),
        lambda match: SHORT_DAYS[match[1]],
    ),
    *(_abbreviated(pattern, spoken) for pattern, spoken in ABBREVIATIONS.items()),
    (re.compile(r"(?<=[a-zäöüß])str\."), lambda _: "straße"),
    (
        re.compile(
            _LEAD
            + r"(?<![\d.,])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?P<year>\d{4}|\d{2})?(?!\d)"
        ),
        _day,
    ),
    (
        re.compile(
            _LEAD
            + rf"(?<!\d)(?P<day>\d{{1,2}})\.\s?(?P<month>{_MONTH_NAMES})\b(?:\s(?P<year>\d{{4}}))?"
        ),
        _day,
    ),
    (
        re.compile(rf"(?<![\d:.,])(\d{{1,2}}(?:[:.]\d\d)?){_TO}(?=\d{{1,2}}(?:[:.]\d\d)?\s*Uhr)"),
        lambda match: f"{match[1]} bis ",
    ),
    (re.compile(r"(?<![\d:.,])(?P<hour>\d{1,2})[:.](?P<minute>\d\d)\s*Uhr\b"), _clock),
    (re.compile(r"(?<![\d:.,])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?![\d:])"), _clock),
    (
        re.compile(
            rf"(?P<minus>(?<!\w)-\s?)?(?<![\d.,])(?:€\s?(?P<after>{_FIGURES})"
            rf"|(?P<before>{_FIGURES})(?:,-+|,–)?\s?(?:€|Euro\b))(?!\d)"
        ),
        _euros,
    ),
    (re.compile(r"(?<![\d,.])(?:\+\d|\b0[1-9])(?:[\d /-]|\(0\)){4,}\d\b"), _phone),
    (re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.,]*\d)"), _thousands),
    (re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d{3})+|\d+),(\d+)(?![\d,])"), _decimals),
    (re.compile(rf"\d{{{_LONG_RUN},}}(?!\d|\s?(?:{_COUNTED})\b)|\b0\d+"), _digits),
    (re.compile(r"(?<=\d)\s*[–—](?=\s*\d)"), lambda _: " bis "),
    _from_table(UNITS, r"(?<=\d)\s*", r"(?![^\W\d_]|/)"),
    *(
        (re.compile(rf"(?<![\d.,:-])\b1 (?={'|'.join(nouns)}\b)"), lambda _, one=one: f"{one} ")
        for one, nouns in ONE_OF.items()
    ),
    (re.compile(r"(?<=\w)/(?=\w)"), lambda _: " "),
    _from_table(SYMBOLS, "", ""),
)
