"""Facts of the company as they are told, and the domain that must hold every sentence."""

from decimal import Decimal
from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor

from ivr.config.company import Company
from ivr.store.memory import MemoryStore
from ivr.understanding.actions.catalogue import find_product, find_products
from ivr.understanding.actions.executor import build_executor
from tests.understanding.conftest import NOW, FormTalk


@pytest.mark.parametrize(
    ("action", "question", "part"),
    [
        ("action_tell_opening_hours", "Wann haben Sie auf?", "Heute haben wir bis 18 Uhr"),
        ("action_tell_opening_hours", "Haben Sie am Sonntag auf?", "haben wir geschlossen"),
        ("action_tell_opening_hours", "Wie sind die Öffnungszeiten?", "Donnerstag von 9 bis 20"),
        ("action_tell_company_address", "Wo sind Sie?", "drei vier eins, eins sieben, Kassel"),
        ("action_tell_contact", "Wie erreiche ich Sie?", "ät musterfirma Punkt example"),
        ("action_tell_parking", "Kann ich parken?", "Tiefgarage"),
        ("action_tell_shipping_cost", "Versand?", "4 Euro 90, ab 50 Euro"),
        ("action_tell_delivery_time", "Wie lange dauert es?", "2 bis 4 Werktage"),
        ("action_tell_payment_methods", "Zahlen?", "Kreditkarte oder PayPal"),
        ("action_tell_warranty_repair", "Garantie?", "2 Jahre"),
        ("action_tell_return_goods", "Rückgabe?", "30 Tagen"),
        ("action_tell_voucher", "Gutschein?", "3 Jahre"),
        ("action_tell_price", "Was kosten die Bürostühle?", "Der Bürostuhl kostet 189 Euro."),
        ("action_tell_price", "Was kostet das?", "Welchen Artikel meinen Sie?"),
        ("action_tell_product_available", "Haben Sie Mixer?", "ausverkauft"),
        ("action_tell_product_available", "Haben Sie Stühle?", "noch 5 Stück"),
        ("action_tell_product_available", "Gibt es Kopfhörer?", "vorrätig"),
    ],
)
async def test_a_fact(talk: FormTalk, action: str, question: str, part: str) -> None:
    assert part in (await talk.fact(action, question)).text


async def test_the_article_talked_about_is_remembered(talk: FormTalk) -> None:
    await talk.fact("action_tell_price", "Was kostet der Wasserkocher?")
    assert (
        "Wasserkocher"
        in (await talk.fact("action_tell_product_available", "Haben Sie den da?")).text
    )


async def test_what_the_profile_does_not_have_is_not_promised(
    company: Company, store: MemoryStore, domain: dict[str, Any]
) -> None:
    bare = company.model_copy(
        update={
            "contact": company.contact.model_copy(update={"parking": ""}),
            "shipping": company.shipping.model_copy(update={"cost": Decimal(0), "days_max": 2}),
            "products": (),
        }
    )
    talk = FormTalk(build_executor(bare, store, lambda: NOW), domain)
    assert "Parkplätze haben wir leider nicht" in (await talk.fact("action_tell_parking", "")).text
    assert "kostet bei uns nichts" in (await talk.fact("action_tell_shipping_cost", "")).text
    assert (await talk.fact("action_tell_price", "")).text == "Welchen Artikel meinen Sie?"
    assert "dauert 2 Werktage" in (await talk.fact("action_tell_delivery_time", "")).text


def test_every_action_of_the_domain_exists_and_the_other_way_round(
    executor: ActionExecutor, domain: dict[str, Any]
) -> None:
    assert set(executor.actions) == set(domain["actions"])


def test_every_question_of_a_form_has_a_sentence(
    executor: ActionExecutor, domain: dict[str, Any]
) -> None:
    for form, wanted in domain["forms"].items():
        for slot in wanted["required_slots"]:
            assert slot in domain["slots"]
            asked = f"ask_{form}_{slot}"
            assert f"utter_{asked}" in domain["responses"] or f"action_{asked}" in executor.actions


def test_nothing_has_to_be_said_twice_in_the_same_words(domain: dict[str, Any]) -> None:
    for name, variants in domain["responses"].items():
        plain = {each["text"] for each in variants if "condition" not in each}
        assert len(plain) >= 2, name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("den Wasserkocher", "Wasserkocher"),
        ("Wasser Kocher", "Wasserkocher"),
        ("zwei Kaffeemaschinen", "Kaffeemaschine"),
        ("so einen Drehstuhl", "Bürostuhl"),
        ("die Lampe", "Schreibtischlampe"),
        ("Staubsaugern", "Staubsauger"),
        ("STANDMIXER", "Mixer"),
        ("einen Toaster, nein, einen Rucksack", "Rucksack"),
        ("Wasserkoffer", "Wasserkocher"),
        ("Heizlüfte", "Heizlüfter"),
    ],
)
def test_a_product_however_it_is_named(company: Company, text: str, name: str) -> None:
    found = find_product(company, text)
    assert found is not None
    assert found.product.name == name


@pytest.mark.parametrize(
    "text", ["", "einen Fernseher", "guten Tag", "eins zwei drei vier fünf", "ja"]
)
def test_what_is_no_product_is_none(company: Company, text: str) -> None:
    assert find_product(company, text) is None


def test_a_name_within_a_name_is_one_product(company: Company) -> None:
    found = find_products(company, "eine Schreibtischlampe und einen Schreibtischstuhl")
    assert [each.product.name for each in found] == ["Schreibtischlampe", "Bürostuhl"]
