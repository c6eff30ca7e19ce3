"""Messages whose form is not complete when the call ends."""

from dataclasses import replace

import pytest

from ivr.core.actions import Action, End, Record
from ivr.core.events import Heard, HungUp, NoInput, Played, TimerRang, Understood
from ivr.core.records import HandOver, Message, Outcome
from ivr.core.speech import Expect, Leaving, Utterance
from ivr.core.understanding import Reply
from tests.dialogue.talks import Conversation, reply

WISH = "Richten Sie bitte aus, dass der Fahrer hinten klingeln soll"
CALLER = "+49561998877"


def asks_name(**changes: object) -> Reply:
    asked = reply("leave_message", "Wie ist Ihr Name?", form="message_form", expect=Expect.NAME)
    return replace(asked, **changes)  # type: ignore[arg-type]


def asked_for_name(
    text: str = WISH, caller: str | None = CALLER, **changes: object
) -> Conversation:
    talk = Conversation()
    talk.answer(caller)
    talk.says(text, asks_name(**changes))
    return talk


def messages(talk: Conversation) -> list[Message]:
    facts = [action.fact for action in talk.actions if isinstance(action, Record)]
    return [fact for fact in facts if isinstance(fact, Message)]


def hang_up(talk: Conversation) -> list[Action]:
    return talk.feed(HungUp(talk.at()))


@pytest.mark.parametrize(
    ("caller", "outcome"), [(CALLER, Outcome.ANSWERED), (None, Outcome.ABANDONED)]
)
def test_a_message_told_with_the_wish_for_one_is_kept_without_a_name(
    caller: str | None, outcome: Outcome
) -> None:
    talk = asked_for_name(caller=caller)
    hang_up(talk)
    assert messages(talk) == [Message("", caller or "", WISH)]
    assert talk.end() == End(outcome, "caller")


def test_what_the_form_has_learnt_counts_before_the_words() -> None:
    known = {"about": "die Rechnung vom März", "phone": "0561123456"}
    talk = asked_for_name("Es geht um die Rechnung vom März, rufen Sie zurück", slots=known)
    hang_up(talk)
    assert messages(talk) == [Message("", "0561123456", "die Rechnung vom März")]


def test_a_message_dictated_to_the_question_for_the_name_is_kept() -> None:
    talk = asked_for_name("Ich möchte eine Nachricht hinterlassen")
    at = talk.at()
    told = "Die zweite Lieferung fehlt noch immer"
    talk.feed(Heard(at, Utterance(told, 0.9, at - 1, at, leaving=Leaving.HUNG_UP)))
    again = replace(asks_name(), guess=reply("inform").guess)
    talk.feed(Understood(talk.at(), 2, again))
    hang_up(talk)
    assert [message.about for message in messages(talk)] == [
        f"Ich möchte eine Nachricht hinterlassen {told}"
    ]


@pytest.mark.parametrize(
    "said", ["Ich möchte eine Nachricht hinterlassen", "Können Sie Frau Schulz etwas ausrichten"]
)
def test_who_only_asked_to_leave_one_has_left_none(said: str) -> None:
    talk = asked_for_name(said)
    hang_up(talk)
    assert messages(talk) == []
    assert talk.end() == End(Outcome.ABANDONED, "caller")


def test_questions_in_between_are_no_part_of_the_message() -> None:
    talk = asked_for_name()
    hours = reply("opening_hours", "Bis 18 Uhr. Wie ist Ihr Name?", form="message_form")
    talk.says("Wie lange haben Sie denn heute noch geöffnet?", hours)
    hang_up(talk)
    assert [message.about for message in messages(talk)] == [WISH]


def test_a_form_that_is_complete_or_given_up_leaves_nothing_to_be_kept() -> None:
    for end in (reply("inform", "Ihre Nachricht ist notiert."), reply("stop_form", "Gut.")):
        talk = asked_for_name()
        talk.says("Schulze", end)
        hang_up(talk)
        assert messages(talk) == []


def test_whom_a_colleague_calls_back_has_left_no_message_besides() -> None:
    talk = asked_for_name()
    failed = asks_name(hand_over="form_failed")
    talk.says("Siebzehn", replace(failed, form=None))
    hang_up(talk)
    assert messages(talk) == []
    assert [type(fact) for fact in talk.records()] == [HandOver]


def test_a_message_is_kept_once_however_the_call_ends() -> None:
    talk = asked_for_name()
    for _ in range(6):
        talk.feed(NoInput(talk.at()))
        talk.finish_saying()
    talk.feed(talk.timer("last_chance"))
    hang_up(talk)
    assert len(messages(talk)) == 1
    ends = [action for action in talk.actions if isinstance(action, End)]
    assert ends[0] == End(Outcome.ANSWERED)


def test_a_call_that_is_cut_at_its_longest_keeps_the_message() -> None:
    talk = asked_for_name()
    talk.feed(TimerRang(talk.at(), "limit", 0))
    talk.feed(Played(talk.at(), talk.talk.mouth.prompt, interrupted=False))
    assert [message.about for message in messages(talk)] == [WISH]
    assert talk.end() == End(Outcome.ANSWERED, "limit")
