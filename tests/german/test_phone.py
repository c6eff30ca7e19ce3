"""Telephone numbers that can be called back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.german.phone import hear_phone, say_phone

MOBILE = st.builds(
    "01{}{}".format, st.sampled_from("567"), st.text("0123456789", min_size=8, max_size=9)
)
LANDLINE = st.builds(
    "0{}{}".format, st.integers(200, 999), st.text("0123456789", min_size=3, max_size=9)
)
GERMAN_ABROAD = (MOBILE | LANDLINE).map(lambda number: "+49" + number[1:])
FOREIGN = st.builds(
    "+{}{}".format, st.sampled_from(["43", "41", "33", "1"]), st.integers(10**7, 10**10)
)


@given(MOBILE | LANDLINE | GERMAN_ABROAD | FOREIGN)
def test_what_is_read_back_is_heard(number: str) -> None:
    assert hear_phone(say_phone(number)) == number
    assert hear_phone(f"Ja, das ist die {number}.") == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("null fünf sechs eins, eins zwei drei vier fünf sechs", "0561123456"),
        ("null fünf sechs eins zwölf vierunddreißig sechsundfünfzig", "0561123456"),
        ("0561/123 45 67", "05611234567"),
        ("0561 - 12 34 56", "0561123456"),
        ("Vorwahl 0561, Nummer 12 34 56", "0561123456"),
        ("+49 (0)561 123456", "+49561123456"),
        ("plus neunundvierzig fünf sechs eins zwölf vierunddreißig fünf", "+4956112345"),
        ("null null vier neun eins sieben eins zwanzig dreißig vierzig zehn", "+4917120304010"),
        ("0049 0171 2345678", "+491712345678"),
        ("null eins sieben eins zwo drei vier fünf sechs sieben acht", "01712345678"),
        ("meine Nummer ist die o eins sieben eins, 23 45 67 8", "01712345678"),
    ],
)
def test_numbers_as_callers_say_them(text: str, number: str) -> None:
    assert hear_phone(text) == number


def test_a_local_number_needs_its_area() -> None:
    assert hear_phone("zwölf vierunddreißig sechsundfünfzig") is None
    assert hear_phone("zwölf vierunddreißig sechsundfünfzig", area="0561") == "0561123456"


@pytest.mark.parametrize("text", ["", "110", "112", "zwei Stück", "0171 23", "00", "0" * 12])
def test_what_nobody_can_be_called_back_on_is_refused(text: str) -> None:
    assert hear_phone(text) is None
    assert hear_phone(text, area="0561") is None


def test_the_area_code_stands_apart() -> None:
    assert say_phone("0561123456") == "null fünf sechs eins, eins zwei, drei vier, fünf sechs"
    assert say_phone("03012345") == "null drei null, eins zwei, drei vier fünf"
    assert say_phone("+4956112345").startswith("plus vier neun, fünf sechs, ")
