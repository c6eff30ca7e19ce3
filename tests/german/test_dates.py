"""Dates as people name them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.german.calendar_names import easter
from ivr.german.dates import hear_date, say_date

WEDNESDAY = date(2026, 3, 18)
TODAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31)) | st.just(date(2028, 2, 29))


@given(TODAYS, st.integers(-731, 731), st.booleans())
def test_what_is_said_is_heard(today: date, ahead: int, relative: bool) -> None:
    day = today + timedelta(days=ahead)
    said = say_date(day, today, relative=relative)
    assert hear_date(said, today) == day
    assert hear_date(f"Ja, also {said} um halb neun, bitte.", today) == day


@given(TODAYS, st.integers(0, 364))
def test_written_dates_without_a_year_lie_ahead(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    assert hear_date(f"am {day.day}.{day.month}.", today) == day
    assert hear_date(f"{day.day:02}.{day.month:02}.{day.year}", today) == day
    assert hear_date(day.isoformat(), today) == day


@given(TODAYS)
def test_weekdays_are_never_today_or_past(today: date) -> None:
    for name in ("Montag", "nächsten Mittwoch", "am Samstag", "kommenden Sonntag"):
        heard = hear_date(name, today)
        assert heard is not None
        assert 0 < (heard - today).days <= 7


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("übermorgen", (2026, 3, 20)),
        ("guten Morgen, am Freitag bitte", (2026, 3, 20)),
        ("heute Morgen", (2026, 3, 18)),
        ("morgen früh", (2026, 3, 19)),
        ("Dienstagabend", (2026, 3, 24)),
        ("Dienstag morgen", (2026, 3, 24)),
        ("am Sonnabend", (2026, 3, 21)),
        ("Mittwoch", (2026, 3, 25)),
        ("nächste Woche Mittwoch", (2026, 3, 25)),
        ("am Montag nächster Woche", (2026, 3, 23)),
        ("übernächsten Mittwoch", (2026, 4, 1)),
        ("letzten Montag", (2026, 3, 16)),
        ("Dienstag in einer Woche", (2026, 3, 31)),
        ("heute in vierzehn Tagen", (2026, 4, 1)),
        ("in acht Tagen", (2026, 3, 25)),
        ("in drei Tagen", (2026, 3, 21)),
        ("in zwei Wochen", (2026, 4, 1)),
        ("in einem Monat", (2026, 4, 18)),
        ("vor zwei Wochen", (2026, 3, 4)),
        ("dritter mai", (2026, 5, 3)),
        ("am dritten Mai", (2026, 5, 3)),
        ("am 3. Mai um 8 Uhr 30", (2026, 5, 3)),
        ("am dritten mai achtzehn uhr dreißig", (2026, 5, 3)),
        ("am dritten fünften", (2026, 5, 3)),
        ("am 3.5", (2026, 5, 3)),
        ("ein und zwanzigster juni", (2026, 6, 21)),
        ("am dritten", (2026, 4, 3)),
        ("am siebenundzwanzigsten", (2026, 3, 27)),
        ("der erste Januar zweitausendachtundzwanzig", (2028, 1, 1)),
        ("am ersten Januar zwanzig siebenundzwanzig", (2027, 1, 1)),
        ("am 3. Mai nächstes Jahr", (2027, 5, 3)),
        ("24.12.25", (2025, 12, 24)),
        ("1.2.85", (1985, 2, 1)),
        ("Ende des Monats", (2026, 3, 31)),
        ("Ende nächsten Monats", (2026, 4, 30)),
        ("Ende Mai", (2026, 5, 31)),
        ("Heiligabend", (2026, 12, 24)),
        ("am Heiligen Abend", (2026, 12, 24)),
        ("am zweiten Weihnachtstag", (2026, 12, 26)),
        ("1. Advent", (2026, 11, 29)),
        ("Ostermontag", (2026, 4, 6)),
        ("Buß- und Bettag", (2026, 11, 18)),
        ("am 29. Februar", (2028, 2, 29)),
        ("Montag, nein, Dienstag", (2026, 3, 24)),
    ],
)
def test_dates_as_callers_say_them(text: str, day: tuple[int, int, int]) -> None:
    assert hear_date(text, WEDNESDAY) == date(*day)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "guten Morgen",
        "irgendwann",
        "nächste Woche",
        "am 31. Februar",
        "am Dienstag, dem Sitten Juli",
        "32.12.",
        "18.30 Uhr",
        "von 8 bis 10",
        "kurz vor zehn",
        "29,90 €",
        "drei Stück",
        "ich habe am zweiten Artikel was",
        "der eine oder andere",
    ],
)
def test_what_is_no_date_is_not_heard(text: str) -> None:
    assert hear_date(text, WEDNESDAY) is None


@pytest.mark.parametrize("today", [date.min, date.max])
def test_the_ends_of_time_do_no_harm(today: date) -> None:
    for text in ("gestern", "übermorgen", "Montag", "in 99999 Wochen", "vor 9 Jahren", "Ostern"):
        heard = hear_date(text, today)
        assert heard is None or date.min <= heard <= date.max


def test_dates_are_said_as_people_do() -> None:
    assert say_date(date(2026, 3, 19), WEDNESDAY) == "morgen"
    assert say_date(date(2026, 5, 5), WEDNESDAY) == "am Dienstag, dem fünften Mai"
    assert say_date(date(2027, 5, 3), WEDNESDAY) == "am Montag, dem dritten Mai 2027"
    assert say_date(WEDNESDAY, WEDNESDAY, relative=False).startswith("am Mittwoch, dem acht")


@pytest.mark.parametrize(
    ("year", "day"), [(1961, (4, 2)), (2000, (4, 23)), (2019, (4, 21)), (2038, (4, 25))]
)
def test_easter(year: int, day: tuple[int, int]) -> None:
    assert easter(year) == date(year, *day)
