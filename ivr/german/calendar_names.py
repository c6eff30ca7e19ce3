"""German names of days and months, and the feast days that people name instead of a date."""

from collections.abc import Callable
from datetime import date, timedelta

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
    "Oktober", "November", "Dezember",
)  # fmt: skip

WEEKDAY_NUMBERS = {name.lower(): number for number, name in enumerate(WEEKDAYS)} | {"sonnabend": 5}
MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, 1)} | {
    "jänner": 1, "feber": 2, "maerz": 3, "juno": 6, "julei": 7, "jan": 1, "feb": 2, "mär": 3,
    "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "okt": 10, "nov": 11, "dez": 12,
}  # fmt: skip

_SAME_DAY: dict[str, tuple[int, int]] = {
    "neujahr": (1, 1),
    "neujahrstag": (1, 1),
    "heilige drei könige": (1, 6),
    "dreikönigstag": (1, 6),
    "valentinstag": (2, 14),
    "frauentag": (3, 8),
    "tag der arbeit": (5, 1),
    "maifeiertag": (5, 1),
    "mariä himmelfahrt": (8, 15),
    "weltkindertag": (9, 20),
    "tag der deutschen einheit": (10, 3),
    "halloween": (10, 31),
    "reformationstag": (10, 31),
    "allerheiligen": (11, 1),
    "nikolaus": (12, 6),
    "nikolaustag": (12, 6),
    "heiligabend": (12, 24),
    "heilig abend": (12, 24),
    "heiliger abend": (12, 24),
    "erster weihnachtstag": (12, 25),
    "erster weihnachtsfeiertag": (12, 25),
    "zweiter weihnachtstag": (12, 26),
    "zweiter weihnachtsfeiertag": (12, 26),
    "weihnachten": (12, 25),
    "silvester": (12, 31),
    "sylvester": (12, 31),
}
_FROM_EASTER = {
    "weiberfastnacht": -52,
    "rosenmontag": -48,
    "faschingsdienstag": -47,
    "aschermittwoch": -46,
    "palmsonntag": -7,
    "gründonnerstag": -3,
    "karfreitag": -2,
    "karsamstag": -1,
    "ostern": 0,
    "ostersonntag": 0,
    "ostermontag": 1,
    "christi himmelfahrt": 39,
    "himmelfahrt": 39,
    "vatertag": 39,
    "pfingsten": 49,
    "pfingstsonntag": 49,
    "pfingstmontag": 50,
    "fronleichnam": 60,
}


def easter(year: int) -> date:
    """Easter Sunday, by the Gregorian rule (Meeus, Jones and Butcher)."""
    century, in_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * (year % 19) + century - leap_centuries - moon_shift + 15) % 30
    leaps, leap_rest = divmod(in_century, 4)
    to_sunday = (32 + 2 * century_rest + 2 * leaps - epact - leap_rest) % 7
    late = (year % 19 + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _advent(year: int, sunday: int) -> date:
    """The first to fourth Sunday of Advent."""
    christmas = date(year, 12, 25)
    return christmas - timedelta(days=christmas.weekday() + 1 + 7 * (4 - sunday))


def _mothers_day(year: int) -> date:
    first = date(year, 5, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7)


_MOVING: dict[str, Callable[[int], date]] = {
    "muttertag": _mothers_day,
    "buß und bettag": lambda year: _advent(year, 1) - timedelta(days=11),
    "totensonntag": lambda year: _advent(year, 1) - timedelta(days=7),
    "erster advent": lambda year: _advent(year, 1),
    "zweiter advent": lambda year: _advent(year, 2),
    "dritter advent": lambda year: _advent(year, 3),
    "vierter advent": lambda year: _advent(year, 4),
}

FEASTS = (*_SAME_DAY, *_FROM_EASTER, *_MOVING)
"""Lower-case names of the feasts that `feast` knows, of one word or several."""


def feast(name: str, year: int) -> date:
    """The date of a feast in a year from 1583 to 9998."""
    if name in _SAME_DAY:
        month, day = _SAME_DAY[name]
        return date(year, month, day)
    if name in _FROM_EASTER:
        return easter(year) + timedelta(days=_FROM_EASTER[name])
    return _MOVING[name](year)
