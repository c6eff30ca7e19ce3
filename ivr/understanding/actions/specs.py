"""The forms of the hotline, and what each value must pass before it is kept."""

from datetime import date, time, timedelta
from typing import Any

from ivr.config.company import Company
from ivr.core.ports import Store
from ivr.german.dates import say_date
from ivr.german.digits import say_digits
from ivr.understanding.actions import fields
from ivr.understanding.actions.catalogue import accusative, counted, the
from ivr.understanding.actions.fields import Ear, FirstOf, Perhaps
from ivr.understanding.actions.forms import (
    AGAIN,
    BY_NAME,
    GUESS,
    MISS,
    MODE,
    OFFER,
    SUGGEST,
    Spec,
    Taken,
)
from ivr.understanding.actions.sdk import Say, Turn
from ivr.understanding.hours import hours_of, say_near_day

MOST_PIECES = 99
"""Pieces of one article that are taken by telephone; more is a matter for a colleague."""


def specs(store: Store) -> tuple[Spec, ...]:
    """All forms; known orders are looked up in the profile and in `store`."""
    return (_order_status(store), _PLACE_ORDER, _MESSAGE, _CALLBACK, _ADDRESS, _APPOINTMENT)


async def _check_product(value: Any, turn: Turn, ear: Ear) -> Taken:
    if isinstance(value, Perhaps):
        return Taken({"product": None, MODE: SUGGEST, GUESS: accusative(value.product)})
    first: tuple[Say, ...] = ()
    if isinstance(value, FirstOf):
        first = (Say("utter_one_by_one", {"product": accusative(value.product)}),)
        value = value.product.name
    product = ear.company.product(value)
    if product is None or product.stock < 1:
        sold_out = Say("utter_product_sold_out", {"product_the": the(product)} if product else {})
        return Taken({"product": None}, (sold_out,))
    wanted = turn.slots.get("quantity")
    if wanted is not None and wanted > product.stock:
        return Taken(
            {"product": product.name, "quantity": None},
            (Say("utter_quantity_too_many", {"stock": counted(product, product.stock)}),),
        )
    return Taken({"product": product.name}, first)


async def _check_quantity(value: Any, turn: Turn, ear: Ear) -> Taken:
    product = ear.company.product(turn.slots.get("product") or "")
    most = min(product.stock, MOST_PIECES) if product else MOST_PIECES
    if value <= most:
        return Taken({"quantity": value})
    stock = counted(product, most) if product else f"{most} Stück"
    return Taken({"quantity": None}, (Say("utter_quantity_too_many", {"stock": stock}),))


async def _check_day(value: date, turn: Turn, ear: Ear) -> Taken:
    today = ear.now.date()
    last = today + timedelta(days=ear.company.appointments.days_ahead)
    if value < today or value > last:
        limit = Say("utter_appointment_out_of_range", {"last_day": say_date(last, today)})
        return Taken({"appointment_day": None}, (limit,))
    hours = hours_of(ear.company, value)
    if not hours:
        closed = Say("utter_appointment_closed", {"day": say_near_day(value, today)})
        return Taken({"appointment_day": None}, (closed,))
    at = turn.slots.get("appointment_time")
    if at is not None and not _within(ear.company, value, time.fromisoformat(at)):
        says = (
            Say("utter_appointment_hours", {"day": say_near_day(value, today), "hours": hours}),
        )
        return Taken({"appointment_day": value.isoformat(), "appointment_time": None}, says)
    return Taken({"appointment_day": value.isoformat()})


async def _check_time(value: time, turn: Turn, ear: Ear) -> Taken:
    kept = value.isoformat("minutes")
    chosen = turn.slots.get("appointment_day")
    if chosen is None:
        return Taken({"appointment_time": kept})
    day, today = date.fromisoformat(chosen), ear.now.date()
    if day == today and value <= ear.now.time():
        return Taken({"appointment_time": None}, (Say("utter_appointment_past"),))
    if _within(ear.company, day, value):
        return Taken({"appointment_time": kept})
    values = {"day": say_near_day(day, today), "hours": hours_of(ear.company, day)}
    return Taken({"appointment_time": None}, (Say("utter_appointment_hours", values),))


def _within(company: Company, day: date, at: time) -> bool:
    return any(span.covers(at) for span in company.hours.spans(day, company.state))


def _order_status(store: Store) -> Spec:
    async def check(value: str, turn: Turn, ear: Ear) -> Taken:
        if ear.company.order(value) or await store.find_order(value):
            return Taken({"order_number": value})
        again = turn.slots.get(MISS) == "order_number"
        unknown = Say("utter_order_unknown", {"number": say_digits(value)})
        mode = OFFER if again else AGAIN
        return Taken({"order_number": None, MISS: "order_number", MODE: mode}, (unknown,))

    return Spec(
        name="order_status_form",
        fields=(fields.ORDER_NUMBER,),
        fresh=frozenset({"order_number"}),
        triggers=frozenset({"order_status", "late_delivery"}),
        checks={"order_number": check},
        without={"order_number": OFFER},
    )


_PLACE_ORDER = Spec(
    name="place_order_form",
    fields=(fields.PRODUCT, fields.QUANTITY, fields.CUSTOMER),
    confirms={"order_confirmed": ("product", "quantity", "customer")},
    order=("product", "quantity", "customer", "order_confirmed"),
    fresh=frozenset({"product", "quantity", "order_confirmed"}),
    triggers=frozenset({"place_order"}),
    checks={"product": _check_product, "quantity": _check_quantity},
    without={"customer": BY_NAME},
)

_MESSAGE = Spec(
    name="message_form",
    fields=(fields.NAME, fields.PHONE, fields.ABOUT),
    confirms={"phone_confirmed": ("phone",)},
    order=("name", "phone", "phone_confirmed", "about"),
    fresh=frozenset({"about"}),
    triggers=frozenset({"leave_message"}),
)

_CALLBACK = Spec(
    name="callback_form",
    fields=(fields.NAME, fields.PHONE, fields.CALLBACK_WHEN, fields.ABOUT),
    confirms={"phone_confirmed": ("phone",)},
    order=("name", "phone", "phone_confirmed", "callback_when", "about"),
    fresh=frozenset({"callback_when", "about"}),
    triggers=frozenset({"callback"}),
)

_ADDRESS = Spec(
    name="address_form",
    fields=(fields.CUSTOMER, fields.ADDRESS),
    confirms={"address_confirmed": ("customer", "address")},
    order=("customer", "address", "address_confirmed"),
    fresh=frozenset({"address", "address_confirmed"}),
    triggers=frozenset({"change_address"}),
    without={"customer": BY_NAME},
)

_APPOINTMENT = Spec(
    name="appointment_form",
    fields=(fields.DAY, fields.TIME, fields.NAME),
    confirms={
        "appointment_confirmed": ("appointment_day", "appointment_time", "name"),
    },
    order=("appointment_day", "appointment_time", "name", "appointment_confirmed"),
    fresh=frozenset({"appointment_day", "appointment_time", "appointment_confirmed"}),
    triggers=frozenset({"appointment"}),
    checks={"appointment_day": _check_day, "appointment_time": _check_time},
)
