"""Dates as people name them: "am dritten Mai", "nächsten Dienstag", "heute in vierzehn Tagen".

A date without a year lies in the future, today included. "Nächsten Dienstag" is the coming one,
"in acht Tagen" is in a week, and a weekday that is named on that very day means a week later.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from ivr.german.calendar_names import (
    FEASTS,
    MONTH_NUMBERS,
    MONTHS,
    WEEKDAY_NUMBERS,
    WEEKDAYS,
    feast,
)
from ivr.german.cardinals import Atom, atoms, cardinal, ordinal_value
from ivr.german.numbers import say_ordinal
from ivr.german.words import CORRECTIONS, normal, split_day_parts, word_set, words

_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_WRITTEN = re.compile(
    r"(?<!um )(?<![\d.,])(\d{1,2})\.\s?(\d{1,2})(?:\.\s?(\d{4}|\d{2})\b|\.|(?=\s|$))"
    r"(?!\d|:|\s?uhr|\s?€|\s?euro)"
)
_MONTH_END = re.compile(
    r"\b(?:ende (?:des )?(?:dieses )?(nächsten |kommenden )?monats|(?:zum |am )?monatsende)\b"
)
_NAMED_MONTH_END = re.compile(r"\bende (" + "|".join(MONTH_NUMBERS) + r")\b")
_FEAST = re.compile(r"\b(" + "|".join(sorted(FEASTS, key=len, reverse=True)) + r")\b")
_COUNTED_FEAST = re.compile(r"\b(\w+) (?=weihnachts|advent)")
_COUNTED = {1: "erster", 2: "zweiter", 3: "dritter", 4: "vierter"}
_YEAR_SHIFT = re.compile(r"\b(nächste|kommende|letzte|vergangene|diese)[sn] jahr(?:es)?\b")

_NEAR = {"vorgestern": -2, "gestern": -1, "heute": 0, "morgen": 1, "übermorgen": 2}
_NEXT = word_set("nächsten nächster nächste kommenden kommender kommende")
_AFTER_NEXT = word_set("übernächsten übernächster übernächste")
_LAST = word_set(
    "letzten letzter letzte vergangenen vergangener vergangene vorigen voriger vorige"
)
_THIS = word_set("diesen dieser diese")
_DAY_CUES = word_set("am zum den dem vom der")
_AFTER_DAY = word_set(
    "um ab gegen vormittags nachmittags abends morgens mittags früh bitte dann oder also ja"
    " dieses nächsten kommenden vormittag nachmittag abend würde wäre ginge geht passt"
)
_SIGNS = {"in": 1, "über": 1, "vor": -1}
_DAYS = {"tag": 1, "tage": 1, "tagen": 1, "woche": 7, "wochen": 7}
_MONTHS = {"monat": 1, "monate": 1, "monaten": 1, "jahr": 12, "jahre": 12, "jahren": 12}
_MONTH_NAMES = frozenset(name.lower() for name in MONTHS)
_YEARS = range(1900, 2200)


def hear_date(text: str, today: date) -> date | None:
    """The date that was said, or None; an impossible one ("31. Februar") is None too.

    What comes after a correction counts, where a date comes after it.
    """
    whole = split_day_parts(normal(text))
    parts = re.split(r"\b(?:" + "|".join(sorted(CORRECTIONS)) + r")\b", whole)
    try:
        heard = (_hear(part, today) for part in reversed(parts))
        return next((found for found in heard if found is not None), None)
    except (ValueError, OverflowError):
        return None


def _hear(text: str, today: date) -> date | None:
    tokens = words(text)
    dated = (
        _written(text, today)
        or _day_and_month(tokens, today)
        or _month_end(" ".join(tokens), today)
    )
    # "am Dienstag, dem Sitten Juli": better to ask again than to take the weekday alone.
    if dated or not _MONTH_NAMES.isdisjoint(tokens):
        return dated
    return _feast(tokens, today) or _relative(tokens, today) or _day_alone(tokens, today)


def _coming(month: int, day: int, today: date, words_said: str = "") -> date:
    """The next such day from today on, or the one of a year named as "nächstes Jahr"."""
    shift = _YEAR_SHIFT.search(words_said)
    if shift:
        years = {"nächste": 1, "kommende": 1, "diese": 0}.get(shift[1], -1)
        return date(today.year + years, month, day)
    if (month, day) == (2, 29):
        year = today.year
        while year % 4 or (year % 100 == 0 and year % 400) or date(year, 2, 29) < today:
            year += 1
        return date(year, 2, 29)
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


def _written(text: str, today: date) -> date | None:
    """ "24.12.", "24.12.25", "2025-12-24"."""
    iso = _ISO.search(text)
    if iso:
        return date(int(iso[1]), int(iso[2]), int(iso[3]))
    for match in _WRITTEN.finditer(text):
        day, month = int(match[1]), int(match[2])
        if not 1 <= month <= 12 or not 1 <= day <= 31:
            continue
        if match[3] is None:
            return _coming(month, day, today, text)
        year = int(match[3])
        if year < 100:
            century = today.year // 100 * 100
            year += century if year + century <= today.year + 10 else century - 100
        return date(year, month, day)
    return None


def _day_and_month(tokens: Sequence[str], today: date) -> date | None:
    """ "dritter Mai", "3. Mai 2026", "am dritten fünften"."""
    for at in range(len(tokens)):
        day, end = _ordinal(tokens, at)
        if day is None or end >= len(tokens):
            continue
        month = MONTH_NUMBERS.get(tokens[end])
        led = at == 0 or tokens[at - 1] in _DAY_CUES
        if month is None and led and ordinal_value(tokens[end - 1]) is not None:
            month = ordinal_value(tokens[end])
        if month is None or not 1 <= month <= 12:
            continue
        year = _year(tokens, end + 1)
        if year is not None:
            return date(year, month, day)
        return _coming(month, day, today, " ".join(tokens))
    return None


def _ordinal(tokens: Sequence[str], at: int) -> tuple[int | None, int]:
    """A day of the month at a word, however it is written, and the word after it."""
    value = ordinal_value(tokens[at])
    if value is not None:
        return value, at + 1
    found = atoms(tokens[at])
    after = ordinal_value(tokens[at + 2]) if at + 2 < len(tokens) else None
    if len(found) == 1 and found[0].value < 10 and tokens[at + 1 : at + 2] == ["und"]:
        return (found[0].value + after if after in (20, 30) else None), at + 3
    return _number(tokens, at)


def _number(tokens: Sequence[str], at: int) -> tuple[int | None, int]:
    """A cardinal of up to three words, and the word after it."""
    run: list[Atom] = []
    ends: list[int] = []
    for position in range(at, min(at + 4, len(tokens))):
        found = atoms(tokens[position])
        if not found:
            break
        run += found
        ends += [0] * (len(found) - 1) + [position + 1]
    read = cardinal(run)
    if read is None or not ends[read[1] - 1]:
        return None, at + 1
    return read[0], ends[read[1] - 1]


def _year(tokens: Sequence[str], at: int) -> int | None:
    """ "2025", "zweitausendfünfundzwanzig", "zwanzig fünfundzwanzig"."""
    value, end = _number(tokens, at) if at < len(tokens) else (None, at)
    if value in (19, 20, 21) and end < len(tokens):
        rest, after = _number(tokens, end)
        if rest is not None and 10 <= rest < 100 and tokens[after : after + 1] != ["uhr"]:
            return value * 100 + rest
    return value if value in _YEARS else None


def _feast(tokens: Sequence[str], today: date) -> date | None:
    """ "Heiligabend", "am zweiten Weihnachtstag", "Ostermontag nächstes Jahr"."""

    def counted(match: re.Match[str]) -> str:
        value = int(match[1]) if match[1].isdecimal() else ordinal_value(match[1])
        return _COUNTED.get(value or 0, match[1]) + " "

    text = _COUNTED_FEAST.sub(counted, " ".join(tokens)).replace("heiligen ", "heiliger ")
    match = _FEAST.search(text)
    if match is None:
        return None
    shift = _YEAR_SHIFT.search(text)
    if shift:
        years = {"nächste": 1, "kommende": 1, "diese": 0}.get(shift[1], -1)
        return feast(match[1], today.year + years)
    this_year = feast(match[1], today.year)
    return this_year if this_year >= today else feast(match[1], today.year + 1)


def _relative(tokens: Sequence[str], today: date) -> date | None:
    """ "übermorgen", "Dienstag in einer Woche", "in drei Tagen", "vor zwei Wochen"."""
    base = _named_day(tokens, today)
    for at, word in enumerate(tokens):
        sign = _SIGNS.get(word)
        if sign is None or at + 1 >= len(tokens):
            continue
        count, end = _number(tokens, at + 1)
        unit = tokens[end] if end < len(tokens) else ""
        if count is None:
            continue
        start = base if base is not None else today
        if unit in _DAYS:
            days = 7 if (count, unit) == (8, "tagen") else count * _DAYS[unit]
            return start + timedelta(days=sign * days)
        if unit in _MONTHS:
            return _months_later(start, sign * count * _MONTHS[unit])
    return base


def _named_day(tokens: Sequence[str], today: date) -> date | None:
    """ "morgen" or a weekday, with "nächsten", "nächste Woche" and the like."""
    for at, word in enumerate(tokens):
        before = tokens[at - 1] if at else ""
        if word in WEEKDAY_NUMBERS:
            return _weekday(WEEKDAY_NUMBERS[word], before, tokens, today)
        day_part = word == "morgen" and (before in _NEAR or before == "am")
        if word in _NEAR and not day_part:
            return today + timedelta(days=_NEAR[word])
    return None


def _weekday(number: int, before: str, tokens: Sequence[str], today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    week = tokens.index("woche") if "woche" in tokens[1:] else 0
    which = tokens[week - 1] if week else ""
    for weeks, modifiers in ((1, _NEXT), (2, _AFTER_NEXT), (-1, _LAST), (0, _THIS)):
        if which in modifiers:
            return monday + timedelta(days=7 * weeks + number)
    if before in _LAST:
        return today - timedelta(days=(today.weekday() - number - 1) % 7 + 1)
    coming = today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    return coming + timedelta(days=7) if before in _AFTER_NEXT else coming


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    return min(first + timedelta(days=day.day - 1), _last_of_month(first))


def _last_of_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)


def _month_end(text: str, today: date) -> date | None:
    named = _NAMED_MONTH_END.search(text)
    if named:
        month = MONTH_NUMBERS[named[1]]
        year = today.year + (month < today.month)
        return _last_of_month(date(year, month, 1))
    match = _MONTH_END.search(text)
    if match is None:
        return date(today.year, 12, 31) if re.search(r"\bjahresende\b", text) else None
    return _last_of_month(_months_later(today, 1) if match[1] else today)


def _day_alone(tokens: Sequence[str], today: date) -> date | None:
    """ "am dritten": the next day of that number."""
    for at in range(len(tokens) - 1):
        if tokens[at] not in _DAY_CUES:
            continue
        day, end = _ordinal(tokens, at + 1)
        is_ordinal = tokens[at + 1].isdecimal() or ordinal_value(tokens[end - 1]) is not None
        if day is None or not 1 <= day <= 31 or not is_ordinal:
            continue
        if end < len(tokens) and tokens[end] not in _AFTER_DAY:
            continue
        first = today.replace(day=1)
        for months in range(13):
            month = _months_later(first, months)
            if day <= _last_of_month(month).day and month.replace(day=day) >= today:
                return month.replace(day=day)
    return None


_WITHIN_DAYS = 300
"""How far ahead a date is clear without its year."""
_SAID = {days: name for name, days in _NEAR.items()}


def say_date(day: date, today: date, *, relative: bool = True) -> str:
    """ "heute", "am Dienstag, dem dritten Mai", and with the year where it would not be clear.

    Without `relative`, near days are said by their date, too.
    """
    ahead = (day - today).days
    if relative and ahead in _SAID:
        return _SAID[ahead]
    weekday, month = WEEKDAYS[day.weekday()], MONTHS[day.month - 1]
    year = "" if 0 <= ahead <= _WITHIN_DAYS else f" {day.year}"
    return f"am {weekday}, dem {say_ordinal(day.day, 'en')} {month}{year}"
