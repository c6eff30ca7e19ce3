"""Values that nobody has asked for begin the form they belong to."""

from datetime import UTC, datetime

import pytest

from ivr.config.company import Company
from ivr.understanding.actions.bare import BareValues
from ivr.understanding.actions.sdk import Turn

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def values(company: Company) -> BareValues:
    return BareValues(company, lambda: NOW)


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ("Zwei Toaster bitte, Kundennummer eins zwei drei vier fünf", "place_order_form"),
        ("einen Wasserkocher", "place_order_form"),
        ("und die 471109", "order_status_form"),
        ("vier sieben eins eins null acht", "order_status_form"),
        ("der Toaster", None),
        ("zwei Stück", None),
        ("am Dienstag", None),
        ("null fünf sechs eins, eins zwei drei vier fünf sechs", None),
        ("Was kosten zwei Toaster?", None),
    ],
)
async def test_only_what_is_plain_begins_a_form(
    values: BareValues, said: str, form: str | None
) -> None:
    turn = Turn("call", said, "inform", 0.9)
    assert (await values.take(turn)).then == form
    assert (await values.rescue(turn)).then == (form or "action_default_fallback")
