"""What is said about opening hours, at the moments that matter."""

from datetime import date, datetime
from typing import Any

import pytest

from ivr.config.company import Company
from ivr.understanding.hours import HoursAnswer, hours_now, hours_on, usual_week


def at(company: Company, local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=company.zone)


def spoken(domain: dict[str, Any], answer: HoursAnswer) -> str:
    text: str = domain["responses"][answer.response][0]["text"].format(**answer.values)
    return text


@pytest.mark.parametrize(
    ("local", "text"),
    [
        ("2026-11-24 10:00", "Heute haben wir bis 18 Uhr geöffnet."),
        ("2026-11-24 07:00", "Heute haben wir noch von 9 bis 18 Uhr geöffnet."),
        (
            "2026-11-24 18:00",
            "Heute hatten wir bis 18 Uhr geöffnet. morgen von 9 bis 18 Uhr sind wir wieder da.",
        ),
        (
            "2026-11-29 12:00",
            "Heute haben wir geschlossen. morgen von 9 bis 18 Uhr sind wir wieder da.",
        ),
        (
            "2026-04-03 12:00",
            "Heute ist Karfreitag, da haben wir geschlossen."
            " morgen von 10 bis 14 Uhr sind wir wieder da.",
        ),
    ],
)
def test_today(company: Company, domain: dict[str, Any], local: str, text: str) -> None:
    assert spoken(domain, hours_now(company, at(company, local))) == text


def test_a_pause_at_noon_is_told(company: Company, domain: dict[str, Any]) -> None:
    hours = company.hours.model_validate({"tuesday": ["9:00-12:30", "14:00-18:00"]})
    paused = company.model_copy(update={"hours": hours})
    assert spoken(domain, hours_now(paused, at(company, "2026-11-24 10:00"))) == (
        "Wir haben jetzt bis 12 Uhr 30 geöffnet, und später wieder von 14 bis 18 Uhr."
    )
    in_the_pause = hours_now(paused, at(company, "2026-11-24 13:00"))
    assert spoken(domain, in_the_pause) == "Heute haben wir noch von 14 bis 18 Uhr geöffnet."


@pytest.mark.parametrize(
    ("day", "response", "part"),
    [
        (date(2026, 11, 28), "utter_hours_day_open", "von 10 bis 14 Uhr"),
        (date(2026, 11, 29), "utter_hours_day_closed", "Montag"),
        (date(2026, 12, 25), "utter_hours_day_holiday", "Erster Weihnachtstag"),
        (date(2026, 12, 24), "utter_hours_special_day", "Heiligabend"),
    ],
)
def test_another_day(company: Company, day: date, response: str, part: str) -> None:
    answer = hours_on(company, day, at(company, "2026-11-24 10:00"))
    assert answer.response == response
    assert part in " ".join(answer.values.values())


def test_the_week_is_told_in_stretches(company: Company) -> None:
    assert usual_week(company) == (
        "Montag bis Mittwoch von 9 bis 18 Uhr, Donnerstag von 9 bis 20 Uhr,"
        " Freitag von 9 bis 18 Uhr und Samstag von 10 bis 14 Uhr"
    )


def test_a_company_that_never_opens_says_so(company: Company) -> None:
    shut = company.model_copy(update={"hours": company.hours.model_validate({})})
    now = at(company, "2026-11-24 10:00")
    assert hours_now(shut, now).response == "utter_hours_shut"
    assert hours_on(shut, date(2026, 12, 25), now).response == "utter_hours_shut"
