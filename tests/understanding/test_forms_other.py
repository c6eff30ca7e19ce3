"""Order status, messages, callbacks, addresses and appointments, sentence by sentence."""

from datetime import date, time
from typing import Any

import pytest
from typing_extensions import override

from ivr.config.company import Company
from ivr.core.errors import StoreUnavailable
from ivr.core.records import AddressChange, Appointment, Fact, Message
from ivr.store.memory import MemoryStore
from ivr.understanding.actions.executor import build_executor
from tests.understanding.conftest import NOW, Facts, FormTalk

STATUS = "order_status_form"
PHONE = "null fünf sechs eins zwölf vierunddreißig sechsundfünfzig"


@pytest.mark.parametrize(
    "said",
    [
        "vier sieben eins eins null acht",
        "471-108",
        "siebenundvierzig elf null acht",
        "äh die 47 11 08",
        "vier sieben eins, eins null neun, nein, null acht",
    ],
)
async def test_an_order_number_however_it_is_read(talk: FormTalk, said: str) -> None:
    await talk.begin(STATUS, "Wo bleibt mein Paket?", "order_status")
    told = await talk.say(said)
    assert "der Wasserkocher" in told.text
    assert "am Donnerstag" in told.text or "übermorgen" in told.text


async def test_the_number_may_come_with_the_question(talk: FormTalk) -> None:
    told = await talk.begin(STATUS, "Wo ist meine Bestellung 482315?", "order_status")
    assert "verspätet" in told.text
    assert talk.form is None


async def test_an_unknown_number_is_asked_once_more_then_a_colleague_is_offered(
    talk: FormTalk,
) -> None:
    await talk.begin(STATUS, "Wo ist meine Bestellung?", "order_status")
    first = await talk.say("neun neun neun neun neun neun")
    assert "keine Bestellung" in first.text
    assert talk.requested == "order_number"
    second = await talk.say("888888")
    assert second.hints[-1]["expect"] == "yes_no"
    over = await talk.say("ja", "affirm")
    assert over.hints[-1]["hand_over"] == "form_failed"


async def test_the_offer_may_be_declined_or_another_number_given(talk: FormTalk) -> None:
    for last, words in (("nein danke", "lassen wir"), ("doch, 500123", "zugestellt")):
        await talk.begin(STATUS, "Wo ist meine Bestellung?", "order_status")
        await talk.say("999999")
        await talk.say("888888")
        ended = await talk.say(last, "deny" if "nein" in last else "inform")
        assert talk.form is None
        assert words in ended.text


async def test_without_the_number_a_colleague_is_offered(talk: FormTalk) -> None:
    await talk.begin(STATUS, "Wo ist meine Bestellung?", "order_status")
    offered = await talk.say("die habe ich nicht", "deny")
    assert offered.hints[-1]["expect"] == "yes_no"
    over = await talk.say("ja gern", "affirm")
    assert over.hints[-1]["hand_over"] == "form_failed"


async def test_an_order_placed_in_this_call_is_known(talk: FormTalk) -> None:
    await talk.begin("place_order_form", "Ich möchte zwei Toaster bestellen", "place_order")
    await talk.say("12345")
    await talk.say("ja", "affirm")
    told = await talk.begin(STATUS, "Wo ist die Bestellung 600001?", "order_status")
    assert "2 Toaster" in told.text


async def test_a_message_with_the_number_read_back(talk: FormTalk, facts: Facts) -> None:
    await talk.begin("message_form", "Ich möchte eine Nachricht hinterlassen", "leave_message")
    await talk.say("mein Name ist Sabine Meier")
    asked = await talk.say(PHONE)
    assert "null fünf sechs eins, eins zwei, drei vier, fünf sechs. Ist das richtig?" in asked.text
    wrong = await talk.say("nein", "deny")
    assert talk.requested == "phone"
    assert "Telefonnummer" in wrong.text
    await talk.say("0561 123457")
    await talk.say("ja", "affirm")
    await talk.say("ich habe eine Frage zu meiner Rechnung", "invoice_question")
    (message,) = await facts.all()
    assert message == Message(
        "Sabine Meier", "0561123457", "ich habe eine Frage zu meiner Rechnung"
    )


async def test_the_right_number_may_follow_the_no(talk: FormTalk) -> None:
    await talk.begin("message_form", "Ich möchte eine Nachricht hinterlassen", "leave_message")
    await talk.say("Meier")
    await talk.say(PHONE)
    asked = await talk.say("nein, null fünf sechs eins neun neun acht acht", "correction")
    assert talk.requested == "phone_confirmed"
    assert "neun neun" in asked.text


async def test_a_callback_to_the_callers_own_number(talk: FormTalk, facts: Facts) -> None:
    talk.caller = "+49561998877"
    await talk.begin("callback_form", "Können Sie mich zurückrufen?", "callback")
    await talk.say("Becker")
    await talk.say("die Nummer, von der ich anrufe")
    await talk.say("ja genau", "affirm")
    await talk.say("morgen Nachmittag ab drei")
    await talk.say("es geht um meine Waschmaschine", "technical_problem")
    (message,) = await facts.all()
    assert message == Message(
        "Becker", "0561998877", "meine Waschmaschine", True, "morgen Nachmittag ab drei"
    )


async def test_a_question_is_no_message(talk: FormTalk) -> None:
    await talk.begin("message_form", "Ich möchte eine Nachricht hinterlassen", "leave_message")
    await talk.say("Meier")
    await talk.say(PHONE)
    await talk.say("ja", "affirm")
    heard = await talk.say("Wann haben Sie denn geöffnet", "opening_hours")
    assert heard.aside
    assert talk.slots["about"] is None


@pytest.mark.parametrize("said", ["ja", "nein", "äh", "weiß nicht", "Moment mal", "471108"])
async def test_what_is_no_name_is_not_taken_for_one(talk: FormTalk, said: str) -> None:
    await talk.begin("message_form", "Ich möchte eine Nachricht hinterlassen", "leave_message")
    await talk.say(said, "nlu_fallback")
    assert talk.slots["name"] is None


async def test_an_address_is_read_back_and_corrected(talk: FormTalk, facts: Facts) -> None:
    await talk.begin("address_form", "Ich bin umgezogen", "change_address")
    await talk.say("12345")
    asked = await talk.say("Goethestraße 5 in 34119 Kassel")
    assert "Goethestraße 5 in drei vier eins, eins neun, Kassel" in asked.text
    await talk.say("nein", "deny")
    await talk.say("die Adresse")
    assert talk.requested == "address"
    await talk.say("Schillerstraße 7, 34119 Kassel")
    await talk.say("ja, das stimmt", "affirm")
    assert await facts.all() == (AddressChange("12345", "Schillerstraße 7, 34119 Kassel"),)


async def test_an_appointment_within_the_opening_hours(talk: FormTalk, facts: Facts) -> None:
    await talk.begin("appointment_form", "Ich hätte gern einen Termin", "appointment")
    closed = await talk.say("am Sonntag")
    assert "geschlossen" in closed.text
    assert talk.requested == "appointment_day"
    late = await talk.say("am Freitag um 19 Uhr")
    assert "von 9 bis 18 Uhr" in late.text
    assert (talk.slots["appointment_day"], talk.requested) == ("2026-11-27", "appointment_time")
    await talk.say("halb elf")
    asked = await talk.say("Becker")
    assert "um 10 Uhr 30, auf den Namen Becker" in asked.text
    await talk.say("nein, am Donnerstag", "correction")
    await talk.say("ja", "affirm")
    assert await facts.all() == (Appointment("Becker", date(2026, 11, 26), time(10, 30)),)


@pytest.mark.parametrize("said", ["gestern", "am 1. März 2027"])
async def test_no_appointment_in_the_past_or_too_far_ahead(talk: FormTalk, said: str) -> None:
    await talk.begin("appointment_form", "Ich hätte gern einen Termin", "appointment")
    await talk.say(said)
    assert talk.requested == "appointment_day"


async def test_an_order_kept_while_the_store_is_away_is_safe_and_gets_no_made_up_number(
    company: Company, domain: dict[str, Any]
) -> None:
    """As the journal does it: into the rescue file, without a number."""
    rescued: list[Fact] = []

    async def keep(_call_id: str, fact: Fact) -> Fact:
        rescued.append(fact)
        return fact

    talk = FormTalk(build_executor(company, FullDisk(), lambda: NOW, keep), domain)
    await talk.begin("place_order_form", "Ich möchte zwei Toaster bestellen", "place_order")
    await talk.say("12345")
    told = await talk.say("ja", "affirm")
    assert len(rescued) == 1
    assert "Bestellnummer teilen wir Ihnen noch mit" in told.text


class FullDisk(MemoryStore):
    @override
    async def add_fact(self, call_id: str, fact: Fact, *, key: str | None = None) -> Fact:
        raise StoreUnavailable("the disk is full")


class TestWithoutStore:
    @pytest.fixture
    def store(self) -> MemoryStore:
        return FullDisk()

    async def test_the_caller_is_told_and_handed_over(self, talk: FormTalk) -> None:
        await talk.begin("place_order_form", "Ich möchte zwei Toaster bestellen", "place_order")
        await talk.say("12345")
        told = await talk.say("ja", "affirm")
        assert told.responses == ["utter_not_kept"]
        assert told.hints[-1]["hand_over"] == "form_failed"
