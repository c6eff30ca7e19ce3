"""Order and customer numbers, in every way of reading them out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.german.digits import hear_digits, missing_digits, say_digits

DIGITS = st.text("0123456789", min_size=1, max_size=16)
WAYS = st.tuples(st.sampled_from([1, 2, 3]), st.booleans(), st.booleans())


@given(DIGITS, WAYS)
def test_what_is_said_is_heard(digits: str, way: tuple[int, bool, bool]) -> None:
    group, as_numbers, zwo = way
    said = say_digits(digits, group, as_numbers=as_numbers, zwo=zwo)
    assert hear_digits(said) == digits
    assert hear_digits(said, lengths=(len(digits),)) == digits
    assert hear_digits(f"ähm, die Nummer lautet {said}, bitte") == digits


@given(DIGITS, st.lists(st.sampled_from(["", " ", "-", " - ", ".", "/", ", "]), min_size=16))
def test_figures_are_heard_however_they_are_set_apart(digits: str, between: list[str]) -> None:
    written = "".join(map("".join, zip(digits, between, strict=False)))
    assert hear_digits(written) == digits


@given(DIGITS, st.integers(17, 40))
def test_only_an_allowed_length_is_accepted(digits: str, length: int) -> None:
    assert hear_digits(say_digits(digits), lengths=(length,)) is None


@given(st.text("0123456789", min_size=6, max_size=6), st.integers(1, 5))
def test_a_begun_number_misses_digits(digits: str, heard: int) -> None:
    assert missing_digits(f"meine Nummer ist {say_digits(digits[:heard])}", 6)
    assert not missing_digits(f"meine Nummer ist {say_digits(digits)}", 6)


@pytest.mark.parametrize("text", ["", "Guten Tag", "wo bleibt meine Bestellung"])
def test_nothing_is_missing_where_no_number_was_begun(text: str) -> None:
    assert not missing_digits(text, 6)


@pytest.mark.parametrize("text", ["siebenund", "vier sieben doppel", "471"])
def test_a_number_may_break_off_within_a_word(text: str) -> None:
    assert missing_digits(text, 6)


@pytest.mark.parametrize(
    "text",
    [
        "vier sieben eins eins null acht",
        "siebenundvierzig elf null acht",
        "sieben und vierzig elf null acht",
        "vierhunderteinundsiebzig hundertacht",
        "vierhundert einundsiebzig einhundertacht",
        "471-108",
        "471 108",
        "47 11 08",
        "47, 11, 0, 8.",
        "4 7 1 1 0 8",
        "47 elf null 8",
        "siebenundvierzig zwei mal die eins null acht",
        "vier sieben zweimal eins null acht",
        "vier sieben doppel eins null acht",
        "47 doppeleins 08",
        "vier, äh, sieben, also eins eins und dann null acht",
        "vier sieben eins eins o acht",
        "Das ist die 471108, bitte.",
        "ich habe eine Frage zu meiner Bestellung 471108",
        "meine Bestellnummer ist glaube ich die vier sieben eins eins null acht",
        "471109, nein, 471108",
        "vier sieben eins eins null neun, Quatsch, null acht",
    ],
)
def test_one_order_number_in_many_readings(text: str) -> None:
    assert hear_digits(text, lengths=(6,)) == "471108"


def test_the_expected_length_decides_between_readings() -> None:
    assert hear_digits("zwanzig drei") == "203"
    assert hear_digits("zwanzig drei", lengths=(2,)) == "23"
    assert hear_digits("zwanzig drei", lengths=range(3, 7)) == "203"
    assert hear_digits("siebenhundert sechs", lengths=(3,)) == "706"
    assert hear_digits("siebenhundert sechs", lengths=(4,)) == "7006"
    assert hear_digits("hundert eins", lengths=(4,)) == "1001"


def test_zero_and_thousands() -> None:
    assert hear_digits("null acht fünfzehn") == "0815"
    assert hear_digits("zweitausendfünfundzwanzig") == "2025"
    assert hear_digits("zwanzig fünfundzwanzig") == "2025"
    assert hear_digits("drei mal die null") == "000"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "keine Ahnung",
        "4 7 A 8",
        "vier sieben B acht",
        "ich hätte gern zwei Stück",
        "ich habe eine Frage",
        "eine Million",
    ],
)
def test_what_is_no_number_is_not_heard(text: str) -> None:
    assert hear_digits(text) is None


def test_pauses_come_after_every_group() -> None:
    assert say_digits("471108") == "vier sieben, eins eins, null acht"
    assert say_digits("471108", 3) == "vier sieben eins, eins null acht"
    assert say_digits("471108", as_numbers=True) == "siebenundvierzig, elf, null acht"
    assert say_digits("4-2", 1, zwo=True) == "vier, zwo"
    # "achthundert, sieben" would be heard as 807.
    assert say_digits("8007", 3, as_numbers=True) == "acht null null, sieben"
