"""Numbers, dates and times as people read them; each is a filter of the templates."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import dates, numbers

from ivr.web.texts import gettext, spoken

_NONE = "–"
"""Stands where nothing is known."""


def filters(zone: ZoneInfo) -> Mapping[str, Callable[..., str]]:
    """The filters by name. Moments are shown in `zone`; None is shown as a dash."""

    def moment(value: datetime | None, form: str = "dd.MM.yyyy HH:mm") -> str:
        if value is None:
            return _NONE
        return dates.format_datetime(value, form, tzinfo=zone, locale=spoken())

    def clock(value: datetime | None) -> str:
        return moment(value, "HH:mm")

    def clock_s(value: datetime | None) -> str:
        return moment(value, "HH:mm:ss")

    def day_and_clock(value: datetime | None) -> str:
        """The time alone for today, with its day for any other day."""
        if value is None:
            return _NONE
        today = datetime.now(UTC).astimezone(zone).date()
        same = value.astimezone(zone).date() == today
        return moment(value, "HH:mm" if same else "EEE dd.MM. HH:mm")

    return {
        "moment": moment,
        "clock": clock,
        "clock_s": clock_s,
        "day_and_clock": day_and_clock,
        "day": day,
        "duration": duration,
        "seconds": seconds,
        "number": number,
        "hundredths": hundredths,
        "percent": percent,
        "euro": euro,
    }


def day(value: date | None) -> str:
    return _NONE if value is None else dates.format_date(value, "EEE dd.MM.yyyy", locale=spoken())


def duration(seconds_: float | None) -> str:
    """`0:07`, `12:40`, `1:02:09`."""
    if seconds_ is None:
        return _NONE
    whole = max(0, int(seconds_))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def seconds(value: float | None) -> str:
    """`0,62 s`."""
    if value is None:
        return _NONE
    return gettext("%(seconds)s s") % {
        "seconds": numbers.format_decimal(value, "0.00", locale=spoken())
    }


def number(value: float | Decimal | None) -> str:
    return _NONE if value is None else numbers.format_decimal(value, locale=spoken())


def hundredths(value: Decimal) -> str:
    """`1.234,50`."""
    return numbers.format_decimal(value, "#,##0.00", locale=spoken())


def percent(share: float | None) -> str:
    return _NONE if share is None else numbers.format_percent(share, "0 %", locale=spoken())


def euro(value: Decimal | None) -> str:
    return _NONE if value is None else numbers.format_currency(value, "EUR", locale=spoken())
