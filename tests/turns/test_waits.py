"""The table of waits: how the words that were heard shorten or lengthen a silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.speech import Expect
from ivr.german.numbers import say_number
from ivr.turns.waits import wait_s


@given(
    st.text(max_size=80), st.sampled_from(Expect), st.none() | st.integers(1, 20), st.booleans()
)
def test_every_wait_is_bearable(
    text: str, expect: Expect, digits: int | None, opening: bool
) -> None:
    assert 0.2 <= wait_s(text, expect, digits, opening) <= 4.5


@given(st.lists(st.integers(0, 9), min_size=3, max_size=8), st.booleans())
def test_a_number_is_waited_for_until_its_last_digit(digits: list[int], in_words: bool) -> None:
    spoken = [say_number(digit) if in_words else str(digit) for digit in digits]
    partial = wait_s(" ".join(spoken[:-1]), Expect.DIGITS, len(digits))
    whole = wait_s(" ".join(spoken), Expect.DIGITS, len(digits))
    assert whole <= 0.6 < 1.2 <= partial


def test_the_first_two_digits_of_an_expected_number_are_not_all() -> None:
    for text in ("47", "siebenundvierzig", "Das ist die 4", "Ja, vier"):
        assert wait_s(text, Expect.DIGITS, 6) >= 1.2


def test_a_quantity_or_an_hour_is_no_number_to_wait_for() -> None:
    assert wait_s("Ich hätte gern zwei Stück.", Expect.ANYTHING) <= 0.6
    assert wait_s("Kann ich um drei Uhr kommen?", Expect.ANYTHING) <= 0.6


def test_whoever_doubts_that_somebody_is_there_is_answered_soon() -> None:
    for call in ("Hallo?", "Können Sie mich hören?", "Hallo, ist da jemand", "Hören Sie mich"):
        assert wait_s(call, Expect.ANYTHING, opening=True) <= 1.5


def test_greetings_are_waited_for_at_the_opening_only() -> None:
    for greeting in ("Guten Tag.", "Ja, hallo", "Hallo, hier ist Petra Schmidt.", "Guten Tag,"):
        assert wait_s(greeting, Expect.ANYTHING, opening=True) >= 3.5
        assert wait_s(greeting, Expect.ANYTHING, opening=False) <= 2.0


def test_a_question_that_ends_in_a_number_nobody_asked_for_is_over() -> None:
    assert wait_s("Wo ist meine Bestellung 471108?", Expect.ANYTHING) <= 0.6
    assert wait_s("Meine Bestellung ist die 4711", Expect.ANYTHING) >= 0.9
    assert wait_s("Die 4711?", Expect.DIGITS) >= 0.9
    assert wait_s("Die 4711?", Expect.DIGITS, 6) >= 1.2


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Meine Bestellnummer ist die 471108.", True),
        ("Auftragsnummer siebenundvierzig elf null acht", True),
        ("Ich habe die Kundennummer 12345.", True),
        ("Meine Bestellnummer ist die 47110", False),
        ("Kundennummer 12345 und Bestellnummer 47110", False),
        ("Meine Nummer ist 12345.", False),
        ("Die Rechnungsnummer ist 471108", False),
        ("Meine Telefonnummer für die Bestellung ist 056112", False),
    ],
)
def test_a_number_of_the_company_that_was_named_is_over_with_its_last_digit(
    text: str, whole: bool
) -> None:
    numbers = {"bestellnummer": 6, "auftragsnummer": 6, "kundennummer": 5}
    assert (wait_s(text, Expect.ANYTHING, numbers=numbers) <= 0.6) == whole
    assert wait_s(text, Expect.ANYTHING) >= 0.9
    assert wait_s(text, Expect.PHONE, numbers=numbers) >= 0.9
