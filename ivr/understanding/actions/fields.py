"""How each slot of the forms is heard: from the caller's words to a value.

A field hears in two ways. Asked, it takes an answer as people give it: a bare number, a bare
name. Unasked, it takes only what plainly belongs to it, so that one sentence can fill several
slots and a question in between fills none.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from ivr.config.company import Company, Product
from ivr.german.dates import hear_date
from ivr.german.digits import hear_digits
from ivr.german.names import hear_name
from ivr.german.numbers import hear_number
from ivr.german.phone import hear_phone
from ivr.german.times import hear_time
from ivr.german.words import normal, word_set, words
from ivr.understanding.actions.catalogue import LAST_PRODUCT, Found, find_product, find_products
from ivr.understanding.actions.sdk import Turn
from ivr.understanding.actions.words import (
    after_cue,
    bare_answer,
    corrected,
    is_question,
    steers,
    tidy,
)

_THIS_NUMBER = re.compile(
    r"\b(diese[nr]?|der gleichen|derselben|meine[rn]?|der) (telefon)?nummer\b(?!.*\d)"
    r"|(von|mit|unter) der ich (gerade |jetzt )?anrufe|\bdie (hier|angezeigte)\b"
)
_REFERRING = word_set("den die das ihn davon diesen diese dieses")
_TELLING_LETTERS = 6
_PARTS_OF_DAY = re.compile(
    r"\b(vormittags?|nachmittags?|abends?|mittags?|morgens|früh|jederzeit|egal|immer)\b"
)


@dataclass(frozen=True, slots=True)
class Heard:
    value: Any
    firm: bool = True
    """Whether the words can hardly mean anything else, whatever intent was guessed."""


@dataclass(frozen=True, slots=True)
class Perhaps:
    """A product that only resembles what was said: to be asked about."""

    product: Product


@dataclass(frozen=True, slots=True)
class FirstOf:
    """A product named together with others: one is ordered after the other."""

    product: Product


@dataclass(frozen=True, slots=True)
class Ear:
    """What hearing needs to know besides the words."""

    company: Company
    now: datetime
    """In the company's zone."""


Hear: TypeAlias = Callable[[Turn, Ear, bool], Heard | None]


@dataclass(frozen=True, slots=True)
class Field:
    slot: str
    hear: Hear
    names: tuple[str, ...]
    """Word stems by which callers name it: "die Kundennummer ist falsch"."""
    free: bool = False
    """Whether nearly any words are a value for it."""

    def named_in(self, text: str) -> bool:
        return any(word.startswith(self.names) for word in words(text))


def _order_number(turn: Turn, ear: Ear, asked: bool) -> Heard | None:
    digits = hear_digits(turn.text, lengths=ear.company.numbers.order_digits)
    return Heard(digits) if digits else None


def _customer(turn: Turn, ear: Ear, asked: bool) -> Heard | None:
    digits = hear_digits(turn.text, lengths=ear.company.numbers.customer_digits)
    if digits and (asked or "kunden" in normal(turn.text)):
        return Heard(digits)
    return _name(turn, ear, asked)


def _name(turn: Turn, ear: Ear, asked: bool) -> Heard | None:
    introduced = after_cue(turn.text, "name") is not None
    asked = asked and not steers(turn.text)
    name = hear_name(turn.text) if asked or introduced else None
    return Heard(name, firm=introduced or not is_question(turn.text)) if name else None


def _product(turn: Turn, ear: Ear, asked: bool) -> Heard | None:
    found = find_product(ear.company, turn.text)
    if found is None and (entity := turn.entity("product")):
        found = find_product(ear.company, entity)
    if found is None and _means_the_last(turn):
        return Heard(turn.slots[LAST_PRODUCT])
    if found is None or not (asked or found.exact or _begins_with_nearly(found, turn)):
        return None
    value: object = found.product.name if found.exact else Perhaps(found.product)
    if len(find_products(ear.company, turn.text)) > 1 and not corrected(turn.text):
        value = FirstOf(found.product)
    return Heard(value, firm=not is_question(turn.text))


def _begins_with_nearly(found: Found, turn: Turn) -> bool:
    """Whether an order begins with what sounds like an article: "zwei Schreibtischlamten". Later,
    and in shorter words, it is rather part of something else."""
    return turn.begins and len(words(turn.text)[found.start]) >= _TELLING_LETTERS


def _means_the_last(turn: Turn) -> bool:
    """Whether an order begins with the article talked about before: "Dann nehme ich zwei"."""
    if not (turn.begins and turn.slots.get(LAST_PRODUCT)):
        return False
    refers = not _REFERRING.isdisjoint(words(turn.text)) or hear_number(turn.text) is not None
    return refers or turn.intent == "affirm"


def _quantity(turn: Turn, ear: Ear, asked: bool) -> Heard | None:
    text = turn.text
    if not asked:
        # "zwei Wasserkocher", "drei Stück": the count stands right before what is counted.
        spoken = words(text)
        found = find_product(ear.company, text)
        end = next((at for at, word in enumerate(spoken) if word in {"stück", "stücke"}), None)
        if end is None and found is None and _means_the_last(turn):
            end = len(spoken)
        elif end is None:
            end = found.start if found else 0
        text = " ".join(spoken[max(0, end - 2) : end])
    number = hear_number(text)
    if number is None or number < 1:
        return None
    return Heard(number, firm=not is_question(turn.text))


def _phone(turn: Turn, ear: Ear, asked: bool) -> Heard | None:
    if asked and turn.caller and _THIS_NUMBER.search(normal(turn.text)):
        return Heard(re.sub(r"^(\+|00)49", "0", turn.caller))
    number = hear_phone(turn.text, area=_area(ear.company) if asked else None)
    return Heard(number) if number else None


def _area(company: Company) -> str | None:
    """The company's own area code, for callers who leave theirs out."""
    code = company.contact.phone.split()[0]
    return code if re.fullmatch(r"0\d{2,5}", code) else None


def _about(turn: Turn, ear: Ear, asked: bool) -> Heard | None:
    told = after_cue(turn.text, "about")
    if told:
        return Heard(tidy(told))
    if not asked or bare_answer(turn.text) or steers(turn.text):
        return None
    text = tidy(turn.text)
    return Heard(text, firm=not is_question(turn.text) and len(words(text)) > 2) if text else None


def _callback_when(turn: Turn, ear: Ear, asked: bool) -> Heard | None:
    text = normal(turn.text)
    timed = (
        hear_date(text, ear.now.date()) is not None
        or hear_time(text, office=True) is not None
        or _PARTS_OF_DAY.search(text) is not None
    )
    if asked and not bare_answer(turn.text) and not steers(turn.text):
        return Heard(tidy(turn.text), firm=timed and not is_question(turn.text))
    return None


def _address(turn: Turn, ear: Ear, asked: bool) -> Heard | None:
    told = after_cue(turn.text, "address")
    text = tidy(told or (turn.text if asked else ""))
    complete = len(words(text)) >= 3 and hear_digits(text, lengths=range(1, 12)) is not None
    return Heard(text, firm=not is_question(turn.text)) if complete else None


def _day(turn: Turn, ear: Ear, asked: bool) -> Heard | None:
    day = hear_date(turn.text, ear.now.date())
    return Heard(day, firm=not is_question(turn.text)) if day else None


def _time(turn: Turn, ear: Ear, asked: bool) -> Heard | None:
    at = hear_time(turn.text, office=True)
    return Heard(at, firm=not is_question(turn.text)) if at else None


ORDER_NUMBER = Field("order_number", _order_number, ("bestellnummer", "auftragsnummer", "nummer"))
PRODUCT = Field("product", _product, ("artikel", "produkt", "ware"))
QUANTITY = Field("quantity", _quantity, ("menge", "anzahl", "stückzahl"))
CUSTOMER = Field("customer", _customer, ("kunde", "name"), free=True)
NAME = Field("name", _name, ("name",), free=True)
PHONE = Field("phone", _phone, ("nummer", "telefonnummer", "rufnummer", "telefon", "handy"))
CALLBACK_WHEN = Field("callback_when", _callback_when, ("zeit", "uhrzeit", "tag"), free=True)
ABOUT = Field("about", _about, ("grund", "anliegen", "thema", "betreff", "nachricht"), free=True)
ADDRESS = Field(
    "address", _address, ("adresse", "anschrift", "straße", "hausnummer", "postleit"), free=True
)
DAY = Field("appointment_day", _day, ("tag", "datum"))
TIME = Field("appointment_time", _time, ("zeit", "uhrzeit", "uhr"))
