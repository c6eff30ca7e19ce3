"""What happens when a form is filled: it is read back, kept through the store, and told.

The actions that read back are the forms' questions for their confirmation slots.
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time
from typing import Any, TypeAlias

from ivr.config.company import Company, KnownOrder
from ivr.config.phrases import load_phrases
from ivr.core.errors import FormIncomplete, RecordRefused, StoreUnavailable
from ivr.core.ports import Store
from ivr.core.records import Fact, Order
from ivr.german.dates import say_date
from ivr.german.digits import say_digits
from ivr.german.money import say_money
from ivr.german.phone import say_phone
from ivr.german.times import say_time
from ivr.understanding.actions.catalogue import counted, nominative
from ivr.understanding.actions.facts import Clock, spoken_address
from ivr.understanding.actions.forms import CHANGE, MODE
from ivr.understanding.actions.keeping import NEEDS, fact_of
from ivr.understanding.actions.sdk import Answer, CallAction, Say, Slots, Turn

_DATED = frozenset({"packed", "shipped", "delivered", "delayed"})
"""States of an order of which a day can be said."""

Keep: TypeAlias = Callable[[str, Fact], Awaitable[Fact]]
"""Keeps a fact of a call, as `Journal.fact` and `Store.add_fact` do."""
Values = Callable[[Slots], dict[str, str]]


def _read_back(form: str, slot: str, response: str, values: Values) -> CallAction:
    """Reads back what a confirmation is about, or asks what should be changed."""

    async def answer(turn: Turn) -> Answer:
        if turn.slots.get(MODE) == CHANGE:
            return Answer((Say("utter_what_to_change"),))
        return Answer((Say(response, values(turn.slots)),))

    return CallAction(f"action_ask_{form}_{slot}", answer)


def read_backs(company: Company, clock: Clock) -> tuple[CallAction, ...]:
    """One for each confirmation."""

    def order(slots: Slots) -> dict[str, str]:
        product = company.product(slots["product"])
        if product is None:
            return {}
        each = "zu je" if slots["quantity"] > 1 else "für"
        return {
            "goods": f"{counted(product, slots['quantity'])} {each} {say_money(product.price)}",
            "customer_said": _customer(slots["customer"]),
        }

    def appointment(slots: Slots) -> dict[str, str]:
        return _appointment(slots, clock().astimezone(company.zone))

    def phone(slots: Slots) -> dict[str, str]:
        return {"phone_said": say_phone(slots["phone"])}

    def address(slots: Slots) -> dict[str, str]:
        return {
            "address_said": spoken_address(slots["address"]),
            "customer_said": _customer(slots["customer"]),
        }

    return (
        _read_back("place_order_form", "order_confirmed", "utter_confirm_order", order),
        _read_back("message_form", "phone_confirmed", "utter_confirm_phone", phone),
        _read_back("callback_form", "phone_confirmed", "utter_confirm_phone", phone),
        _read_back("address_form", "address_confirmed", "utter_confirm_address", address),
        _read_back(
            "appointment_form", "appointment_confirmed", "utter_confirm_appointment", appointment
        ),
    )


class Settling:
    """Keeps what a form has settled, and says so."""

    def __init__(self, company: Company, store: Store, keep: Keep, clock: Clock) -> None:
        self._company = company
        self._store = store
        self._keep = keep
        self._clock = clock

    async def order_status(self, turn: Turn) -> tuple[Say, ...]:
        number: str = turn.slots["order_number"]
        known = self._company.order(number)
        if known is not None:
            return (self._status(known),)
        placed = await self._store.find_order(number)
        if placed is None:
            return (Say("utter_order_unknown", {"number": say_digits(number)}),)
        product = self._company.product(placed.product)
        goods = counted(product, placed.quantity) if product else placed.product_name
        return (Say("utter_order_status_received", {"goods": goods}),)

    async def order(self, turn: Turn) -> tuple[Say, ...]:
        kept = await self._keep_of("place_order_form", turn)
        number = kept.number if isinstance(kept, Order) else ""
        if not number:
            # Safe, but numbered only when the store is back.
            return (Say(text=load_phrases()["order_number_later"][0]),)
        return (Say("utter_order_placed", {"number": say_digits(number)}),)

    async def message(self, turn: Turn) -> tuple[Say, ...]:
        await self._keep_of("message_form", turn)
        return (Say("utter_message_kept"),)

    async def callback(self, turn: Turn) -> tuple[Say, ...]:
        await self._keep_of("callback_form", turn)
        return (Say("utter_callback_kept"),)

    async def address(self, turn: Turn) -> tuple[Say, ...]:
        await self._keep_of("address_form", turn)
        return (Say("utter_address_kept"),)

    async def appointment(self, turn: Turn) -> tuple[Say, ...]:
        await self._keep_of("appointment_form", turn)
        return (Say("utter_appointment_kept", _appointment(turn.slots, self._now())),)

    async def _keep_of(self, form: str, turn: Turn) -> Fact:
        return await self._keep(turn.call_id, fact_of(form, turn.slots, self._company))

    def _status(self, order: KnownOrder) -> Say:
        product = self._company.product(order.product)
        goods = nominative(product) if product else order.product
        today = self._now().date()
        expected = order.expected_on(today)
        if expected is None or order.status not in _DATED:
            return Say(f"utter_order_status_{order.status}", {"goods": goods})
        # Nobody takes a delivery for last year's.
        day = say_date(expected, today).removesuffix(f" {today.year}")
        values = {"goods": goods, "day": day}
        return Say(f"utter_order_status_{order.status}_dated", values)

    def _now(self) -> datetime:
        return self._clock().astimezone(self._company.zone)


def settling(company: Company, store: Store, keep: Keep, clock: Clock) -> tuple[CallAction, ...]:
    """The last action of each form."""
    settle = Settling(company, store, keep, clock)
    return (
        _finish("action_tell_order_status", ("order_number",), settle.order_status),
        *(
            _finish(action, (*NEEDS[form], confirmed), settled)
            for action, form, confirmed, settled in (
                ("action_place_order", "place_order_form", "order_confirmed", settle.order),
                ("action_leave_message", "message_form", "phone_confirmed", settle.message),
                ("action_request_callback", "callback_form", "phone_confirmed", settle.callback),
                ("action_change_address", "address_form", "address_confirmed", settle.address),
                (
                    "action_make_appointment",
                    "appointment_form",
                    "appointment_confirmed",
                    settle.appointment,
                ),
            )
        ),
    )


def _finish(
    action: str, needs: tuple[str, ...], settle: Callable[[Turn], Awaitable[tuple[Say, ...]]]
) -> CallAction:
    """Settles a form that has all it `needs`; says nothing after one that was broken off."""

    async def answer(turn: Turn) -> Answer:
        if any(turn.slots.get(slot) is None for slot in needs):
            return Answer()
        try:
            return Answer(await settle(turn))
        except (StoreUnavailable, RecordRefused, FormIncomplete):
            return Answer((Say("utter_not_kept"),))

    return CallAction(action, answer)


def _appointment(slots: Slots, now: datetime) -> dict[str, str]:
    day = date.fromisoformat(slots["appointment_day"])
    return {
        # Not "übermorgen": people write it down.
        "day": say_date(day, now.date(), relative=False),
        "at": say_time(time.fromisoformat(slots["appointment_time"])),
        "name": slots["name"],
    }


def _customer(customer: Any) -> str:
    """How a customer is read back: by number, digit by digit, or by name."""
    text = str(customer)
    return f"Kundennummer {say_digits(text)}" if text.isdecimal() else f"den Namen {text}"
