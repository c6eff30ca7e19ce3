"""What callers add to an answer before they can have heard the next question."""

from dataclasses import replace

import pytest

from ivr.core.actions import Ask
from ivr.core.events import BargedIn, Heard, Understood
from ivr.core.speech import Expect, Utterance
from tests.dialogue.talks import Conversation, answered, reply

CONFIRM = replace(
    reply("place_order", "Einen Toaster, richtig?", expect=Expect.YES_NO), form="place_order_form"
)
WRAPPED = replace(CONFIRM, messages=reply("", "Soll er verpackt werden?").messages)


def asked_in_between(first: str, then: str, *, after_s: float) -> list[str]:
    """What is asked of the understanding where the caller says `first` to a question, and `then`
    so long after it was decided to ask the next one."""
    talk = answered()
    talk.says("Ich will bestellen", CONFIRM)
    talk.hears(first)
    begun = talk.at()
    talk.feed(Understood(begun, turn_asked(talk), WRAPPED))
    talk.feed(BargedIn(talk.at()))
    start_s = begun + after_s
    talk.feed(Heard(talk.at(), Utterance(then, 0.9, start_s, start_s + 0.5, after_s > 0)))
    after = [action.text for action in talk.actions if isinstance(action, Ask)][2:]
    assert after or "verpackt" in talk.finish_saying()
    return after


def turn_asked(talk: Conversation) -> int:
    return [action.turn for action in talk.actions if isinstance(action, Ask)][-1]


@pytest.mark.parametrize(
    ("first", "then"),
    [("Ja", "Genau"), ("Ja", "Ja, richtig"), ("Ja", "gut"), ("Nein", "Nein nein"), ("Acht", "Ja")],
)
def test_more_of_the_same_answers_nothing_and_the_question_is_asked(first: str, then: str) -> None:
    for after_s in (-0.3, 0.5):
        assert asked_in_between(first, then, after_s=after_s) == []
    assert asked_in_between(first, then, after_s=1.0) == [then]


@pytest.mark.parametrize(
    ("first", "then"),
    [("Ja", "Nein"), ("Nein", "Doch, ja"), ("Ja", "Genau, am Montag"), ("Nein", "Nein, zwei")],
)
def test_what_takes_the_answer_back_or_adds_to_it_is_understood(first: str, then: str) -> None:
    assert asked_in_between(first, then, after_s=0.3) == [then]


def test_more_of_the_same_while_the_answer_is_awaited_asks_nothing_new() -> None:
    talk = answered()
    talk.says("Ich will bestellen", CONFIRM)
    talk.hears("Ja")
    assert talk.hears("Genau") == []
    talk.feed(Understood(talk.at(), turn_asked(talk), WRAPPED))
    assert talk.finish_saying() == "Soll er verpackt werden?"


def test_a_third_word_does_not_answer_the_question_that_begins_again_after_the_second() -> None:
    talk = answered()
    talk.says("Ich will bestellen", CONFIRM)
    talk.hears("Ja")
    talk.feed(Understood(talk.at(), turn_asked(talk), WRAPPED))
    for word in ("Genau", "Richtig"):
        talk.feed(BargedIn(talk.at()))
        at = talk.at()
        before = talk.talk.taken
        assert before is not None
        assert before.answered_at is not None
        said = Utterance(word, 0.9, before.answered_at + 0.4, at, True)
        assert Ask not in [type(action) for action in talk.feed(Heard(at, said))]
        assert talk.talk.mouth.speaking


def test_who_was_not_understood_and_says_it_again_at_once_is_heard() -> None:
    talk = answered()
    talk.says("Ich will bestellen", CONFIRM)
    at = talk.at()
    talk.feed(Heard(at, Utterance("", 0.9, at - 1, at)))
    talk.feed(BargedIn(talk.at()))
    again = talk.feed(Heard(at + 1, Utterance("Ja", 0.9, at + 0.3, at + 0.8, True)))
    assert [action.text for action in again if isinstance(action, Ask)] == ["Ja"]


def test_a_second_no_does_not_take_back_the_goodbye() -> None:
    talk = answered()
    talk.hears("Wann haben Sie geöffnet?")
    talk.feed(Understood(talk.at(), 1, reply("opening_hours", "Bis 18 Uhr.")))
    talk.finish_saying()
    at = talk.at()
    talk.feed(Heard(at, Utterance("Nein", 0.9, at - 1, at)))
    assert talk.feed(Heard(at + 1, Utterance("Nein, nein", 0.9, at + 0.2, at + 0.6))) == []
    assert talk.talk.mouth.speaking
