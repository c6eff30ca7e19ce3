"""Placing an order by telephone, sentence by sentence, with the real actions and sentences."""

from decimal import Decimal

import pytest

from ivr.core.records import Order
from tests.understanding.conftest import Facts, FormTalk

ORDER = "place_order_form"


async def to_confirmation(talk: FormTalk) -> str:
    await talk.begin(ORDER, "Ich möchte zwei Wasserkocher bestellen", "place_order")
    return (await talk.say("eins zwei drei vier fünf")).text


async def test_one_sentence_fills_two_slots(talk: FormTalk) -> None:
    await talk.begin(ORDER, "Ich möchte etwas bestellen", "place_order")
    await talk.say("zwei Wasserkocher bitte")
    assert (talk.slots["product"], talk.slots["quantity"]) == ("Wasserkocher", 2)
    assert talk.requested == "customer"


async def test_a_misheard_article_in_the_first_sentence_is_asked_about_and_its_number_kept(
    talk: FormTalk,
) -> None:
    said = "Guten Tag, Ich möchte gern zwei Schreibtischlamten bestellen."
    asked = await talk.begin(ORDER, said, "place_order")
    assert "die Schreibtischlampe" in asked.text
    await talk.say("ja, genau", "affirm")
    assert (talk.slots["product"], talk.slots["quantity"]) == ("Schreibtischlampe", 2)
    assert talk.requested == "customer"


async def test_small_words_of_the_first_sentence_are_no_articles(talk: FormTalk) -> None:
    """ "hier" is not far from "Heizer", as people call the fan heater."""
    said = "Kann ich gleich hier am Telefon bestellen"
    asked = await talk.begin(ORDER, said, "place_order")
    assert "Heizlüfter" not in asked.text


async def test_what_a_colleague_has_filled_in_is_not_asked_for(talk: FormTalk) -> None:
    talk.given(product="Toaster", quantity=2)
    asked = await talk.begin(ORDER, "Ich möchte etwas bestellen", "place_order")
    assert talk.requested == "customer"
    assert (talk.slots["product"], talk.slots["quantity"]) == ("Toaster", 2)
    assert "Kundennummer" in asked.text


async def test_what_a_colleague_changes_after_the_reading_back_is_read_back_again(
    talk: FormTalk, facts: Facts
) -> None:
    await to_confirmation(talk)
    talk.given(quantity=7)
    again = await talk.say("ja bitte", "affirm")
    assert "7 Wasserkocher" in again.text
    assert await facts.all() == ()
    talk.given()
    await talk.say("ja", "affirm")
    (order,) = await facts.all()
    assert isinstance(order, Order)
    assert order.quantity == 7


async def test_an_order_is_read_back_and_kept(talk: FormTalk, facts: Facts) -> None:
    asked = await to_confirmation(talk)
    assert asked == (
        "Ich fasse zusammen: 2 Wasserkocher zu je 29 Euro 90, auf Kundennummer eins zwei,"
        " drei vier, fünf. Soll ich das so bestellen?"
    )
    assert await facts.all() == ()
    done = await talk.say("ja bitte", "affirm")
    (order,) = await facts.all()
    assert isinstance(order, Order)
    assert (order.product, order.quantity, order.customer) == ("1001", 2, "12345")
    assert order.unit_price == Decimal("29.90")
    assert order.number
    assert "Sie hat die Nummer sechs null" in done.text
    assert talk.form is None


@pytest.mark.parametrize(
    ("said", "intent", "slot", "value"),
    [
        ("nein, drei Stück", "correction", "quantity", 3),
        ("nein, drei", "deny", "quantity", 3),
        ("nicht zwei, sondern vier", "correction", "quantity", 4),
        ("nein, ich meinte den Toaster", "correction", "product", "Toaster"),
        ("die Kundennummer ist fünf vier drei zwei eins", "correction", "customer", "54321"),
        ("ja, aber drei Stück", "affirm", "quantity", 3),
    ],
)
async def test_a_no_with_the_right_value_changes_just_that(
    talk: FormTalk, facts: Facts, said: str, intent: str, slot: str, value: object
) -> None:
    await to_confirmation(talk)
    before = dict(talk.slots)
    await talk.say(said, intent)
    business = ("product", "quantity", "customer")
    assert {name for name in business if talk.slots[name] != before[name]} == {slot}
    assert talk.slots[slot] == value
    assert talk.requested == "order_confirmed"
    assert await facts.all() == ()


async def test_a_bare_no_asks_what_to_change(talk: FormTalk) -> None:
    await to_confirmation(talk)
    asked = await talk.say("nein", "deny")
    assert asked.text == "Was soll ich ändern?"
    assert asked.hints[-1]["expect"] == "anything"
    again = await talk.say("die Kundennummer ist falsch", "correction")
    assert talk.requested == "customer"
    assert "Kundennummer" in again.text
    assert talk.slots["quantity"] == 2


async def test_after_what_to_change_a_bare_value_is_enough(talk: FormTalk) -> None:
    await to_confirmation(talk)
    await talk.say("nein", "deny")
    await talk.say("fünf")
    assert talk.slots["quantity"] == 5
    assert talk.requested == "order_confirmed"


async def test_a_correction_in_the_middle_changes_what_was_said_before(talk: FormTalk) -> None:
    await talk.begin(ORDER, "Ich möchte einen Toaster bestellen", "place_order")
    await talk.say("nein, ich meinte den Staubsauger", "correction")
    assert talk.slots["product"] == "Staubsauger"
    assert talk.requested == "customer"


async def test_that_was_wrong_asks_the_last_question_again(talk: FormTalk) -> None:
    await talk.begin(ORDER, "Ich möchte zwei Toaster bestellen", "place_order")
    await talk.say("das war falsch", "correction")
    assert talk.requested == "quantity"
    assert talk.slots["product"] == "Toaster"


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("Was kostet der Versand?", "shipping_cost"),
        ("Was kostet denn der Toaster", "price"),
        ("Wie kann ich bezahlen", "payment_methods"),
        ("Haben Sie am Samstag geöffnet?", "opening_hours"),
        ("danke", "thank"),
        ("Sind Sie ein Roboter?", "bot_question"),
        ("Hilfe", "help"),
        ("Wie bitte?", "repeat"),
        ("langsamer bitte", "slower"),
        ("einen Moment", "wait"),
        ("Mitarbeiter", "human_agent"),
    ],
)
@pytest.mark.parametrize("filled", [0, 1, 2, 3])
async def test_a_question_in_between_fills_nothing_and_is_let_through(
    talk: FormTalk, question: str, intent: str, filled: int
) -> None:
    await talk.begin(ORDER, "Ich möchte etwas bestellen", "place_order")
    for answer in ("Wasserkocher", "zwei", "12345")[:filled]:
        await talk.say(answer)
    before, requested = dict(talk.slots), talk.requested
    heard = await talk.say(question, intent)
    assert heard.aside
    assert (talk.slots, talk.requested) == (before, requested)
    assert heard.responses, "the form asks again"


async def test_a_wrong_guess_of_the_intent_does_not_lose_a_number(talk: FormTalk) -> None:
    await talk.begin(ORDER, "Ich möchte zwei Toaster bestellen", "place_order")
    await talk.say("eins zwei drei vier fünf", "order_status", 0.9)
    assert talk.slots["customer"] == "12345"


async def test_not_understood_asks_otherwise_then_gives_up(talk: FormTalk, facts: Facts) -> None:
    await talk.begin(ORDER, "Ich möchte einen Toaster bestellen", "place_order")
    first = await talk.say("sieben acht", "nlu_fallback")
    assert "zum Beispiel" in first.text
    second = await talk.say("neun", "out_of_scope")
    assert second.hints[-1]["hand_over"] == "form_failed"
    assert talk.form is None
    assert talk.slots["product"] == "Toaster", "a colleague wants to know"
    assert await facts.all() == ()


async def test_a_good_answer_forgives_the_miss_before(talk: FormTalk) -> None:
    await talk.begin(ORDER, "Ich möchte bestellen", "place_order")
    await talk.say("dings", "nlu_fallback")
    await talk.say("Wasserkocher")
    missed = await talk.say("bums", "nlu_fallback")
    assert "hand_over" not in missed.hints[-1]
    assert talk.form == ORDER


@pytest.mark.parametrize("said", ["abbrechen bitte", "vergessen Sie es"])
async def test_breaking_off_keeps_nothing(talk: FormTalk, facts: Facts, said: str) -> None:
    await to_confirmation(talk)
    stopped = await talk.say(said, "stop_form")
    assert stopped.responses == ["utter_form_stopped"]
    assert talk.form is None
    assert await facts.all() == ()


async def test_something_close_is_asked_about(talk: FormTalk) -> None:
    await talk.begin(ORDER, "Ich möchte bestellen", "place_order")
    asked = await talk.say("einen Wasserkoffer")
    assert asked.text == "Meinten Sie den Wasserkocher?"
    assert asked.hints[-1]["expect"] == "yes_no"
    await talk.say("ja", "affirm")
    assert talk.slots["product"] == "Wasserkocher"


async def test_a_wrong_guess_of_the_product_is_dropped(talk: FormTalk) -> None:
    await talk.begin(ORDER, "Ich möchte bestellen", "place_order")
    await talk.say("einen Wasserkoffer")
    await talk.say("nein, einen Rucksack", "deny")
    assert talk.slots["product"] == "Rucksack"


async def test_what_is_sold_out_is_not_taken(talk: FormTalk) -> None:
    heard = await talk.begin(ORDER, "Ich möchte zwei Mixer bestellen", "place_order")
    assert "Der Mixer ist zurzeit leider ausverkauft." in heard.text
    assert talk.requested == "product"


async def test_no_more_than_there_is(talk: FormTalk) -> None:
    heard = await talk.begin(ORDER, "Ich möchte sieben Bürostühle bestellen", "place_order")
    assert "höchstens 5 Bürostühle" in heard.text
    assert talk.requested == "quantity"


async def test_a_caller_without_customer_number_gives_a_name(talk: FormTalk) -> None:
    await talk.begin(ORDER, "Ich möchte einen Toaster bestellen", "place_order")
    asked = await talk.say("die habe ich gerade nicht zur Hand", "nlu_fallback")
    assert "Namen" in asked.text
    read_back = await talk.say("Meier, Sabine Meier")
    assert "auf den Namen Sabine Meier" in read_back.text


async def test_the_next_order_of_a_call_starts_afresh_but_knows_the_customer(
    talk: FormTalk, facts: Facts
) -> None:
    await to_confirmation(talk)
    await talk.say("ja", "affirm")
    await talk.begin(ORDER, "Ich möchte noch etwas bestellen", "place_order")
    assert talk.requested == "product"
    await talk.say("drei Toaster")
    assert talk.requested == "order_confirmed"
    await talk.say("genau", "affirm")
    assert [fact.quantity for fact in await facts.all() if isinstance(fact, Order)] == [2, 3]


@pytest.mark.parametrize(
    ("said", "intent", "quantity"),
    [
        ("ja gern", "affirm", None),
        ("den nehme ich", "place_order", None),
        ("gut, dann bestelle ich zwei", "place_order", 2),
    ],
)
async def test_an_order_may_begin_with_the_article_talked_about(
    talk: FormTalk, said: str, intent: str, quantity: int | None
) -> None:
    await talk.fact("action_tell_price", "Was kostet der Toaster?")
    await talk.begin(ORDER, said, intent)
    assert (talk.slots["product"], talk.slots["quantity"]) == ("Toaster", quantity)


async def test_another_order_asks_for_the_article(talk: FormTalk) -> None:
    await talk.fact("action_tell_price", "Was kostet der Toaster?")
    await talk.begin(ORDER, "Ich möchte etwas bestellen", "place_order")
    assert talk.requested == "product"


async def test_several_articles_are_taken_one_by_one(talk: FormTalk) -> None:
    heard = await talk.begin(
        ORDER, "Ich möchte zwei Toaster und einen Rucksack bestellen", "place_order"
    )
    assert "nacheinander auf, zuerst den Toaster" in heard.text
    assert (talk.slots["product"], talk.slots["quantity"]) == ("Toaster", 2)


async def test_the_article_talked_about_may_be_ordered_without_its_name(talk: FormTalk) -> None:
    await talk.fact("action_tell_price", "Was kostet der Rucksack?")
    await talk.begin(ORDER, "Dann nehme ich zwei davon", "place_order")
    assert (talk.slots["product"], talk.slots["quantity"]) == ("Rucksack", 2)


async def test_an_order_starts_without_the_article_talked_about(talk: FormTalk) -> None:
    await talk.fact("action_tell_price", "Was kostet der Rucksack?")
    await talk.begin(ORDER, "Ich möchte etwas bestellen", "place_order")
    assert talk.requested == "product"
