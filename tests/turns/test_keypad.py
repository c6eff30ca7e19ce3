"""Digits on the keypad."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.events import KeyPressed, KeysEntered
from ivr.core.speech import Expect
from tests.turns.scene import Scene


def typing(expect: Expect, digits: int | None = None) -> Scene:
    call = Scene()
    call.taker.prompt_ended(expect, digits)
    return call


def test_a_number_ends_with_the_hash_key() -> None:
    call = typing(Expect.DIGITS).press("4711#")
    assert call.only(KeysEntered).digits == "4711"
    assert not call.of(KeyPressed)


def test_a_number_ends_when_it_is_complete() -> None:
    call = typing(Expect.DIGITS, 6).press("471108")
    assert call.only(KeysEntered).digits == "471108"


def test_a_number_ends_after_a_pause() -> None:
    call = typing(Expect.PHONE).press("0561", every_s=2.0)
    assert not call.of(KeysEntered)
    assert call.quiet(3.5).only(KeysEntered).digits == "0561"


def test_the_star_key_throws_away_what_was_typed() -> None:
    call = typing(Expect.DIGITS).press("99*4711#")
    assert [event.key for event in call.of(KeyPressed)] == ["*"]
    assert call.only(KeysEntered).digits == "4711"


@pytest.mark.parametrize("key", ["0", "1", "*", "#"])
def test_a_single_key_is_reported_at_once_where_no_number_is_expected(key: str) -> None:
    assert typing(Expect.ANYTHING).press(key).only(KeyPressed).key == key


def test_typing_that_goes_on_into_the_next_question_is_not_torn_apart() -> None:
    call = typing(Expect.DIGITS).press("47")
    call.taker.expect(Expect.ANYTHING)
    assert call.press("11#").only(KeysEntered).digits == "4711"


@given(st.text("0123456789", min_size=1, max_size=60))
def test_no_digit_is_lost_or_changed(digits: str) -> None:
    call = typing(Expect.DIGITS).press(digits + "#", every_s=0.0)
    assert "".join(event.digits for event in call.of(KeysEntered)) == digits


def test_keys_are_digits_where_a_number_may_be_typed() -> None:
    assert typing(Expect.QUANTITY).press("12#").only(KeysEntered).digits == "12"
    assert typing(Expect.NAME, 5).press("10345").only(KeysEntered).digits == "10345"
    assert typing(Expect.NAME).press("1").only(KeyPressed).key == "1"


def test_nobody_orders_none_so_a_zero_calls_for_a_colleague() -> None:
    assert typing(Expect.QUANTITY).press("0").only(KeyPressed).key == "0"
    assert typing(Expect.QUANTITY).press("10#").only(KeysEntered).digits == "10"
