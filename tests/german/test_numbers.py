"""Counts and amounts, heard and said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_to_num import text2num

from ivr.german.cardinals import ordinal_value
from ivr.german.numbers import hear_number, say_number, say_ordinal

NUMBERS = st.integers(0, 10**9) | st.integers(0, 3000) | st.integers(0, 10**12 - 1)


@given(NUMBERS)
def test_what_is_said_is_heard(number: int) -> None:
    assert hear_number(say_number(number)) == number
    assert hear_number(f"Ähm, so {say_number(number)} Stück bitte.") == number


@given(st.integers(0, 10**6 - 1))
def test_another_reader_agrees_with_the_spelling(number: int) -> None:
    assert text2num(say_number(number), "de") == number


@given(st.integers(0, 10**9))
def test_dots_between_thousands_do_not_matter(number: int) -> None:
    assert hear_number(f"{number:,}".replace(",", ".")) == number
    assert hear_number(str(number)) == number


@given(st.integers(1, 10**6 - 1), st.sampled_from(["e", "en", "er", "es"]))
def test_ordinals_are_heard_in_every_case(number: int, ending: str) -> None:
    assert ordinal_value(say_ordinal(number, ending)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("zwei Stück", 2),
        ("so drei", 3),
        ("zwo", 2),
        ("ein Dutzend", 12),
        ("zwei Dutzend", 24),
        ("siebenundvierzig", 47),
        ("sieben und vierzig", 47),
        ("fuffzig", 50),
        ("dreissig", 30),
        ("elfhundert", 1100),
        ("neunzehnhundertachtundneunzig", 1998),
        ("hundert und zwei", 102),
        ("zwei tausend ein hundert", 2100),
        ("2 tausend 500", 2500),
        ("2 Millionen", 2_000_000),
        ("eine Milliarde", 10**9),
        ("1.250", 1250),
        ("10.", 10),
        ("Zwei. Stück.", 2),
        ("ich hätte gern einen Wasserkocher", 1),
        ("drei, ja drei", 3),
        ("zwei, nein, drei", 3),
        ("nicht zwei sondern vier", 4),
        ("zweimal", 2),
    ],
)
def test_numbers_as_callers_say_them(text: str, number: int) -> None:
    assert hear_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ein paar",
        "ich habe eine Frage",
        "einen Moment bitte",
        "zwei oder drei",
        "zwei bis drei",
        "zwei drei",
        "3,5",
        "drei Komma fünf",
        "-5",
        "minus fünf",
        "anderthalb",
        "ich nehme zwei Wasserkocher und drei Toaster",
        "keine Ahnung",
    ],
)
def test_no_single_number_is_no_number(text: str) -> None:
    assert hear_number(text) is None


def test_numbers_are_spelled_as_in_german() -> None:
    assert say_number(0) == "null"
    assert say_number(-21) == "minus einundzwanzig"
    assert say_number(1_001) == "eintausendeins"
    assert say_number(2_301_017) == "zwei Millionen dreihunderteintausendsiebzehn"
    assert say_number(2, zwo=True) == "zwo"
    assert say_ordinal(3, "en") == "dritten"
    assert say_ordinal(108) == "einhundertachte"


def test_numbers_beyond_the_words_are_refused() -> None:
    with pytest.raises(ValueError, match="put into words"):
        say_number(10**12)
