"""Consent to being recorded: asked, given, refused, taken back, never guessed."""

from dataclasses import replace

import pytest

from ivr.core.actions import Ask, KeepSound, Say
from ivr.core.events import Answered, BargedIn, KeyPressed, Played
from ivr.dialogue.machine import begin
from ivr.dialogue.state import Consent
from tests.dialogue.talks import PHRASES, SCRIPT, Conversation, reply

GREETING = SCRIPT.greeting
QUESTION = PHRASES["record_ask"][0]
AGAIN = PHRASES["record_ask_again"][0]
NOT_RECORDED = PHRASES["record_no"][0]
HOURS = reply("opening_hours", "Heute haben wir bis 18 Uhr geöffnet.")


def beginning(recording: str) -> tuple[Conversation, str]:
    talk = Conversation(begin(replace(SCRIPT, recording=recording)))
    return talk, talk.answer()


def hearing_out(recording: str, wanted: str) -> Conversation:
    """A conversation in which the prompt with the wanted words has just begun to sound."""
    talk = Conversation(begin(replace(SCRIPT, recording=recording)))
    talk.feed(Answered(talk.at(), None))
    while wanted not in sounding(talk).text:
        talk.feed(Played(talk.at(), sounding(talk).prompt, interrupted=False))
    return talk


def sounding(talk: Conversation) -> Say:
    return [action for action in talk.actions if isinstance(action, Say)][-1]


def kept(talk: Conversation) -> list[bool]:
    return [action.on for action in talk.actions if isinstance(action, KeepSound)]


def test_without_the_setting_nothing_is_asked_or_kept() -> None:
    talk, said = beginning("")
    assert said.endswith(GREETING)
    assert QUESTION not in said
    talk.says("Ja", HOURS)
    assert kept(talk) == []


def test_a_clear_yes_begins_it_and_the_greeting_comes_then() -> None:
    talk, said = beginning("asked")
    assert said.endswith(QUESTION)
    assert kept(talk) == []
    assert talk.says("Ja, gerne").endswith(GREETING)
    assert kept(talk) == [True]


@pytest.mark.parametrize("answer", ["Ja", "Ja?", "Ja hallo", "Ja bitte"])
def test_a_yes_into_the_question_is_none_and_the_question_is_put_again(answer: str) -> None:
    talk = hearing_out("asked", QUESTION)
    talk.feed(BargedIn(talk.at()))
    talk.hears(answer, during_prompt=True)
    assert kept(talk) == []
    assert talk.finish_saying() == QUESTION
    assert talk.says("Ja").endswith(GREETING)
    assert kept(talk) == [True]


def test_a_yes_begun_before_the_question_ended_is_none_even_if_it_was_heard_out() -> None:
    talk, _ = beginning("asked")
    talk.hears("Ja", during_prompt=True)
    assert talk.finish_saying() == AGAIN
    assert kept(talk) == []


def test_a_key_into_the_question_is_no_consent() -> None:
    talk = hearing_out("asked", QUESTION)
    talk.feed(KeyPressed(talk.at(), "1"))
    assert kept(talk) == []
    assert talk.finish_saying() == QUESTION


def test_a_no_into_the_question_counts() -> None:
    talk = hearing_out("asked", QUESTION)
    talk.hears("Nein", during_prompt=True)
    assert talk.finish_saying() == f"{NOT_RECORDED} {GREETING}"
    assert kept(talk) == [False]


@pytest.mark.parametrize("unclear", ["Na", "Wie bitte?", "Hallo", "Ja hallo guten Tag", ""])
def test_an_unclear_answer_is_asked_for_once_more_and_then_greeted_without(unclear: str) -> None:
    talk, _ = beginning("asked")
    if unclear.startswith("Ja"):
        talk.hears(unclear, during_prompt=True)
        assert talk.finish_saying() == AGAIN
    else:
        assert talk.says(unclear, HOURS) == AGAIN
    assert talk.says("Na", HOURS) == f"{NOT_RECORDED} {GREETING}"
    assert kept(talk) == [False]
    assert not [each for each in talk.actions if isinstance(each, Ask)]
    assert "bis 18 Uhr" in talk.says("Wann haben Sie geöffnet?", HOURS)


def test_the_second_question_can_be_answered() -> None:
    talk, _ = beginning("asked")
    talk.says("Äh was")
    assert talk.says("Ja, gerne").endswith(GREETING)
    assert kept(talk) == [True]


@pytest.mark.parametrize("answer", ["Nein", "Nein danke", "Bitte nicht aufnehmen", "Lieber nicht"])
def test_a_no_is_a_no(answer: str) -> None:
    talk, _ = beginning("asked")
    talk.says(answer, HOURS)
    assert True not in kept(talk)
    assert talk.talk.consent is Consent.REFUSED


def test_a_friendly_yes_that_begins_a_wish_is_no_consent_and_the_wish_is_answered() -> None:
    talk, _ = beginning("asked")
    said = talk.says("Ja guten Tag ich möchte wissen wann Sie geöffnet haben", HOURS)
    assert "bis 18 Uhr" in said
    assert kept(talk) == [False]
    talk.says("Ja", HOURS)
    assert kept(talk) == [False]


def test_silence_is_no_consent() -> None:
    talk, _ = beginning("asked")
    assert talk.stays_silent().endswith(GREETING)
    assert kept(talk) == [False]


@pytest.mark.parametrize(("key", "on"), [("1", True), ("2", False)])
def test_keys_answer_as_well(key: str, on: bool) -> None:
    talk, _ = beginning("asked")
    talk.feed(KeyPressed(talk.at(), key))
    assert talk.finish_saying().endswith(GREETING)
    assert kept(talk) == [on]


def test_a_yes_to_something_else_is_no_consent() -> None:
    talk, _ = beginning("asked")
    talk.feed(KeyPressed(talk.at(), "0"))
    talk.finish_saying()
    talk.says("Ja")
    assert True not in kept(talk)


def test_what_is_announced_begins_when_the_announcement_was_heard() -> None:
    announced = PHRASES["record_announced"][0]
    talk = hearing_out("announced", announced)
    assert kept(talk) == []
    talk.feed(Played(talk.at(), sounding(talk).prompt, interrupted=False))
    assert kept(talk) == [True]


def test_an_announcement_that_was_broken_off_begins_nothing() -> None:
    talk = hearing_out("announced", PHRASES["record_announced"][0])
    assert "bis 18 Uhr" in talk.says("Wann haben Sie geöffnet?", HOURS)
    assert kept(talk) == []


def test_who_refuses_into_the_announcement_is_not_recorded() -> None:
    talk = hearing_out("announced", PHRASES["record_announced"][0])
    assert talk.says("Nicht aufnehmen") == f"{NOT_RECORDED} {GREETING}"
    assert kept(talk) == [False]


@pytest.mark.parametrize("recording", ["asked", "announced"])
def test_a_complaint_that_an_order_was_not_taken_is_no_refusal(recording: str) -> None:
    talk, _ = beginning(recording)
    if recording == "asked":
        talk.says("Ja")
    assert "bis 18 Uhr" in talk.says("Meine Bestellung wurde nicht aufgenommen", HOURS)
    assert kept(talk) == [True]


@pytest.mark.parametrize("recording", ["asked", "announced"])
def test_consent_is_taken_back_at_any_time(recording: str) -> None:
    talk, said = beginning(recording)
    if recording == "asked":
        talk.says("Ja")
    else:
        assert PHRASES["record_announced"][0] in said
        assert said.endswith(GREETING)
    talk.says("Wann haben Sie geöffnet?", HOURS)
    asked = len([each for each in talk.actions if isinstance(each, Ask)])
    said = talk.says("Bitte das Gespräch nicht aufzeichnen")
    assert said.startswith(PHRASES["record_no"][0])
    assert kept(talk) == [True, False]
    assert len([each for each in talk.actions if isinstance(each, Ask)]) == asked
