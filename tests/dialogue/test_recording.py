"""Consent to being recorded: asked, given, refused, taken back, never guessed."""

from dataclasses import replace

import pytest

from ivr.core.actions import Ask, KeepSound
from ivr.core.events import KeyPressed
from ivr.dialogue.machine import begin
from ivr.dialogue.state import Consent
from tests.dialogue.talks import PHRASES, SCRIPT, Conversation, reply

GREETING = SCRIPT.greeting
QUESTION = PHRASES["record_ask"][0]
HOURS = reply("opening_hours", "Heute haben wir bis 18 Uhr geöffnet.")


def beginning(recording: str) -> tuple[Conversation, str]:
    talk = Conversation(begin(replace(SCRIPT, recording=recording)))
    return talk, talk.answer()


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
