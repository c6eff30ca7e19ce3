"""What the conversation does in each situation a caller can bring about."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.actions import Ask, End, Listen, Say, SetTimer, StopSaying
from ivr.core.events import (
    BargedIn,
    CallEvent,
    DrainRequested,
    Engine,
    EngineFailed,
    EngineRecovered,
    FalseStart,
    HungUp,
    KeyPressed,
    KeysEntered,
    NoInput,
    Played,
    SpeechStarted,
    TimerRang,
    Understood,
)
from ivr.core.records import HandOverReason, Outcome
from ivr.core.speech import Expect
from ivr.core.understanding import Reply
from ivr.dialogue.draft import RESUMED_AT_MOST
from ivr.dialogue.machine import begin
from ivr.dialogue.state import Closing
from tests.dialogue.talks import PHRASES, SCRIPT, Conversation, answered, reply

HOURS = reply("opening_hours", "Heute haben wir bis 18 Uhr geöffnet.")


def phrases(key: str) -> tuple[str, ...]:
    return tuple(PHRASES[key])


def test_greets_with_notice_and_standard_phrase() -> None:
    said = Conversation().answer()
    assert said.endswith("Musterfirma, Guten Tag, was kann ich für Sie tun?")
    assert "Sprachassistent" in said


def test_notice_may_not_be_interrupted_but_the_greeting_may() -> None:
    talk = answered()
    says = [action for action in talk.actions if isinstance(action, Say)]
    assert [say.interruptible for say in says] == [False, True]


def test_answers_and_asks_for_more() -> None:
    said = answered().says("Wann haben Sie geöffnet?", HOURS)
    assert said.startswith("Heute haben wir bis 18 Uhr geöffnet.")
    assert said.endswith(phrases("anything_else")[0])


@pytest.mark.parametrize("no", ["Nein", "Nein danke", "Nein, das war alles"])
def test_no_more_wishes_end_the_call(no: str) -> None:
    talk = answered()
    talk.says("Wann haben Sie geöffnet?", HOURS)
    assert talk.says(no) in phrases("farewell")
    talk.feed(talk.timer("last_chance"))
    assert talk.end() == End(Outcome.ANSWERED, "hotline")


@pytest.mark.parametrize("word", ["Danke, Ihnen auch", "Gleichfalls", "Vielen Dank", "Tschüss"])
def test_a_friendly_word_after_the_goodbye_ends_the_call(word: str) -> None:
    talk = answered()
    talk.says("Wann haben Sie geöffnet?", HOURS)
    talk.says("Nein danke")
    talk.feed(SpeechStarted(talk.at()))
    assert talk.hears(word) == [End(Outcome.ANSWERED, "hotline")]


def test_a_question_after_the_goodbye_is_still_answered() -> None:
    talk = answered()
    talk.says("Wann haben Sie geöffnet?", HOURS)
    talk.says("Nein danke")
    late = talk.timer("last_chance")
    talk.feed(SpeechStarted(talk.at()))
    assert "18 Uhr" in talk.says("Ach, wann war das noch mal?", HOURS)
    talk.feed(late)
    assert talk.end() is None


def test_barge_in_stops_the_prompt_and_what_would_have_followed() -> None:
    talk = answered()
    talk.hears("Wann haben Sie geöffnet?")
    talk.feed(Understood(talk.at(), 1, HOURS))
    assert talk.feed(BargedIn(talk.at())) == [StopSaying()]
    assert not talk.talk.mouth.speaking


@pytest.mark.parametrize("nod", ["Okay", "Alles klar", "Gut", "Ja", "Mhm"])
def test_a_nod_that_interrupted_an_answer_takes_no_offer_and_the_answer_goes_on(nod: str) -> None:
    talk = answered()
    talk.hears("Wann haben Sie geöffnet?")
    talk.feed(Understood(talk.at(), 1, HOURS))
    talk.feed(BargedIn(talk.at()))
    talk.hears(nod, during_prompt=True)
    said = talk.finish_saying()
    assert said.startswith("Heute haben wir bis 18 Uhr geöffnet.")
    assert said.endswith(phrases("anything_else")[0])
    assert talk.says("Nein danke") in phrases("farewell")


def test_an_offer_that_was_not_begun_cannot_be_declined() -> None:
    talk = answered()
    talk.hears("Wann haben Sie geöffnet?")
    talk.feed(Understood(talk.at(), 1, HOURS))
    talk.feed(BargedIn(talk.at()))
    thanks = talk.hears("Danke", during_prompt=True)
    assert [action.text for action in thanks if isinstance(action, Ask)] == ["Danke"]


def test_a_yes_over_a_question_answers_it() -> None:
    talk = answered()
    talk.says("Sie sind unfähig", reply("insult", "Das tut mir leid."))
    talk.feed(KeyPressed(talk.at(), "*"))
    talk.feed(Played(talk.at(), talk.talk.mouth.prompt, interrupted=False))
    talk.feed(BargedIn(talk.at()))
    talk.hears("Ja", during_prompt=True)
    assert talk.talk.callback is not None


def test_whoever_interrupts_the_same_line_again_and_again_is_heard() -> None:
    talk = answered()
    talk.hears("Wann haben Sie geöffnet?")
    talk.feed(Understood(talk.at(), 1, HOURS))
    for _ in range(RESUMED_AT_MOST):
        talk.feed(BargedIn(talk.at()))
        talk.hears("Okay", during_prompt=True)
        assert talk.talk.mouth.speaking
    talk.feed(BargedIn(talk.at()))
    assert [type(action) for action in talk.hears("Okay", during_prompt=True)][0] is Ask


def test_an_answer_that_a_noise_interrupted_goes_on() -> None:
    talk = answered()
    talk.hears("Wann haben Sie geöffnet?")
    talk.feed(Understood(talk.at(), 1, HOURS))
    talk.feed(BargedIn(talk.at()))
    talk.feed(FalseStart(talk.at()))
    said = talk.finish_saying()
    assert said.startswith("Heute haben wir bis 18 Uhr geöffnet.")
    assert said.endswith(phrases("anything_else")[0])


def test_what_was_heard_before_the_noise_is_not_said_again() -> None:
    talk = answered()
    talk.hears("Wann haben Sie geöffnet?")
    talk.feed(Understood(talk.at(), 1, HOURS))
    talk.feed(Played(talk.at(), talk.talk.mouth.prompt, interrupted=False))
    talk.feed(BargedIn(talk.at()))
    talk.feed(FalseStart(talk.at()))
    assert talk.finish_saying() == phrases("anything_else")[0]


def test_a_noise_that_interrupts_each_time_is_not_talked_against_for_ever() -> None:
    talk = answered()
    talk.hears("Wann haben Sie geöffnet?")
    talk.feed(Understood(talk.at(), 1, HOURS))
    resumed = 0
    while talk.talk.mouth.speaking:
        talk.feed(BargedIn(talk.at()))
        talk.feed(FalseStart(talk.at()))
        resumed += talk.talk.mouth.speaking
    assert resumed == RESUMED_AT_MOST


@pytest.mark.parametrize("interrupts", [False, True])
def test_a_noise_repeats_nothing_once_the_caller_has_asked_something_else(
    interrupts: bool,
) -> None:
    talk = answered()
    talk.hears("Wann haben Sie geöffnet?")
    talk.feed(Understood(talk.at(), 1, HOURS))
    if interrupts:
        talk.feed(BargedIn(talk.at()))
    talk.hears("Ach, und wo sind Sie?", during_prompt=True)
    assert talk.feed(FalseStart(talk.at())) == []


def test_a_noise_after_the_goodbye_does_not_keep_the_line_open() -> None:
    talk = answered()
    talk.says("Wann haben Sie geöffnet?", HOURS)
    talk.says("Nein danke")
    (longer,) = talk.feed(SpeechStarted(talk.at()))
    (short,) = talk.feed(FalseStart(talk.at()))
    assert isinstance(longer, SetTimer)
    assert isinstance(short, SetTimer)
    assert short.seconds < longer.seconds


def test_a_moment_asked_for_keeps_the_offer() -> None:
    talk = answered()
    talk.says("Wann haben Sie geöffnet?", HOURS)
    talk.says("Moment bitte", reply("wait"))
    assert talk.says("Nein danke") in phrases("farewell")


def test_mhm_into_a_filler_does_not_break_off_the_answer_that_came_meanwhile() -> None:
    talk = answered()
    talk.hears("Wann haben Sie geöffnet?")
    talk.feed(talk.timer("filler"))
    assert talk.feed(BargedIn(talk.at())) == [StopSaying()]
    talk.feed(Understood(talk.at(), 1, HOURS))
    assert talk.hears("Mhm", during_prompt=True) == []
    assert "18 Uhr" in talk.finish_saying()


def test_a_late_answer_is_bridged_and_then_said() -> None:
    talk = answered()
    talk.hears("Wo ist meine Bestellung?")
    (filler,) = [a for a in talk.feed(talk.timer("filler")) if isinstance(a, Say)]
    assert filler.filler
    assert filler.text in phrases("moment")
    assert talk.feed(Understood(talk.at(), 1, HOURS)) == []
    assert "18 Uhr" in talk.finish_saying()


def interrupted_filler() -> Conversation:
    """The caller waits, and has begun to sound over the filler that holds the answer back."""
    talk = answered()
    talk.hears("Wo ist meine Bestellung?")
    talk.feed(talk.timer("filler"))
    talk.feed(Understood(talk.at(), 1, HOURS))
    talk.feed(BargedIn(talk.at()))
    return talk


def test_a_finished_answer_is_said_as_soon_as_a_noise_over_the_filler_is_over() -> None:
    talk = interrupted_filler()
    talk.feed(FalseStart(talk.at()))
    assert "18 Uhr" in talk.finish_saying()


def test_a_finished_answer_is_said_after_a_nod_to_the_filler() -> None:
    talk = interrupted_filler()
    talk.hears("Okay", during_prompt=True)
    assert "18 Uhr" in talk.finish_saying()


def test_a_finished_answer_is_said_after_a_key_that_means_nothing() -> None:
    talk = interrupted_filler()
    talk.feed(KeyPressed(talk.at(), "7"))
    assert "18 Uhr" in talk.finish_saying()


def test_a_nod_while_an_answer_is_awaited_asks_nothing_new() -> None:
    talk = answered()
    talk.hears("Wo ist meine Bestellung?")
    talk.feed(talk.timer("filler"))
    talk.finish_saying()
    assert talk.hears("Okay") == []
    talk.feed(Understood(talk.at(), 1, HOURS))
    assert "18 Uhr" in talk.finish_saying()


def test_the_caller_is_kept_company_in_other_words() -> None:
    talk = answered()
    talk.hears("Wo ist meine Bestellung?")
    heard = []
    for _ in range(3):
        talk.feed(talk.timer("filler"))
        heard.append(talk.finish_saying())
    assert len(set(heard)) == 3


def test_an_answer_to_an_older_question_is_dropped() -> None:
    talk = answered()
    talk.hears("Wo ist meine Bestellung?")
    talk.hears("Ach nein, wann haben Sie auf?")
    assert talk.feed(Understood(talk.at(), 1, HOURS)) == []
    assert talk.feed(Understood(talk.at(), 2, HOURS)) != []


@pytest.mark.parametrize(
    ("said", "goes_on"),
    [
        ("Danke", False),
        ("Super, vielen Dank", False),
        ("Alles klar", False),
        ("Nein danke, das war's", False),
        ("Ja", True),
        ("Ja, ich habe noch eine Frage", True),
    ],
)
def test_what_callers_make_of_the_offer_of_more(said: str, goes_on: bool) -> None:
    talk = answered()
    talk.says("Wann haben Sie geöffnet?", HOURS)
    heard = talk.says(said)
    assert (heard in phrases("what_else")) == goes_on
    assert ("Auf Wiederhören" in heard or "auf Wiederhören" in heard) != goes_on


@pytest.mark.parametrize("said", ["Ja, und die 471109", "Zwei Toaster bitte", "Und am Samstag"])
def test_more_than_yes_or_no_is_understood_first(said: str) -> None:
    talk = answered()
    talk.says("Wann haben Sie geöffnet?", HOURS)
    assert [action.text for action in talk.hears(said) if isinstance(action, Ask)] == [said]


def test_the_offer_stands_when_it_is_repeated() -> None:
    talk = answered()
    talk.says("Wann haben Sie geöffnet?", HOURS)
    talk.says("Wie bitte?", reply("repeat"))
    assert talk.says("Nein") in phrases("farewell")


def test_who_asks_for_a_moment_is_left_alone_and_keeps_the_question() -> None:
    talk = answered()
    asked = reply("order_status", "Nummer?", form="order_status_form", expect=Expect.DIGITS)
    talk.says("Wo ist meine Bestellung?", asked)
    said = talk.says("Moment", reply("wait", "Gern.", "Nummer?", form="order_status_form"))
    assert said in phrases("take_your_time")
    assert talk.talk.mouth.expect is Expect.DIGITS
    assert [talk.stays_silent() for _ in range(2)] == ["", ""]
    assert talk.stays_silent().endswith("Nummer?")


def test_a_form_that_took_the_words_is_not_overruled_by_the_guess() -> None:
    talk = answered()
    talk.says("Nachricht", reply("leave_message", "Worum geht es?", form="message_form"))
    filled = reply("human_agent", "Notiert.", slots={"about": "ein Mitarbeiter"})
    assert talk.says("Es geht um einen Mitarbeiter", filled).startswith("Notiert.")


def test_a_half_filled_form_is_not_an_answer() -> None:
    talk = answered()
    talk.says("Ich will bestellen", reply("place_order", "Was?", form="place_order_form"))
    talk.feed(HungUp(talk.at()))
    assert talk.end() == End(Outcome.ABANDONED, "caller")


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("Da habe ich mich verwählt, auf Wiederhören", "farewell"),
        ("Geben Sie mir einen Mitarbeiter", "hand_over_asked"),
        ("Sie sind doch völlig unfähig", "apology"),
    ],
)
def test_a_plain_wording_counts_where_the_understanding_is_unsure(said: str, key: str) -> None:
    lost = reply("nlu_fallback", confidence=0.2, understood=False)
    assert answered().says(said, lost).startswith(phrases(key))


def test_greeting_alone_is_answered_by_listening_on() -> None:
    talk = answered()
    talk.hears("Guten Tag")
    actions = talk.feed(Understood(talk.at(), 1, reply("greet")))
    assert actions == [Listen(Expect.ANYTHING)]


def test_repeat_says_the_whole_answer_again() -> None:
    talk = answered()
    first = talk.says("Wann haben Sie geöffnet?", HOURS)
    assert talk.says("Wie bitte?", reply("repeat")) == first
    talk.feed(KeyPressed(talk.at(), "*"))
    assert talk.finish_saying() == first


def test_slower_stays_slower() -> None:
    talk = answered()
    talk.says("Wann haben Sie geöffnet?", HOURS)
    talk.says("Bitte langsamer", reply("slower"))
    talk.says("Und wo sind Sie?", reply("company_address", "In Kassel."))
    last = [action for action in talk.actions if isinstance(action, Say)][-1]
    assert last.pace < 1


def test_silence_climbs_the_ladder_and_ends_the_call() -> None:
    talk = answered()
    heard = [talk.stays_silent() for _ in range(4)]
    assert heard[0] in phrases("silence_1")
    assert heard[1] in phrases("silence_2")
    assert heard[2] in phrases("silence_3")
    assert heard[3] in phrases("silence_farewell")
    talk.feed(talk.timer("last_chance"))
    assert talk.end() == End(Outcome.ABANDONED, "hotline")


def test_silence_in_a_form_asks_the_same_question_again() -> None:
    talk = answered()
    asked = reply(
        "order_status", "Wie ist die Nummer?", form="order_status_form", expect=Expect.DIGITS
    )
    talk.says("Wo ist meine Bestellung?", asked)
    assert talk.stays_silent().endswith("Wie ist die Nummer?")


def test_not_understood_twice_leads_to_a_call_back() -> None:
    talk = answered()
    lost = reply("nlu_fallback", understood=False)
    assert talk.says("Blubb", lost) in phrases("no_match_1")
    said = talk.says("Blubber", lost)
    assert said.startswith(phrases("hand_over_not_understood")[0])
    assert said.endswith(phrases("ask_name")[0])


def test_not_understood_now_and_then_is_put_differently_each_time() -> None:
    talk = answered()
    lost = reply("nlu_fallback", understood=False)
    heard = []
    for text in ("Blubb", "Blabb", "Blibb"):
        heard.append(talk.says(text, lost))
        talk.says("Wann haben Sie geöffnet?", HOURS)
    assert heard[0] in phrases("no_match_1")
    assert heard[1] in phrases("no_match_2")
    assert heard[2] in phrases("no_match_3")


def test_saying_the_same_three_times_leads_to_a_call_back() -> None:
    talk = answered()
    for _ in range(2):
        talk.says("Mein Paket ist weg", HOURS)
    said = talk.says("Mein Paket ist weg!")
    assert said.startswith(phrases("hand_over_repetition")[0])


def test_anger_twice_leads_to_a_call_back() -> None:
    talk = answered()
    talk.says("Das ist eine Frechheit", reply("insult", "Das tut mir leid."))
    said = talk.says("Sie sind unfähig", reply("insult", "Das tut mir leid."))
    assert said.startswith(phrases("apology")[0])
    assert phrases("hand_over_anger")[0] in said


def test_hand_over_takes_name_and_number_and_reads_it_back() -> None:
    talk = answered()
    talk.says("Wo ist meine Bestellung?", reply("order_status", "Die kommt.", slots={"a": "b"}))
    assert talk.says("Ich will einen Menschen", reply("human_agent")).endswith("Name?")
    talk.says("Mein Name ist Meier")
    said = talk.says("null fünf sechs eins eins zwei drei vier fünf sechs")
    assert "null fünf" in said
    said = talk.says("Ja, genau")
    assert "auf den Namen Meier" in said
    (fact,) = talk.records()
    assert (fact.caller_name, fact.phone, fact.reason) == (
        "Meier",
        "0561123456",
        HandOverReason.ASKED,
    )
    assert (fact.intent, fact.slots) == ("order_status", {"a": "b"})
    talk.feed(talk.timer("last_chance"))
    assert talk.end() == End(Outcome.HANDED_OVER, "hotline")


def test_a_wrong_number_is_corrected() -> None:
    talk = answered()
    talk.says("Mitarbeiter", reply("human_agent"))
    talk.says("Meier")
    talk.says("0561 123456")
    assert talk.says("Nein") in phrases("wrong_phone")
    talk.says("0561 654321")
    talk.says("ja")
    assert talk.records()[0].phone == "0561654321"


def test_the_known_number_is_offered() -> None:
    talk = Conversation()
    talk.answer(caller="0561998877")
    talk.says("Mitarbeiter", reply("human_agent"))
    assert talk.says("Schulze") == phrases("ask_own_number")[0]
    talk.says("Ja bitte")
    assert talk.records()[0].phone == "0561998877"


def test_hanging_up_in_the_middle_of_a_call_back_keeps_what_is_known() -> None:
    talk = Conversation()
    talk.answer(caller="0561998877")
    talk.says("Mitarbeiter", reply("human_agent"))
    talk.says("Schulze")
    talk.feed(HungUp(talk.at()))
    assert talk.records()[0].phone == "0561998877"
    assert talk.end() == End(Outcome.HANDED_OVER, "caller")


def test_an_unwanted_call_back_returns_to_the_talk() -> None:
    talk = answered()
    talk.says("Mitarbeiter", reply("human_agent"))
    assert talk.says("Nein, doch nicht") in phrases("back_to_talk")
    assert "18 Uhr" in talk.says("Wann haben Sie geöffnet?", HOURS)


def test_an_unwanted_call_back_returns_to_the_question_of_the_form() -> None:
    talk = answered()
    asked = reply("order_status", "Nummer?", form="order_status_form", expect=Expect.DIGITS)
    talk.says("Wo ist meine Bestellung?", asked)
    talk.says("Mitarbeiter", reply("human_agent", form="order_status_form", hand_over="asked"))
    assert talk.says("Nein, doch nicht") == f"{phrases('back_to_form')[0]} Nummer?"
    assert talk.talk.mouth.expect is Expect.DIGITS


def test_a_goodbye_in_a_call_back_ends_the_call_and_keeps_who_can_be_reached() -> None:
    for caller, outcome in (("0561998877", Outcome.HANDED_OVER), (None, Outcome.ABANDONED)):
        talk = Conversation()
        talk.answer(caller=caller)
        talk.says("Mitarbeiter", reply("human_agent"))
        assert "Auf Wiederhören" in talk.says("Ach, tschüss")
        talk.feed(talk.timer("last_chance"))
        assert talk.end() == End(outcome, "hotline")
        assert [fact.phone for fact in talk.records()] == [caller][: len(talk.records())]


def test_a_number_that_cannot_be_heard_may_be_typed() -> None:
    talk = answered()
    talk.says("Mitarbeiter", reply("human_agent"))
    talk.says("Meier")
    talk.says("Wurstsalat")
    assert talk.says("Käsebrot") in phrases("ask_phone_keys")
    talk.feed(KeysEntered(talk.at(), "0561123456"))
    talk.finish_saying()
    talk.says("ja")
    assert talk.records()[0].phone == "0561123456"


def test_zero_calls_for_a_colleague_but_is_a_digit_in_a_number() -> None:
    talk = answered()
    asked = reply("order_status", "Nummer?", form="order_status_form", expect=Expect.DIGITS)
    talk.says("Wo ist meine Bestellung?", asked)
    talk.feed(KeyPressed(talk.at(), "0"))
    assert talk.talk.callback is None
    talk.feed(KeysEntered(talk.at(), "471100"))
    assert [a.text for a in talk.actions if isinstance(a, Ask)][-1] == "471100"
    talk.feed(Understood(talk.at(), talk.talk.question.turn, HOURS))
    talk.finish_saying()
    talk.feed(KeyPressed(talk.at(), "0"))
    assert talk.talk.callback is not None


def test_understanding_away_is_explained_once_and_key_words_are_answered() -> None:
    talk = answered()
    said = talk.understanding_fails("Wann haben Sie geöffnet?")
    assert said.startswith(phrases("understanding_gone")[0])
    assert "Heute bis 18 Uhr." in said
    said = talk.says("Und wie ist die Adresse?")
    assert said.startswith("Am Markt 1, Kassel.")


def test_understanding_away_menu_works_by_keys() -> None:
    talk = answered()
    talk.understanding_fails("Blubb")
    talk.feed(KeyPressed(talk.at(), "1"))
    assert talk.finish_saying().startswith("Heute bis 18 Uhr.")


def test_understanding_back_is_used_again() -> None:
    talk = answered()
    talk.understanding_fails("Blubb")
    talk.feed(EngineRecovered(talk.at(), Engine.UNDERSTANDING))
    assert talk.finish_saying() in phrases("understanding_back")
    assert "18 Uhr" in talk.says("Wann haben Sie geöffnet?", HOURS)


def test_a_deaf_hotline_takes_a_call_back_by_keys() -> None:
    talk = answered()
    talk.feed(EngineFailed(talk.at(), Engine.RECOGNIZER, 0))
    assert talk.finish_saying() in phrases("cannot_hear")
    talk.feed(KeyPressed(talk.at(), "0"))
    assert talk.finish_saying().endswith(phrases("ask_phone_keys")[0])
    talk.feed(KeysEntered(talk.at(), "0561123456"))
    talk.finish_saying()
    talk.feed(KeyPressed(talk.at(), "1"))
    assert talk.records()[0].phone == "0561123456"


def test_a_lost_voice_frees_the_caller() -> None:
    talk = answered()
    talk.feed(EngineFailed(talk.at(), Engine.VOICE, 0))
    assert talk.end() == End(Outcome.FAILED, "fault")


def saving_a_call_back() -> Conversation:
    """The caller has confirmed their number, and the store takes its time."""
    talk = answered()
    talk.says("Mitarbeiter", reply("human_agent"))
    talk.says("Meier")
    talk.says("0561 123456")
    talk.hears("ja")
    return talk


@pytest.mark.parametrize("by", ["timer", "silence"])
def test_while_a_call_back_is_saved_the_caller_is_asked_nothing(by: str) -> None:
    talk = saving_a_call_back()
    talk.feed(talk.timer("saving") if by == "timer" else NoInput(talk.at()))
    assert talk.finish_saying() in phrases("moment")
    talk.keep_records()
    assert "auf den Namen Meier" in talk.finish_saying()
    assert talk.feed(talk.timer("saving")) == []


def test_the_word_that_bridges_the_saving_is_heard_to_its_end() -> None:
    talk = saving_a_call_back()
    talk.feed(talk.timer("saving"))
    talk.keep_records()
    filler, noted = talk.finish_saying(), talk.end()
    assert filler.startswith(phrases("moment"))
    assert "auf den Namen Meier" in filler
    assert noted is None
    talk.feed(talk.timer("last_chance"))
    assert talk.end() == End(Outcome.HANDED_OVER, "hotline")


def test_a_question_after_the_call_back_is_noted_is_answered() -> None:
    talk = saving_a_call_back()
    talk.keep_records()
    talk.finish_saying()
    assert "18 Uhr" in talk.says("Ach, und wann haben Sie geöffnet?", HOURS)


def test_a_full_disk_is_told_honestly() -> None:
    talk = answered()
    talk.says("Mitarbeiter", reply("human_agent"))
    talk.says("Meier")
    talk.says("0561 123456")
    talk.hears("ja")
    talk.feed(EngineFailed(talk.at(), Engine.STORE, 0))
    assert talk.finish_saying() in phrases("not_noted")


def test_a_long_call_is_warned_and_ended() -> None:
    talk = answered()
    talk.feed(talk.timer("warning"))
    assert talk.finish_saying() in phrases("one_minute_left")
    talk.feed(talk.timer("limit"))
    assert talk.finish_saying() in phrases("time_is_up")
    assert talk.end() == End(Outcome.ABANDONED, "limit")


def test_draining_says_goodbye_before_time_runs_out() -> None:
    talk = answered()
    talk.feed(DrainRequested(talk.at(), 20.0))
    talk.feed(talk.timer("drain"))
    assert talk.finish_saying() in phrases("drain_farewell")
    assert talk.end() == End(Outcome.ABANDONED, "drain")


def test_a_final_goodbye_cannot_be_talked_away() -> None:
    talk = answered()
    talk.feed(talk.timer("limit"))
    talk.hears("Aber ich wollte noch", during_prompt=True)
    talk.finish_saying()
    assert talk.end() is not None


TEXTS = st.sampled_from(
    ["", "ja", "nein", "Wann haben Sie geöffnet?", "Meier", "0561 123456", "tschüss", "mhm", "äh"]
)
REPLIES = st.sampled_from(
    [
        HOURS,
        reply("greet"),
        reply("repeat"),
        reply("slower"),
        reply("human_agent"),
        reply("nlu_fallback", understood=False),
        reply("insult", "Oh."),
        reply("goodbye", "Tschüss.", end=True),
        reply("complaint", "Oh.", hand_over="intent"),
        reply("order_status", "Nummer?", form="f", expect=Expect.DIGITS),
        reply("wait"),
    ]
)


Wish = tuple[str, Reply, str, int]
KINDS = ["hears", "reply", "played", "key", "keys", "silence", "barge", "noise", "timer", "fault"]


@st.composite
def wishes(draw: st.DrawFn) -> list[tuple[str, Wish]]:
    wish = st.tuples(TEXTS, REPLIES, st.sampled_from("0123*#"), st.integers(0, 9))
    return draw(st.lists(st.tuples(st.sampled_from(KINDS), wish), max_size=40))


@given(wishes())
def test_whatever_happened_a_silent_caller_is_let_go(story: list[tuple[str, Wish]]) -> None:
    talk = Conversation()
    talk.answer()
    for kind, (text, answer, key, number) in story:
        if talk.end() is not None:
            return
        if kind == "hears":
            talk.hears(text, during_prompt=talk.talk.mouth.speaking)
        for event in _events(talk, kind, answer, key, number):
            talk.feed(event)
        talk.keep_records()
    for _ in range(20):
        _one_more_silence(talk)
    assert talk.end() is not None


def _one_more_silence(talk: Conversation) -> None:
    question = talk.talk.question
    if question.awaited:
        talk.feed(EngineFailed(talk.at(), Engine.UNDERSTANDING, question.turn))
    talk.finish_saying()
    talk.feed(NoInput(talk.at()))
    talk.keep_records()
    talk.finish_saying()
    if talk.talk.closing is Closing.LAST_CHANCE:
        talk.feed(talk.timer("last_chance"))


def _events(
    talk: Conversation, kind: str, answer: Reply, key: str, number: int
) -> list[CallEvent]:
    at = talk.at()
    mouth = talk.talk.mouth
    timers = ["filler", "last_chance", "warning", "drain"]
    table: dict[str, list[CallEvent]] = {
        "reply": [Understood(at, talk.talk.question.turn, answer)],
        "played": [Played(at, mouth.prompt, interrupted=number % 2 == 0)],
        "key": [KeyPressed(at, key)],
        "keys": [KeysEntered(at, "0561123456"[: number + 1])],
        "silence": [NoInput(at)],
        "barge": [BargedIn(at)],
        "noise": [BargedIn(at), FalseStart(at)],
        "timer": [TimerRang(at, timers[number % 4], number)],
        "fault": [EngineFailed(at, list(Engine)[number % 4], talk.talk.question.turn)],
    }
    return table.get(kind, [])


def ordering(expect: Expect) -> Conversation:
    """A conversation in the middle of an order, whose customers have numbers of five digits."""
    talk = Conversation(begin(replace(SCRIPT, digits={"place_order_form": 5})))
    talk.answer()
    talk.says(
        "Toaster, bitte", reply("place_order", "Ja?", form="place_order_form", expect=expect)
    )
    return talk


@pytest.mark.parametrize("expect", [Expect.QUANTITY, Expect.NAME])
def test_a_number_that_a_form_asks_for_can_be_typed(expect: Expect) -> None:
    asked = ordering(expect).feed(KeysEntered(100.0, "12345"))
    assert [action.text for action in asked if isinstance(action, Ask)] == ["12345"]


@pytest.mark.parametrize(
    ("expect", "event"),
    [
        (Expect.QUANTITY, KeyPressed(100.0, "0")),
        (Expect.NAME, KeysEntered(100.0, "0")),
        (Expect.ANYTHING, KeyPressed(100.0, "0")),
    ],
)
def test_a_zero_alone_calls_for_a_colleague_in_a_form_too(
    expect: Expect, event: CallEvent
) -> None:
    talk = ordering(expect)
    talk.feed(event)
    assert talk.finish_saying().startswith(phrases("hand_over_asked"))


def test_keys_of_the_menu_do_not_lead_out_of_a_form() -> None:
    assert ordering(Expect.ANYTHING).feed(KeyPressed(100.0, "1")) == []
