"""Answers as they are heard on a telephone: what may be in them, and for how long."""

import re
from collections.abc import Mapping, Sequence

from ivr.config.company import Company
from ivr.german.lists import say_list
from ivr.german.money import say_money
from ivr.training.texts import say

LONGEST = 220
"""Characters: more than twelve seconds of speech, and callers begin to interrupt."""
_CHARACTERS_A_SECOND = 17
"""Of the voices at their usual speed, pauses between sentences included."""
_UNSPEAKABLE = re.compile(
    r"https?\S*|www\.\S+|[()\[\]/*_#<>|\\%&€+=]|\w:\w|\s-\s"
    r"|\b(?:z\. ?B|d\. ?h|u\. ?a|bzw|ca|Nr|Str|Tel|inkl|zzgl|usw|evtl|ggf)\b|\d{3,}"
)
_VARIABLE = re.compile(r"\{(\w+)\}")
_LEFT_ALONE = re.compile(r"⟦(\w+)⟧")
VARIABLES = (
    "firma",
    "adresse",
    "telefon",
    "mail",
    "webseite",
    "versandkosten",
    "rueckgabetage",
    "zahlungsarten",
)


def variables(company: Company) -> Mapping[str, str]:
    """What may stand in braces in an answer, with what is said instead."""
    contact, terms = company.contact, company.terms
    values = (
        company.name,
        contact.address,
        contact.phone,
        contact.email,
        contact.website,
        say_money(company.shipping.cost),
        str(terms.return_days),
        say_list(terms.payment_methods, "oder"),
    )
    return dict(zip(VARIABLES, values, strict=True))


def complaints(text: str, known: Sequence[str] = ()) -> list[str]:
    """What speaks against a wording on the telephone. `known`: variables it may use."""
    found = []
    if len(text) > LONGEST:
        found.append(say("answer_long", count=len(text), most=LONGEST))
    bare = _VARIABLE.sub("", text)
    if unspeakable := _UNSPEAKABLE.search(bare):
        found.append(say("answer_unspeakable", found=unspeakable.group()))
    unknown = [name for name in _VARIABLE.findall(text) if known and name not in known]
    return found + [say("variable", name=each, known=", ".join(known)) for each in unknown]


def for_rasa(text: str) -> str:
    """A wording in which Rasa leaves our variables alone: their values may change any moment."""
    return _VARIABLE.sub(
        lambda found: f"⟦{found[1]}⟧" if found[1] in VARIABLES else found[0], text
    )


def fill(text: str, values: Mapping[str, str]) -> str:
    """What is said: a wording from Rasa with the company's present values."""
    return _LEFT_ALONE.sub(lambda found: values.get(found[1], ""), text)


def fill_braces(text: str, values: Mapping[str, str]) -> str:
    """An admin's wording with the company's present values; braces of others stay."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def spoken_s(text: str) -> float:
    """About how many seconds it takes to say this."""
    return len(text) / _CHARACTERS_A_SECOND
