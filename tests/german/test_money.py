"""Amounts of euros."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.german.money import hear_money, say_money
from ivr.german.numbers import say_number
from ivr.german.speakable import speakable

AMOUNTS = st.decimals(0, 10**9, places=2) | st.decimals(0, 200, places=2)


@given(AMOUNTS)
def test_what_is_said_is_heard(amount: Decimal) -> None:
    assert hear_money(say_money(amount)) == amount
    assert hear_money(f"Das macht {say_money(amount)}, bitte.") == amount


@given(AMOUNTS)
def test_written_amounts_are_heard_and_said_alike(amount: Decimal) -> None:
    written = f"{amount:,.2f} €".replace(",", "_").replace(".", ",").replace("_", ".")
    assert hear_money(written) == amount
    assert speakable(written) == say_money(amount)


@given(st.integers(0, 10**6), st.integers(1, 99))
def test_amounts_in_words_are_heard(euros: int, cents: int) -> None:
    said = f"{say_number(euros)} euro {say_number(cents)}"
    assert hear_money(said) == Decimal(euros) + Decimal(cents) / 100


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("29,90 €", "29.90"),
        ("29.90", "29.90"),
        ("29 Euro 90", "29.90"),
        ("neunundzwanzig Euro neunzig", "29.90"),
        ("neunundzwanzig neunzig", "29.90"),
        ("fünfzig Cent", "0.50"),
        ("drei Euro und fünf Cent", "3.05"),
        ("ein Euro", "1"),
        ("EUR 12", "12"),
        ("€ 12,50", "12.50"),
        ("5,- Euro", "5"),
        ("1.299,00 €", "1299"),
        ("zwei Komma fünf Euro", "2.50"),
        ("zwei Komma neun null Euro", "2.90"),
        ("tausendzweihundert Euro", "1200"),
        ("2 tausend Euro", "2000"),
        ("der Preis ist ungefähr dreißig", "30"),
        ("29 Euro, nein, 39 Euro", "39"),
    ],
)
def test_amounts_as_callers_say_them(text: str, amount: str) -> None:
    assert hear_money(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "keine Ahnung",
        "zwei Stück",
        "minus drei Euro",
        "12 oder 13 Euro",
        "12 Euro und 5 Euro",
        "eine Frage",
        "anderthalb Euro",
        "1.524 Euro 1995",
    ],
)
def test_no_single_amount_is_not_heard(text: str) -> None:
    assert hear_money(text) is None


def test_amounts_are_said_as_people_do() -> None:
    assert say_money(Decimal("29.90")) == "29 Euro 90"
    assert say_money(Decimal("1")) == "ein Euro"
    assert say_money(Decimal("0.01")) == "ein Cent"
    assert say_money(Decimal("-5")) == "minus 5 Euro"
    assert say_money(Decimal("2.999")) == "3 Euro"
