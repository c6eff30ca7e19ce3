"""Opening hours of a week with its exceptions, and the holidays of a German state.

Everything here is a pure function of a given local day or moment; nobody asks a clock.
"""

import re
from datetime import date, datetime, time
from functools import cache
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import holidays
from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

State = Literal[
    "BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"
]  # fmt: skip
"""The German states by their usual abbreviations (ISO 3166-2:DE without the country)."""

GERMANY = "DE"

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_SPAN = re.compile(r"(\d{1,2})(?::(\d\d))?\s*-\s*(\d{1,2})(?::(\d\d))?")
_SPECIAL_DAY = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})?")


def _known_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError('a time zone is written like "Europe/Berlin"')
    return value


Zone = Annotated[str, AfterValidator(_known_zone)]
"""The name of a time zone in the IANA database."""


class Part(BaseModel):
    """A table of the company profile: frozen, and refusing keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Span(Part):
    """A stretch of a day; `closes` itself is outside."""

    opens: time
    closes: time

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = _SPAN.fullmatch(value.strip())
        if found is None:
            raise ValueError('write hours as "9:00-18:00"')
        hour, minute, end_hour, end_minute = (int(part or 0) for part in found.groups())
        try:
            return {"opens": time(hour, minute), "closes": _end(end_hour, end_minute)}
        except ValueError:
            raise ValueError("hours go from 0:00 to 24:00") from None

    @model_validator(mode="after")
    def _in_order(self) -> "Span":
        if self.opens >= self.closes:
            raise ValueError("a time span must close after it opens")
        return self

    def covers(self, at: time) -> bool:
        return self.opens <= at < self.closes


def _end(hour: int, minute: int) -> time:
    """Midnight at the end of a day is the day's last moment: a site may work through the night."""
    return time.max if (hour, minute) == (24, 0) else time(hour, minute)


def _in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    for earlier, later in zip(spans, spans[1:], strict=False):
        if later.opens < earlier.closes:
            raise ValueError("the time spans of a day must follow one another")
    return spans


class DayOfYear(Part):
    """`24.12.` (every year) or `24.12.2026` (once)."""

    month: int
    day: int
    year: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, date):
            return {"year": value.year, "month": value.month, "day": value.day}
        if not isinstance(value, str):
            return value
        found = _SPECIAL_DAY.fullmatch(value.strip())
        if found is None:
            raise ValueError('write a day as "24.12." or "24.12.2026"')
        day, month, year = found.groups()
        return {"day": int(day), "month": int(month), "year": int(year) if year else None}

    @model_validator(mode="after")
    def _exists(self) -> "DayOfYear":
        try:
            date(self.year or 2024, self.month, self.day)
        except ValueError:
            raise ValueError("there is no such day") from None
        return self

    def matches(self, day: date) -> bool:
        same_year = self.year is None or self.year == day.year
        return same_year and (self.month, self.day) == (day.month, day.day)


class SpecialDay(Part):
    """A day with hours of its own, or none."""

    day: DayOfYear
    hours: tuple[Span, ...] = ()
    reason: str = ""
    """What the day is called, as it is said: `Heiligabend`, `Inventur`."""


class Week(Part):
    """Hours for each weekday; a day without hours is closed."""

    monday: tuple[Span, ...] = ()
    tuesday: tuple[Span, ...] = ()
    wednesday: tuple[Span, ...] = ()
    thursday: tuple[Span, ...] = ()
    friday: tuple[Span, ...] = ()
    saturday: tuple[Span, ...] = ()
    sunday: tuple[Span, ...] = ()
    on_holidays: bool = False
    """Whether legal holidays are like other days."""
    exceptions: tuple[SpecialDay, ...] = ()

    @model_validator(mode="after")
    def _spans_in_order(self) -> "Week":
        for name in WEEKDAYS:
            _in_order(getattr(self, name))
        for special in self.exceptions:
            _in_order(special.hours)
        return self

    def of_weekday(self, weekday: int) -> tuple[Span, ...]:
        """The usual hours of a weekday, 0 for Monday."""
        spans: tuple[Span, ...] = getattr(self, WEEKDAYS[weekday])
        return spans

    def special(self, day: date) -> SpecialDay | None:
        """The exception for `day`; one for a single year beats one for every year."""
        found = [special for special in self.exceptions if special.day.matches(day)]
        return max(found, key=lambda special: special.day.year is not None, default=None)

    def spans(self, day: date, state: str | None, country: str = GERMANY) -> tuple[Span, ...]:
        """The hours of `day`: exceptions first, then holidays, then the weekday."""
        if (special := self.special(day)) is not None:
            return special.hours
        if not self.on_holidays and holiday(day, state, country):
            return ()
        return self.of_weekday(day.weekday())

    def is_open(self, at: datetime, state: str | None, country: str = GERMANY) -> bool:
        """Whether `at`, a local moment, lies within the hours."""
        return any(span.covers(at.time()) for span in self.spans(at.date(), state, country))

    def knows_holidays(self, country: str, state: str | None) -> bool:
        """Whether it can be told which days are holidays there, as far as that matters."""
        if self.on_holidays:
            return True
        try:
            _holidays(state, country)
        except NotImplementedError:
            return False
        return True


def holiday(day: date, state: str | None, country: str = GERMANY) -> str | None:
    """The name of the legal holiday that `day` is there, if it is one; German in Germany."""
    name = _holidays(state, country).get(day)
    # Two holidays on one day come as "Christi Himmelfahrt; Erster Mai".
    return str(name).split(";")[0].strip() if name else None


@cache
def _holidays(state: str | None, country: str) -> holidays.HolidayBase:
    language = "de" if country == GERMANY else None
    return holidays.country_holidays(country, subdiv=state, language=language)
