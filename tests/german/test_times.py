"""Times of day."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.german.times import hear_time, say_hours, say_time

TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(TIMES, st.booleans(), st.sampled_from(["", "um ", "am dritten Mai um ", "ab "]))
def test_what_is_said_is_heard(moment: time, in_words: bool, lead: str) -> None:
    assert hear_time(lead + say_time(moment, in_words=in_words)) == moment


@given(TIMES)
def test_written_times_are_heard(moment: time) -> None:
    assert hear_time(f"{moment:%H:%M}") == moment
    assert hear_time(f"am 24.12. um {moment:%H.%M} Uhr") == moment


@given(st.builds(time, st.integers(7, 18), st.integers(0, 59)))
def test_office_hours_are_heard_as_they_are_said(moment: time) -> None:
    assert hear_time(say_time(moment), office=True) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("halb neun", "08:30"),
        ("halb 9", "08:30"),
        ("halbneun", "08:30"),
        ("Viertel nach acht", "08:15"),
        ("viertel vor neun", "08:45"),
        ("viertel neun", "08:15"),
        ("dreiviertel neun", "08:45"),
        ("drei viertel neun", "08:45"),
        ("zehn vor halb neun", "08:20"),
        ("fünf nach halb neun", "08:35"),
        ("fünf Minuten vor zwölf", "11:55"),
        ("kurz vor zehn", "09:55"),
        ("so gegen zehn", "10:00"),
        ("um drei nachmittags", "15:00"),
        ("am Nachmittag um drei", "15:00"),
        ("Dienstagnachmittag um drei", "15:00"),
        ("heute Abend um acht", "20:00"),
        ("acht Uhr abends", "20:00"),
        ("acht Uhr morgens", "08:00"),
        ("ein Uhr mittags", "13:00"),
        ("zwölf Uhr nachts", "00:00"),
        ("halb eins", "12:30"),
        ("24 Uhr", "00:00"),
        ("18 Uhr 30", "18:30"),
        ("18:30 Uhr", "18:30"),
        ("18.30 Uhr", "18:30"),
        ("siebzehn uhr dreißig", "17:30"),
        ("acht uhr fünf und vierzig", "08:45"),
        ("um acht dreißig", "08:30"),
        ("acht dreißig", "08:30"),
        ("neun", "09:00"),
        ("mittags", "12:00"),
        ("um Mitternacht", "00:00"),
        ("am 3.5. um 8", "08:00"),
        ("in drei Tagen um neun", "09:00"),
        ("um 18.30.", "18:30"),
        ("Halt 9.", "08:30"),
        ("Fehlte nach acht.", "08:15"),
        ("3,410", "09:45"),
        ("nach 16 Uhr", "16:00"),
        ("erst nach acht", "08:00"),
        ("um neun, nein, um zehn", "10:00"),
    ],
)
def test_times_as_callers_say_them(text: str, moment: str) -> None:
    assert hear_time(text) == time.fromisoformat(moment)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("um drei", "15:00"),
        ("halb vier", "15:30"),
        ("drei Uhr", "15:00"),
        ("viertel vor eins", "12:45"),
        ("morgen um drei", "15:00"),
        ("guten Morgen, um drei", "15:00"),
        ("sechs Uhr früh", "06:00"),
        ("um acht", "08:00"),
        ("um sieben", "07:00"),
    ],
)
def test_in_office_hours_small_hours_are_in_the_afternoon(text: str, moment: str) -> None:
    assert hear_time(text, office=True) == time.fromisoformat(moment)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "irgendwann",
        "zwischen acht und zehn",
        "von 8 bis 10",
        "in drei Tagen",
        "ich habe drei Wasserkocher",
        "um einen Termin",
        "Zien vor Elf.",
        "25 Uhr",
        "Viertel nach",
        "am 24.12.",
    ],
)
def test_what_is_no_time_is_not_heard(text: str) -> None:
    assert hear_time(text) is None


def test_times_are_said_as_people_do() -> None:
    assert say_time(time(18)) == "18 Uhr"
    assert say_time(time(8, 30)) == "8 Uhr 30"
    assert say_time(time(1, 5)) == "ein Uhr 5"
    assert say_time(time(18), in_words=True) == "achtzehn Uhr"
    assert say_hours(time(9), time(18)) == "von 9 bis 18 Uhr"
    assert say_hours(time(8, 30), time(0)) == "von 8 Uhr 30 bis 24 Uhr"
