"""What the forms keep once they are filled: facts, made of slots. Pure.

Slots may be text throughout, as people see and type them, or of their own types, as in Rasa.
"""

from collections.abc import Callable, Mapping
from datetime import date, time

from ivr.config.company import Company
from ivr.core.errors import FormIncomplete
from ivr.core.records import AddressChange, Appointment, Fact, Message, Order
from ivr.understanding.actions.sdk import Slots

NEEDS: Mapping[str, tuple[str, ...]] = {
    "place_order_form": ("product", "quantity", "customer"),
    "message_form": ("name", "phone", "about"),
    "callback_form": ("name", "phone", "callback_when", "about"),
    "address_form": ("customer", "address"),
    "appointment_form": ("appointment_day", "appointment_time", "name"),
}
"""By the form's name, what it must know; confirmations are between it and the caller."""


def fact_of(form: str, slots: Slots, company: Company) -> Fact:
    """Raises FormIncomplete, also for a product that the company does not have (any more)."""
    missing = tuple(slot for slot in NEEDS[form] if slots.get(slot) in (None, ""))
    if missing:
        raise FormIncomplete(missing)
    return _MADE[form](slots, company)


def order_of(slots: Slots, company: Company) -> Order:
    product = company.product(slots["product"])
    if product is None:
        raise FormIncomplete(("product",))
    return Order(
        product=product.number,
        product_name=product.name,
        quantity=int(slots["quantity"]),
        customer=slots["customer"],
        unit_price=product.price,
    )


def _message(slots: Slots, company: Company) -> Message:
    return Message(slots["name"], slots["phone"], slots["about"])


def _callback(slots: Slots, company: Company) -> Message:
    return Message(
        name=slots["name"],
        phone=slots["phone"],
        about=slots["about"],
        callback=True,
        when=slots["callback_when"],
    )


def _address(slots: Slots, company: Company) -> AddressChange:
    return AddressChange(slots["customer"], slots["address"])


def _appointment(slots: Slots, company: Company) -> Appointment:
    return Appointment(
        name=slots["name"],
        day=date.fromisoformat(slots["appointment_day"]),
        at=time.fromisoformat(slots["appointment_time"]),
    )


_MADE: Mapping[str, Callable[[Slots, Company], Fact]] = {
    "place_order_form": order_of,
    "message_form": _message,
    "callback_form": _callback,
    "address_form": _address,
    "appointment_form": _appointment,
}
