"""What is said about opening hours at a given moment: which response, and the values in it.

"Heute haben wir bis 18 Uhr geöffnet." "Heute ist Karfreitag, da haben wir geschlossen. Morgen …"
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from ivr.config.company import Company
from ivr.config.hours import Span, holiday
from ivr.german.calendar_names import WEEKDAYS
from ivr.german.dates import say_date
from ivr.german.times import say_hours, say_time

_SEARCHED_DAYS = 31
"""How far ahead the next open day is looked for."""


@dataclass(frozen=True, slots=True)
class HoursAnswer:
    response: str
    values: dict[str, str] = field(default_factory=dict)


def hours_now(company: Company, now: datetime) -> HoursAnswer:
    """What to say of today, at `now`, a moment in the company's zone."""
    today = now.date()
    spans = _spans(company, today)
    if not spans:
        return _closed_all_day(company, today, today)
    open_now = next((span for span in spans if span.covers(now.time())), None)
    if open_now is not None:
        until = {"until": say_time(open_now.closes)}
        later = [span for span in spans if span.opens >= open_now.closes]
        if later:
            return HoursAnswer("utter_hours_open_break", {**until, "later": _said(later)})
        return HoursAnswer("utter_hours_open_now", until)
    later = [span for span in spans if span.opens > now.time()]
    if later:
        return HoursAnswer("utter_hours_opens_later", {"hours": _said(later)})
    following = next_opening(company, today, today)
    values = {"closed_at": say_time(spans[-1].closes), "next": following}
    return HoursAnswer("utter_hours_closed_by_now" if following else "utter_hours_shut", values)


def hours_on(company: Company, day: date, now: datetime) -> HoursAnswer:
    """What to say of `day`, seen from `now`."""
    today = now.date()
    if day == today:
        return hours_now(company, now)
    spans = _spans(company, day)
    if not spans:
        return _closed_all_day(company, day, today)
    values = {"day": say_near_day(day, today), "hours": _said(spans)}
    reason = _reason(company, day)
    if reason:
        return HoursAnswer("utter_hours_special_day", {**values, "reason": reason})
    return HoursAnswer("utter_hours_day_open", values)


def usual_week(company: Company) -> str:
    """ "Montag bis Freitag von 9 bis 18 Uhr, Samstag von 10 bis 14 Uhr"; closed days left out."""
    days = [(company.hours.of_weekday(number), name) for number, name in enumerate(WEEKDAYS)]
    parts = []
    for spans, run in groupby(days, key=lambda each: each[0]):
        names = [name for _, name in run]
        if spans:
            middle = " bis " if len(names) > 2 else " und "
            which = middle.join((names[0], names[-1])) if len(names) > 1 else names[0]
            parts.append(f"{which} {_said(spans)}")
    return " und ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def hours_of(company: Company, day: date) -> str:
    """The hours of `day` as they are said; empty where it is closed."""
    return _said(_spans(company, day))


def next_opening(company: Company, after: date, today: date) -> str:
    """The first open day after `after`: "morgen von 9 bis 18 Uhr"; empty if none is near."""
    for ahead in range(1, _SEARCHED_DAYS):
        day = after + timedelta(days=ahead)
        if spans := _spans(company, day):
            return f"{say_near_day(day, today)} {_said(spans)}"
    return ""


def say_near_day(day: date, today: date) -> str:
    """ "heute", "am Samstag"; with its date from a week ahead on."""
    ahead = (day - today).days
    return f"am {WEEKDAYS[day.weekday()]}" if 2 < ahead < 7 else say_date(day, today)


def _closed_all_day(company: Company, day: date, today: date) -> HoursAnswer:
    following = next_opening(company, max(day, today), today)
    if not following:
        return HoursAnswer("utter_hours_shut")
    values = {"day": say_near_day(day, today), "next": following}
    which = "today" if day == today else "day"
    if reason := _reason(company, day):
        return HoursAnswer(f"utter_hours_{which}_holiday", {**values, "reason": reason})
    return HoursAnswer(f"utter_hours_{which}_closed", values)


def _reason(company: Company, day: date) -> str | None:
    special = company.hours.special(day)
    if special is not None:
        return special.reason or None
    return None if company.hours.on_holidays else holiday(day, company.state)


def _spans(company: Company, day: date) -> tuple[Span, ...]:
    return company.hours.spans(day, company.state)


def _said(spans: list[Span] | tuple[Span, ...]) -> str:
    return " und ".join(say_hours(span.opens, span.closes) for span in spans)
