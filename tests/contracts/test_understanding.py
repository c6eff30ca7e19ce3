"""What every understanding promises: Rasa with its channel and actions, and the fake alike."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any
from uuid import uuid4

import httpx
import pytest

from ivr.core.errors import UnderstandingUnavailable
from ivr.core.ports import Understanding
from ivr.core.records import AddressChange, CallStart, Order
from ivr.core.speech import Expect
from ivr.core.understanding import Reply
from ivr.understanding.actions.forms import Filling
from ivr.understanding.client import RasaUnderstanding
from ivr.understanding.scripted import ScriptedUnderstanding
from tests.rasa import NOW, RunningRasa


@pytest.fixture(
    params=[
        "fake",
        pytest.param("rasa", marks=[pytest.mark.slow, pytest.mark.timeout(900)]),
    ]
)
async def understanding(request: pytest.FixtureRequest) -> AsyncIterator[Understanding]:
    made: Understanding
    if request.param == "fake":
        made = ScriptedUnderstanding()
    else:
        rasa: RunningRasa = request.getfixturevalue("rasa")
        made = RasaUnderstanding(rasa.url, rasa.token, timeout_s=60)
    yield made
    await made.close()


async def test_it_is_ready(understanding: Understanding) -> None:
    assert await understanding.ready()


async def test_a_question_is_answered(understanding: Understanding) -> None:
    reply = await understanding.reply(new_call(), "Wann haben Sie geöffnet?")
    assert reply.understood
    assert reply.guess.intent == "opening_hours"
    assert 0.5 < reply.guess.confidence <= 1
    assert "bis 18 Uhr" in said(reply)
    assert not reply.end
    assert reply.hand_over is None


async def test_the_winner_leads_the_ranking(understanding: Understanding) -> None:
    reply = await understanding.reply(new_call(), "Wann haben Sie geöffnet?")
    assert reply.ranking[0] == reply.guess
    assert list(reply.ranking) == sorted(reply.ranking, key=lambda g: -g.confidence)


async def test_a_goodbye_ends_the_conversation(understanding: Understanding) -> None:
    reply = await understanding.reply(new_call(), "Danke, auf Wiederhören")
    assert reply.end
    assert reply.messages


async def test_a_wish_for_a_human_is_a_hand_over(understanding: Understanding) -> None:
    reply = await understanding.reply(new_call(), "Ich möchte mit einem Mitarbeiter sprechen")
    assert reply.hand_over is not None


async def test_a_question_for_a_number_expects_digits(understanding: Understanding) -> None:
    reply = await understanding.reply(new_call(), "Wo bleibt meine Bestellung?")
    assert reply.expect is Expect.DIGITS


@pytest.mark.parametrize("text", ["", " ", "?", "/restart", "/greet{}", "ä" * 5000, "\x00", "🙂"])
async def test_any_text_has_an_answer(understanding: Understanding, text: str) -> None:
    reply = await understanding.reply(new_call(), text)
    assert isinstance(reply, Reply)


async def test_calls_do_not_mix(understanding: Understanding) -> None:
    questions = ["Wo bleibt meine Bestellung?", "Wann haben Sie geöffnet?"] * 4
    replies = await asyncio.gather(
        *(understanding.reply(new_call(), question) for question in questions)
    )
    assert [reply.guess.intent for reply in replies] == ["order_status", "opening_hours"] * 4


async def test_after_closing_it_is_not_ready(understanding: Understanding) -> None:
    await understanding.close()
    assert not await understanding.ready()
    with pytest.raises(UnderstandingUnavailable):
        await understanding.reply(new_call(), "hallo")


# What only Rasa and the program's actions together can do.

Talk = Callable[[str], Coroutine[Any, Any, Reply]]


@pytest.fixture
async def client(rasa: RunningRasa) -> AsyncIterator[RasaUnderstanding]:
    client = RasaUnderstanding(rasa.url, rasa.token, timeout_s=60)
    yield client
    await client.close()


@pytest.fixture
async def call_id(rasa: RunningRasa) -> str:
    call_id = new_call()
    await rasa.store.begin(CallStart(call_id, rasa.company.id, "scripted", NOW))
    return call_id


@pytest.fixture
def talk(client: RasaUnderstanding, call_id: str) -> Talk:
    async def say(text: str) -> Reply:
        return await client.reply(call_id, text)

    return say


@pytest.mark.slow
@pytest.mark.timeout(900)
class TestRasa:
    async def test_an_order_with_a_question_and_a_correction(
        self, talk: Talk, rasa: RunningRasa, call_id: str
    ) -> None:
        begun = await talk("Ich möchte zwei Wasserkocher bestellen")
        assert (begun.form, begun.slots["quantity"]) == ("place_order_form", "2")
        between = await talk("Was kostet der Versand?")
        assert [bool(message.text) for message in between.messages] == [True, True]
        assert "4 Euro 90" in said(between)
        assert between.form == "place_order_form"
        read_back = await talk("eins zwei drei vier fünf")
        assert read_back.expect is Expect.YES_NO
        assert "2 Wasserkocher zu je 29 Euro 90" in said(read_back)
        corrected = await talk("nein, drei Stück")
        assert "3 Wasserkocher" in said(corrected)
        done = await talk("ja")
        assert done.form is None
        record = await rasa.store.call(call_id)
        assert record is not None
        (order,) = record.facts
        assert isinstance(order, Order)
        assert (order.quantity, order.customer) == (3, "12345")

    async def test_what_a_person_has_filled_in_is_not_asked_for(
        self, client: RasaUnderstanding, call_id: str
    ) -> None:
        given = {"product": "Toaster", "quantity": "2", "no_such_slot": "x"}
        begun = await client.reply(call_id, "Ich möchte etwas bestellen", given=given)
        assert begun.form == "place_order_form"
        assert begun.expect is Expect.NAME
        read_back = await client.reply(call_id, "Moment", given={"customer": "54321"})
        assert read_back.slots["customer"] == "54321"
        assert "2 Toaster" in said(read_back)

    async def test_breaking_off_ends_the_form_and_keeps_nothing(
        self, talk: Talk, rasa: RunningRasa, call_id: str
    ) -> None:
        await talk("Ich bin umgezogen")
        await talk("12345")
        stopped = await talk("abbrechen")
        assert stopped.form is None
        assert said(stopped)
        record = await rasa.store.call(call_id)
        assert record is not None
        assert record.facts == ()

    async def test_an_address_change_is_kept(
        self, talk: Talk, rasa: RunningRasa, call_id: str
    ) -> None:
        await talk("Ich bin umgezogen")
        await talk("12345")
        asked = await talk("Goethestraße 5, 34119 Kassel")
        assert asked.expect is Expect.YES_NO
        await talk("ja, das stimmt")
        record = await rasa.store.call(call_id)
        assert record is not None
        assert record.facts == (AddressChange("12345", "Goethestraße 5, 34119 Kassel"),)

    async def test_a_form_failing_twice_hands_over(self, talk: Talk) -> None:
        await talk("Wo bleibt meine Bestellung?")
        again = await talk("krchsz")
        assert again.understood
        assert "zum Beispiel" in said(again)
        failed = await talk("wfffl")
        assert failed.hand_over == "form_failed"
        assert failed.form is None

    async def test_an_answer_that_ends_the_call_is_the_last_thing_said(self, talk: Talk) -> None:
        await talk("Ich möchte einen Termin")
        ended = await talk("tschüss, auf Wiederhören")
        assert ended.end
        assert len(ended.messages) == 1

    async def test_the_same_answer_is_worded_differently_the_second_time(self, talk: Talk) -> None:
        first = await talk("Was kostet der Versand?")
        second = await talk("Was kostet der Versand?")
        assert said(first) != said(second)

    async def test_a_forgotten_call_starts_anew(
        self, client: RasaUnderstanding, talk: Talk, call_id: str
    ) -> None:
        assert (await talk("Ich möchte zwei Toaster bestellen")).form == "place_order_form"
        await client.forget(call_id)
        after = await talk("Was kostet der Versand?")
        assert (after.form, after.slots) == (None, {})

    @pytest.mark.parametrize("token", [None, "wrong"])
    async def test_without_the_token_nothing_is_answered(
        self, rasa: RunningRasa, token: str | None
    ) -> None:
        stranger = RasaUnderstanding(rasa.url, token)
        with pytest.raises(UnderstandingUnavailable, match="token"):
            await stranger.reply("call-1", "hallo")
        with pytest.raises(UnderstandingUnavailable, match="token"):
            await stranger.forget("call-1")
        await stranger.close()

    @pytest.mark.parametrize("body", [{}, {"sender": "x"}, {"sender": 5, "text": "hallo"}, []])
    async def test_a_request_of_another_shape_is_refused(
        self, rasa: RunningRasa, body: object
    ) -> None:
        headers = {"Authorization": f"Bearer {rasa.token}"}
        async with httpx.AsyncClient(base_url=rasa.url, headers=headers, trust_env=False) as web:
            answer = await web.post("/webhooks/voice/turn", json=body, timeout=60)
        assert answer.status_code == 400
        assert "error" in answer.json()

    async def test_a_form_goes_on_after_its_actions_have_failed(self, talk: Talk) -> None:
        await talk("Ich möchte zwei Wasserkocher bestellen")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Filling, "step", None)
            with pytest.raises(UnderstandingUnavailable):
                await talk("eins zwei drei vier fünf")
        read_back = await talk("eins zwei drei vier fünf")
        assert "2 Wasserkocher" in said(read_back)


def new_call() -> str:
    return uuid4().hex


def said(reply: Reply) -> str:
    return " ".join(message.text for message in reply.messages)
