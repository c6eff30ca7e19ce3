"""What agents type into the fields passes where the caller's words would, and nowhere else."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from ivr.config.company import Company
from ivr.core.errors import FieldRefused, FormIncomplete
from ivr.core.records import (
    AddressChange,
    Appointment,
    Fact,
    HandOver,
    HandOverReason,
    Message,
    Order,
)
from ivr.store.memory import MemoryStore
from ivr.understanding.actions.typed import TypedForms
from tests.understanding.conftest import NOW

ORDER = Order("1001", "Wasserkocher", 2, "12345", Decimal("29.90"), "600001")
MESSAGE = Message("Meier", "0561123456", "Rechnung", callback=True, when="abends")
VISIT = Appointment("Meier", date(2026, 11, 30), time(10))
MOVED = AddressChange("12345", "Goethestraße 5, 34119 Kassel")
TOLD = HandOver(HandOverReason.ASKED, "Meier", "0561123456", "place_order", {"quantity": "2"})


@pytest.fixture
def forms(company: Company, store: MemoryStore) -> TypedForms:
    return TypedForms(lambda: company, store, lambda: NOW)


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("name", "  Anna  von Müller-Lüdenscheidt ", "Anna von Müller-Lüdenscheidt"),
        ("name", "17", None),
        ("phone", "0561 / 12 34 56", "0561123456"),
        ("phone", "+49 561 123456", "+49561123456"),
        ("phone", "12", None),
        ("phone", "kommt noch", None),
        ("customer", "12345", "12345"),
        ("customer", "123", None),
        ("customer", "Meier GmbH & Co. KG", "Meier GmbH & Co. KG"),
        ("order_number", "999999", None),
        ("order_number", "12", None),
        ("product", "1001", "Wasserkocher"),
        ("product", "Teekocher", "Wasserkocher"),
        ("product", "Raumschiff", None),
        ("quantity", "2", "2"),
        ("quantity", "drei Stück", "3"),
        ("quantity", "0", None),
        ("quantity", "-1", None),
        ("quantity", "5000", None),
        ("quantity", "viele", None),
        ("address", "Goethestr. 5, 34119 Kassel", "Goethestr. 5, 34119 Kassel"),
        ("address", "Kassel", None),
        ("about", "Rechnung 17 fehlt", "Rechnung 17 fehlt"),
        ("about", "---", None),
        ("callback_when", "morgen vormittags", "morgen vormittags"),
        ("appointment_day", "2026-02-30", None),
        ("appointment_day", "2020-01-07", None),
        ("appointment_time", "halb vier", "15:30"),
        ("appointment_time", "10:30", "10:30"),
        ("appointment_time", "25:00", None),
        ("phone", "   ", ""),
        ("colour", "blau", None),
    ],
)
async def test_a_field(forms: TypedForms, field: str, typed: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(FieldRefused):
            await forms.read(field, typed, {})
    else:
        assert await forms.read(field, typed, {}) == kept


async def test_a_known_order_is_a_number_and_a_day_may_be_typed_as_people_say_it(
    forms: TypedForms, company: Company
) -> None:
    assert await forms.read("order_number", company.orders[0].number, {})
    day = await forms.read("appointment_day", "nächsten Montag", {})
    assert date.fromisoformat(day).weekday() == 0
    assert await forms.read("appointment_day", day, {}) == day


async def test_what_does_not_go_with_another_field_is_refused_for_that_one(
    forms: TypedForms,
) -> None:
    with pytest.raises(FieldRefused) as refused:
        await forms.read("product", "Staubsauger", {"quantity": "40"})
    assert refused.value.field == "quantity"
    with pytest.raises(FieldRefused):
        await forms.read("quantity", "40", {"product": "Staubsauger"})


@pytest.mark.parametrize(
    ("fact", "field", "before", "after", "revised"),
    [
        (ORDER, "quantity", "2", "3", replace(ORDER, quantity=3)),
        (
            ORDER,
            "product",
            "Wasserkocher",
            "Toaster",
            replace(ORDER, product="1003", product_name="Toaster", unit_price=Decimal("34.50")),
        ),
        (MESSAGE, "callback_when", "abends", "morgens", replace(MESSAGE, when="morgens")),
        (MESSAGE, "phone", "0561123456", "0561999999", replace(MESSAGE, phone="0561999999")),
        (
            VISIT,
            "appointment_day",
            "2026-11-30",
            "2026-12-01",
            replace(VISIT, day=date(2026, 12, 1)),
        ),
        (VISIT, "appointment_time", "10:00", "11:30", replace(VISIT, at=time(11, 30))),
        (
            MOVED,
            "address",
            MOVED.address,
            "Weg 1, 34117 Kassel",
            AddressChange("12345", "Weg 1, 34117 Kassel"),
        ),
        (
            TOLD,
            "name",
            "Meier",
            "Maier",
            replace(TOLD, caller_name="Maier", slots={"quantity": "2", "name": "Maier"}),
        ),
        (TOLD, "quantity", "2", "4", replace(TOLD, slots={"quantity": "4"})),
    ],
)
def test_a_fact_follows_the_field_it_was_made_of(
    forms: TypedForms, fact: Fact, field: str, before: str, after: str, revised: Fact
) -> None:
    assert forms.revised(fact, field, before, after) == revised
    assert forms.revised(fact, field, "something else", after) is None, "made of another value"
    assert forms.revised(fact, field, before, "") is None, "nothing is taken out of a record"
    assert forms.revised(fact, "colour", before, after) is None


def test_a_form_is_kept_when_it_is_full(forms: TypedForms) -> None:
    slots = {"product": "Wasserkocher", "quantity": "2"}
    with pytest.raises(FormIncomplete) as lacks:
        forms.filled("place_order_form", slots)
    assert lacks.value.missing == ("customer",)
    whole = {**slots, "customer": "12345"}
    assert forms.filled("place_order_form", whole) == replace(ORDER, number="")
    slots = {"appointment_day": "2026-11-30", "appointment_time": "10:00", "name": "Meier"}
    assert forms.filled("appointment_form", slots) == VISIT
