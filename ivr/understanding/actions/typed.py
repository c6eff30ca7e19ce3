"""What people at the desk type into the fields, taken as the forms take a caller's words.

A colleague may keep to a customer's own wording where the forms keep words: what is checked there
is that it holds some.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

from ivr.config.company import Company
from ivr.core.errors import FieldRefused
from ivr.core.forms import put_right, shown
from ivr.core.ports import Store
from ivr.core.records import Appointment, Fact, HandOver, Order
from ivr.german.dates import hear_date
from ivr.german.times import hear_time
from ivr.understanding.actions import fields
from ivr.understanding.actions.facts import Clock
from ivr.understanding.actions.fields import Ear, Field, FirstOf, Heard
from ivr.understanding.actions.forms import Check
from ivr.understanding.actions.keeping import NEEDS, fact_of
from ivr.understanding.actions.sdk import Turn
from ivr.understanding.actions.specs import specs

_FIELDS: Mapping[str, Field] = {
    each.slot: each
    for each in (
        fields.ORDER_NUMBER,
        fields.PRODUCT,
        fields.QUANTITY,
        fields.CUSTOMER,
        fields.NAME,
        fields.PHONE,
        fields.CALLBACK_WHEN,
        fields.ABOUT,
        fields.ADDRESS,
        fields.DAY,
        fields.TIME,
    )
}
_WORDED = frozenset({"name", "about", "callback_when"})
"""Kept in the words in which they were typed."""
_PLACES: Mapping[str, str] = {"callback_when": "when"}
"""Fields that are called otherwise in the facts."""
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ISO_TIME = re.compile(r"\d\d:\d\d")
_NUMBER_ONLY = re.compile(r"[\d\s./-]+")


class TypedForms:
    """Implements `forms.Forms`."""

    def __init__(self, company: Callable[[], Company], store: Store, clock: Clock) -> None:
        """`company`: as it is now. Orders that a caller may mean are looked up in `store`."""
        self._company = company
        self._clock = clock
        self._checks: Mapping[str, Check] = {
            slot: check for spec in specs(store) for slot, check in spec.checks.items()
        }

    async def read(self, field: str, text: str, slots: Mapping[str, str]) -> str:
        text = " ".join(text.split())
        if field not in _FIELDS:
            raise FieldRefused(field)
        if not text:
            return ""
        company = self._company()
        ear = Ear(company, self._clock().astimezone(company.zone))
        turn = Turn("", text, "inform", 1.0, slots=_as_kept(slots))
        value = _typed(field, text, ear, turn)
        check = self._checks.get(field)
        if check is not None and value is not None:
            taken = (await check(value, turn, ear)).slots
            value = taken.get(field)
            # A value may be right by itself and not go with another: so many are not there of it.
            for other, fits in taken.items():
                if fits is None and other in _FIELDS:
                    raise FieldRefused(other)
        if value is None:
            raise FieldRefused(field)
        return value.isoformat() if isinstance(value, date) else str(value)

    def revised(self, fact: Fact, field: str, before: str, after: str) -> Fact | None:
        if not after or before == after or _said(fact, field) != before:
            return None
        match fact:
            case HandOver():
                return put_right(fact, field, after)
            case Order() if field == "product":
                return _of_product(fact, after, self._company())
            case Order() if field == "quantity":
                return replace(fact, quantity=int(after))
            case Appointment() if field == "appointment_day":
                return replace(fact, day=date.fromisoformat(after))
            case Appointment() if field == "appointment_time":
                return replace(fact, at=time.fromisoformat(after))
        changed: dict[str, Any] = {_PLACES.get(field, field): after}
        return replace(fact, **changed)

    def filled(self, form: str, slots: Mapping[str, str]) -> Fact:
        return fact_of(form, slots, self._company())

    def fields(self, form: str) -> tuple[str, ...]:
        return NEEDS.get(form, ())


def _as_kept(slots: Mapping[str, str]) -> dict[str, Any]:
    """As Rasa's forms hold them, for the checks that look at other fields."""
    kept: dict[str, Any] = dict(slots)
    quantity = kept.pop("quantity", "")
    return {**kept, "quantity": int(quantity)} if quantity.isdecimal() else kept


def _typed(field: str, text: str, ear: Ear, turn: Turn) -> Any:
    """The value, None for what is none."""
    named = field == "customer" and not _NUMBER_ONLY.fullmatch(text)
    if field in _WORDED or named:
        return text if any(sign.isalpha() for sign in text) else None
    if field == "appointment_day":
        iso = _ISO_DAY.fullmatch(text)
        return _parsed(date.fromisoformat, text) if iso else hear_date(text, ear.now.date())
    if field == "appointment_time":
        iso = _ISO_TIME.fullmatch(text)
        return _parsed(time.fromisoformat, text) if iso else hear_time(text, office=True)
    if field == "product" and (product := ear.company.product(text)) is not None:
        return product.name
    heard = _heard(field, turn, ear)
    return text if field == "address" and heard is not None else heard


def _heard(field: str, turn: Turn, ear: Ear) -> Any:
    heard: Heard | None = _FIELDS[field].hear(turn, ear, True)
    if heard is None:
        return None
    return heard.value.product.name if isinstance(heard.value, FirstOf) else heard.value


def _parsed(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except ValueError:
        return None


def _said(fact: Fact, field: str) -> str | None:
    """What a fact holds of a field, as the form shows it; None if it has no such field."""
    match fact:
        case HandOver():
            return shown(fact, field)
        case Order() if field == "product":
            return fact.product_name
        case Appointment() if field == "appointment_day":
            return fact.day.isoformat()
        case Appointment() if field == "appointment_time":
            return fact.at.isoformat("minutes")
    holds = getattr(fact, _PLACES.get(field, field), None)
    return None if holds is None else str(holds)


def _of_product(order: Order, name: str, company: Company) -> Order | None:
    product = company.product(name)
    if product is None:
        return None
    return replace(
        order, product=product.number, product_name=product.name, unit_price=product.price
    )
