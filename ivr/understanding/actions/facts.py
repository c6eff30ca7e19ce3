"""Actions that tell facts of the company. They look values up; the sentences are in the domain."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from ivr.config.company import Company, Product
from ivr.german.dates import hear_date
from ivr.german.digits import say_digits
from ivr.german.lists import say_list
from ivr.german.money import say_money
from ivr.german.phone import say_phone
from ivr.german.words import words
from ivr.understanding.actions.catalogue import (
    LAST_PRODUCT,
    accusative,
    find_product,
    some_names,
    the,
)
from ivr.understanding.actions.sdk import Answer, CallAction, Say, Turn
from ivr.understanding.hours import hours_now, hours_on, usual_week

Clock: TypeAlias = Callable[[], datetime]
"""The present moment, aware."""

_WHOLE_WEEK = frozenset(
    {"öffnungszeiten", "woche", "wochentags", "immer", "normalerweise", "tage"}
)


class OpeningHours:
    """Today's hours, those of a day that was named, or the whole week."""

    def __init__(self, company: Company, clock: Clock) -> None:
        self._company = company
        self._clock = clock

    async def tell(self, turn: Turn) -> Answer:
        now = self._clock().astimezone(self._company.zone)
        day = hear_date(turn.text, now.date())
        told = hours_on(self._company, day, now) if day else hours_now(self._company, now)
        says = [Say(told.response, told.values)]
        week = usual_week(self._company)
        if day is None and week and _WHOLE_WEEK.intersection(words(turn.text)):
            says.append(Say("utter_hours_week", {"week": week}))
        return Answer(tuple(says))


class OfProduct:
    """A fact of one product; asks which one where that is not known."""

    def __init__(self, company: Company, fact: Callable[[Product], Say]) -> None:
        self._company = company
        self._fact = fact

    async def tell(self, turn: Turn) -> Answer:
        product = self._product(turn)
        if product is None:
            some = some_names(self._company)
            which = (
                Say("utter_which_product", {"some": some}) if some else Say("utter_what_product")
            )
            return Answer((which,))
        return Answer((self._fact(product),), {LAST_PRODUCT: product.name})

    def _product(self, turn: Turn) -> Product | None:
        for text in (turn.text, turn.entity("product") or ""):
            if (found := find_product(self._company, text)) is not None:
                return found.product
        if turn.intent == "correction":
            return None
        named = turn.slots.get(LAST_PRODUCT) or turn.slots.get("product")
        return self._company.product(named) if named else None


def fact_actions(company: Company, clock: Clock) -> tuple[CallAction, ...]:
    """All actions that tell facts."""
    return (
        CallAction("action_tell_opening_hours", OpeningHours(company, clock).tell),
        CallAction("action_tell_price", OfProduct(company, _price).tell),
        CallAction("action_tell_product_available", OfProduct(company, _available).tell),
        *(
            CallAction(f"action_tell_{name}", _same_for_all(say))
            for name, say in plain_facts(company).items()
        ),
    )


def _same_for_all(say: Say) -> Callable[[Turn], Awaitable[Answer]]:
    async def tell(turn: Turn) -> Answer:
        return Answer((say,))

    return tell


def _price(product: Product) -> Say:
    values = {"product_the": the(product), "price": say_money(product.price)}
    return Say("utter_price", values)


def _available(product: Product) -> Say:
    values = {"product_the": the(product), "product_accusative": accusative(product)}
    if product.stock == 0:
        return Say("utter_product_sold_out", values)
    if product.stock <= 5:
        left = "noch ein Stück" if product.stock == 1 else f"noch {product.stock} Stück"
        return Say("utter_product_few_left", {**values, "left": left})
    return Say("utter_product_available", values)


def plain_facts(company: Company) -> Mapping[str, Say]:
    """What is told to all callers alike, by intent."""
    contact, terms = company.contact, company.terms
    back = {"days": str(terms.return_days)}
    return {
        "company_address": Say(
            "utter_company_address", {"address": spoken_address(contact.address)}
        ),
        "parking": Say("utter_parking", {"parking": contact.parking})
        if contact.parking
        else Say("utter_no_parking"),
        "contact": Say(
            "utter_contact",
            {
                "phone": say_phone(contact.phone),
                "email": spoken_address_of_net(contact.email),
                "website": spoken_address_of_net(contact.website),
            },
        ),
        "shipping_cost": _shipping_cost(company),
        "delivery_time": _delivery_time(company),
        "payment_methods": Say(
            "utter_payment_methods", {"methods": say_list(terms.payment_methods, "oder")}
        ),
        "warranty_repair": Say(
            "utter_warranty", {"years": _years(terms.warranty_years), "repair": terms.repair}
        ),
        "return_goods": Say(
            "utter_return_goods" if terms.return_cost_free else "utter_return_goods_own_cost", back
        ),
        "voucher": Say("utter_voucher", {"valid": _months(terms.voucher_months)}),
    }


def _shipping_cost(company: Company) -> Say:
    shipping = company.shipping
    if shipping.cost == 0:
        return Say("utter_shipping_free")
    cost = {"cost": say_money(shipping.cost)}
    if shipping.free_from is None:
        return Say("utter_shipping_cost", cost)
    return Say(
        "utter_shipping_cost_free_from", {**cost, "free_from": say_money(shipping.free_from)}
    )


def _delivery_time(company: Company) -> Say:
    least, most = company.shipping.days_min, company.shipping.days_max
    if least == most:
        days = "einen Werktag" if most == 1 else f"{most} Werktage"
    else:
        days = f"{least} bis {most} Werktage"
    return Say("utter_delivery_time", {"days": days})


def _years(years: int) -> str:
    return f"{years} Jahre"


def _months(months: int) -> str:
    return _years(months // 12) if months % 12 == 0 else f"{months} Monate"


def spoken_address(address: str) -> str:
    """An address with its postal code digit by digit, as it is read out."""
    return " ".join(
        f"{say_digits(part, 3)}," if part.isdecimal() and len(part) == 5 else part
        for part in address.split()
    )


def spoken_address_of_net(address: str) -> str:
    """ "service at musterfirma punkt de": signs as they are called."""
    for sign, spoken in ((".", " Punkt "), ("@", " ät "), ("-", " minus ")):
        address = address.replace(sign, spoken)
    return address.replace("www", "W W W")
