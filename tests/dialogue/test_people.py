"""On the way to a person: what a waiting caller hears and can do, step by step."""

from dataclasses import replace
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.actions import (
    Action,
    Ask,
    Connect,
    End,
    Enqueue,
    LeaveQueue,
    PlayMusic,
    Record,
    Release,
    Say,
    SetTimer,
    StopSaying,
    Withdraw,
)
from ivr.core.desk import Nobody, NobodyReason, PartingHow, Place
from ivr.core.events import (
    AgentCame,
    AgentCorrected,
    AgentLeft,
    AgentSays,
    BargedIn,
    CallEvent,
    DeskSaid,
    DrainRequested,
    Engine,
    EngineFailed,
    HungUp,
    KeyPressed,
    NoInput,
    Played,
    Recorded,
    TimerRang,
    Understood,
)
from ivr.core.records import HandOver, HandOverReason, Message, Outcome
from ivr.dialogue.machine import begin
from ivr.dialogue.people import BACK_IN_FRONT
from ivr.dialogue.queue import TELL_EVERY_S
from ivr.dialogue.state import Phase
from tests.dialogue.talks import PHRASES, SCRIPT, Conversation, reply

A = TypeVar("A", bound=Action)
HUMAN = reply("human_agent")
HOURS = reply("opening_hours", "Heute haben wir bis 18 Uhr geöffnet.")
NOTICE = "Die Wartezeit ist für Sie kostenlos."


def with_desk(notice: str = "") -> Conversation:
    """A conversation where there is a desk, whose greeting has been heard."""
    talk = Conversation(begin(replace(SCRIPT, people=True, queue_notice=notice)))
    talk.answer("+49561998877")
    return talk


def waiting(place: Place | None = None, notice: str = "") -> Conversation:
    """A caller who hears music in the queue."""
    talk = with_desk(notice)
    talk.says("Mitarbeiter", HUMAN)
    if place is not None:
        talk.feed(DeskSaid(talk.at(), 1, place))
        talk.finish_saying()
        talk.feed(talk.timer("music"))
    return talk


def talking() -> Conversation:
    talk = waiting(Place(1, 10.0))
    talk.feed(AgentCame(talk.at(), 1, "schulz", "Frau Schulz"))
    return talk


def done(talk: Conversation, kind: type[A]) -> list[A]:
    return [action for action in talk.actions if isinstance(action, kind)]


def tells(talk: Conversation, place: Place, at: float) -> str:
    talk.feed(DeskSaid(at, 1, place))
    return talk.finish_saying()


def test_a_wish_for_a_person_takes_a_place_and_says_so() -> None:
    talk = with_desk()
    assert talk.says("Mitarbeiter", HUMAN) == PHRASES["connect_asked"][0]
    (wish,) = done(talk, Enqueue)
    assert (wish.number, wish.priority) == (1, 0)
    assert wish.hand_over.reason is HandOverReason.ASKED
    assert wish.hand_over.phone == "+49561998877"
    assert done(talk, PlayMusic)


def test_place_wait_price_and_keys_are_told_once_at_the_beginning() -> None:
    talk = waiting(notice=NOTICE)
    said = tells(talk, Place(3, 170.0), talk.at())
    assert "noch 2 Anrufe" in said
    assert "3 Minuten" in said
    assert NOTICE in said
    assert PHRASES["queue_menu"][0] in said
    notice = next(say for say in done(talk, Say) if say.text == NOTICE)
    assert not notice.interruptible
    talk.feed(talk.timer("music"))
    said = tells(talk, Place(2, 100.0), 500.0)
    assert "noch ein Anruf" in said
    assert NOTICE not in said


@pytest.mark.parametrize(
    ("wait_s", "said"),
    [
        (None, None),
        (0.0, "weniger als eine Minute"),
        (49.0, "weniger als eine Minute"),
        (50.0, "eine Minute"),
        (61.0, "2 Minuten"),
        (600.0, "10 Minuten"),
    ],
)
def test_the_wait_is_never_rounded_down(wait_s: float | None, said: str | None) -> None:
    heard = tells(waiting(), Place(1, wait_s), 50.0)
    assert (said in heard) if said else ("Wartezeit" not in heard)


def test_what_has_not_changed_is_not_told_again() -> None:
    talk = waiting(Place(3, 170.0))
    assert tells(talk, Place(3, 125.0), 900.0) == ""


def test_changes_are_told_but_not_too_often() -> None:
    talk = waiting(Place(4, 170.0))
    told_at = next(iter(done(talk, SetTimer)), None)
    assert told_at is not None
    now = talk.at()
    assert tells(talk, Place(3, 170.0), now) == ""
    later = [timer for timer in done(talk, SetTimer) if timer.name == "tell"][-1]
    assert 0 < later.seconds <= TELL_EVERY_S
    talk.feed(TimerRang(now + later.seconds, "tell", later.number))
    assert "noch 2 Anrufe" in talk.finish_saying()


def test_a_question_is_answered_and_music_goes_on_after_it() -> None:
    talk = waiting(Place(2, 60.0))
    said = talk.says("Wann haben Sie geöffnet?", HOURS)
    assert said == "Heute haben wir bis 18 Uhr geöffnet."
    before = len(done(talk, PlayMusic))
    talk.feed(talk.timer("music"))
    assert len(done(talk, PlayMusic)) == before + 1
    assert not done(talk, LeaveQueue)


def test_news_do_not_talk_into_an_answer() -> None:
    talk = waiting(Place(2, 60.0))
    talk.hears("Wann haben Sie geöffnet?")
    assert talk.feed(DeskSaid(900.0, 1, Place(1, 20.0))) == []
    turn = done(talk, Ask)[-1].turn
    talk.feed(Understood(901.0, turn, HOURS))
    assert talk.finish_saying() == "Heute haben wir bis 18 Uhr geöffnet."
    talk.feed(replace(talk.timer("music"), at=910.0))
    assert PHRASES["queue_next"][0] in talk.finish_saying()


def test_asking_for_a_person_again_tells_the_place() -> None:
    talk = waiting(Place(2, 60.0))
    said = talk.says("Mitarbeiter", HUMAN)
    assert PHRASES["queue_one_before"][0] in said
    assert len(done(talk, Enqueue)) == 1


@pytest.mark.parametrize("how", ["key", "words", "intent"])
def test_a_call_back_keeps_the_place(how: str) -> None:
    talk = waiting(Place(5, 600.0))
    if how == "key":
        talk.feed(KeyPressed(talk.at(), "1"))
        said = talk.finish_saying()
    elif how == "words":
        said = talk.says("Können Sie mich nicht zurückrufen?")
    else:
        said = talk.says("Melden Sie sich doch bei mir", reply("callback", "Wie ist Ihr Name?"))
    assert said.startswith(PHRASES["queue_call_back"][0])
    talk.says("Meier")
    assert PHRASES["noted"][0].split("{")[0] in talk.says("Ja")
    (left,) = done(talk, LeaveQueue)
    assert left.call_back is not None
    assert (left.call_back.caller_name, left.call_back.phone) == ("Meier", "+49561998877")
    talk.feed(talk.timer("last_chance"))
    assert talk.end() == End(Outcome.HANDED_OVER, "hotline")


def test_a_call_back_declined_after_all_leaves_the_caller_in_the_queue() -> None:
    talk = waiting(Place(5, 600.0))
    talk.feed(KeyPressed(talk.at(), "1"))
    talk.finish_saying()
    assert talk.says("Nein, doch nicht") in PHRASES["queue_stay"]
    assert not done(talk, LeaveQueue)
    assert talk.talk.transit is not None


def test_an_agent_who_comes_first_makes_the_call_back_needless() -> None:
    talk = waiting(Place(5, 600.0))
    talk.feed(KeyPressed(talk.at(), "1"))
    actions = talk.feed(AgentCame(talk.at(), 1, "schulz", "Frau Schulz"))
    assert Connect() in actions
    assert talk.talk.callback is None


def test_the_key_for_a_message_starts_its_form_and_the_place_stays() -> None:
    talk = waiting(Place(5, 600.0))
    talk.feed(KeyPressed(talk.at(), "2"))
    turn = done(talk, Ask)[-1].turn
    asked = reply("leave_message", "Wie ist Ihr Name?", form="message_form")
    talk.feed(Understood(talk.at(), turn, asked))
    talk.finish_saying()
    kept = reply("inform", "Die Nachricht ist notiert.", slots={"about": "Rechnung"})
    said = talk.says("Es geht um die Rechnung", kept)
    assert PHRASES["queue_message_left"][0] in said
    talk.feed(HungUp(talk.at()))
    assert talk.end() == End(Outcome.ANSWERED, "caller")


def test_a_message_that_a_waiting_caller_has_begun_is_left_when_they_hang_up() -> None:
    talk = waiting(Place(5, 600.0))
    told = "Richten Sie bitte aus, dass die zweite Lieferung noch fehlt"
    talk.says(told, reply("leave_message", "Wie ist Ihr Name?", form="message_form"))
    talk.feed(HungUp(talk.at()))
    assert [record.fact for record in done(talk, Record)] == [Message("", "+49561998877", told)]
    assert talk.end() == End(Outcome.ANSWERED, "caller")


def test_the_key_for_the_place_tells_it() -> None:
    talk = waiting(Place(2, 60.0))
    talk.feed(KeyPressed(talk.at(), "0"))
    assert PHRASES["queue_one_before"][0] in talk.finish_saying()


def test_a_goodbye_gives_the_place_up() -> None:
    talk = waiting(Place(2, 60.0))
    talk.says("Dann nicht, tschüss", reply("goodbye", "Auf Wiederhören.", end=True))
    assert done(talk, LeaveQueue) == [LeaveQueue()]
    late = talk.feed(AgentCame(talk.at(), 1, "schulz", "Frau Schulz"))
    assert late == [Release(PartingHow.DONE)]
    talk.feed(talk.timer("last_chance"))
    assert talk.end() == End(Outcome.ABANDONED, "hotline")


def test_silence_in_the_queue_is_nobodys_fault() -> None:
    talk = waiting(Place(2, 60.0))
    talk.says("Wann haben Sie geöffnet?", HOURS)
    for _ in range(6):
        talk.feed(NoInput(talk.at()))
    assert talk.talk.mouth.speaking is False
    assert talk.end() is None


def test_music_alone_does_not_last_for_ever() -> None:
    talk = waiting(Place(2, None))
    talk.feed(talk.timer("company"))
    assert talk.finish_saying() in PHRASES["queue_company"]


@pytest.mark.parametrize("reason", NobodyReason)
def test_nobody_means_an_honest_word_and_a_call_back_from_then_on(reason: NobodyReason) -> None:
    talk = waiting()
    talk.feed(DeskSaid(talk.at(), 1, Nobody(reason)))
    said = talk.finish_saying()
    assert said.startswith(PHRASES[f"nobody_{reason.value}"][0])
    talk.says("Nein danke")
    talk.says("Ich will aber einen Menschen", HUMAN)
    assert len(done(talk, Enqueue)) == 1
    assert talk.talk.callback is not None


@pytest.mark.parametrize("reason", NobodyReason)
def test_a_wish_is_kept_for_whoever_is_free_then(reason: NobodyReason) -> None:
    talk = waiting()
    talk.feed(DeskSaid(talk.at(), 1, Nobody(reason)))
    talk.finish_saying()
    talk.says("Müller")
    talk.says("Ja")
    (wish,) = [each.fact for each in done(talk, Record) if isinstance(each.fact, HandOver)]
    assert wish.phone == "+49561998877"
    assert done(talk, LeaveQueue) == [LeaveQueue(wish)]


def test_who_waits_when_the_program_stops_is_called_back() -> None:
    talk = waiting(Place(2, 60.0))
    talk.feed(DrainRequested(talk.at(), 20.0))
    talk.feed(talk.timer("drain"))
    (wish,) = [each.fact for each in done(talk, Record) if isinstance(each.fact, HandOver)]
    assert wish.phone == "+49561998877"
    assert done(talk, LeaveQueue) == [LeaveQueue(wish)]
    talk.feed(Recorded(talk.at(), wish))
    assert talk.finish_saying() in PHRASES["drain_call_back"]
    assert talk.end() == End(Outcome.HANDED_OVER, "drain")


def test_who_cannot_be_called_back_is_asked_to_call_again_when_the_program_stops() -> None:
    talk = Conversation(begin(replace(SCRIPT, people=True)))
    talk.answer(None)
    talk.says("Einen Mitarbeiter bitte", HUMAN)
    talk.feed(DrainRequested(talk.at(), 20.0))
    talk.feed(talk.timer("drain"))
    assert done(talk, Record) == []
    assert done(talk, LeaveQueue) == [LeaveQueue()]
    assert talk.finish_saying() in PHRASES["drain_farewell"]
    assert talk.end() == End(Outcome.ABANDONED, "drain")


def test_a_desk_out_of_order_is_no_dead_end() -> None:
    talk = waiting()
    talk.feed(EngineFailed(talk.at(), Engine.DESK, 1))
    assert talk.finish_saying().startswith(PHRASES["desk_failed"][0])
    assert talk.talk.callback is not None


def test_news_of_an_earlier_place_are_late() -> None:
    talk = talking()
    talk.feed(AgentLeft(talk.at(), PartingHow.TRANSFERRED, queue="technik"))
    talk.finish_saying()
    assert talk.feed(DeskSaid(talk.at(), 1, Nobody(NobodyReason.CLOSED))) == []
    assert talk.feed(EngineFailed(talk.at(), Engine.DESK, 1)) == []
    late = talk.feed(AgentCame(talk.at(), 1, "wolf", "Frau Wolf"))
    assert late == [Release(PartingHow.DONE)]
    assert done(talk, Enqueue)[-1].queue == "technik"


def test_an_agent_interrupts_whatever_is_being_said() -> None:
    talk = waiting(Place(2, 60.0))
    talk.hears("Wann haben Sie geöffnet?")
    talk.feed(Understood(talk.at(), done(talk, Ask)[-1].turn, HOURS))
    actions = talk.feed(AgentCame(talk.at(), 1, "schulz", "Frau Schulz"))
    assert actions == [StopSaying(), Connect()]


def test_the_hotline_keeps_out_of_the_talk_of_people() -> None:
    talk = talking()
    events: list[CallEvent] = [
        NoInput(talk.at()),
        KeyPressed(talk.at(), "0"),
        BargedIn(talk.at()),
        TimerRang(talk.at(), "limit", 0),
        TimerRang(talk.at(), "warning", 0),
        EngineFailed(talk.at(), Engine.RECOGNIZER, 0),
        EngineFailed(talk.at(), Engine.VOICE, 0),
    ]
    assert [talk.feed(event) for event in events] == [[]] * len(events)
    assert talk.hears("Mitarbeiter, Herrgott noch mal!") == []


def test_the_agents_hanging_up_ends_the_call() -> None:
    talk = talking()
    talk.feed(AgentLeft(talk.at(), PartingHow.DONE))
    assert done(talk, Release) == [Release(PartingHow.DONE)]
    assert talk.end() == End(Outcome.HANDED_OVER, "agent")


def test_a_lost_agent_is_waited_for_then_replaced() -> None:
    talk = talking()
    talk.feed(AgentLeft(talk.at(), PartingHow.DROPPED))
    assert talk.finish_saying() == PHRASES["agent_lost"][0]
    assert not done(talk, Release)
    talk.feed(talk.timer("lost"))
    assert talk.finish_saying() == PHRASES["agent_gone"][0]
    assert done(talk, Release) == [Release(PartingHow.DROPPED)]
    assert done(talk, Enqueue)[-1].priority == BACK_IN_FRONT


def test_a_lost_agent_who_is_back_talks_on() -> None:
    talk = talking()
    talk.feed(AgentLeft(talk.at(), PartingHow.DROPPED))
    assert Connect() in talk.feed(AgentCame(talk.at(), 1, "schulz", "Frau Schulz"))
    assert talk.feed(talk.timer("lost")) == []


def test_the_assistant_takes_an_order_and_gives_the_caller_back() -> None:
    talk = talking()
    talk.feed(AgentLeft(talk.at(), PartingHow.RETURNED, wish="Ich möchte bestellen", waits=True))
    assert done(talk, Withdraw)
    question = done(talk, Ask)[-1]
    assert question.text == "Ich möchte bestellen"
    begun = reply("place_order", "Was möchten Sie bestellen?", form="place_order_form")
    talk.feed(Understood(talk.at(), question.turn, begun))
    said = talk.finish_saying()
    assert said == f"{PHRASES['assistant_back'][0]} Was möchten Sie bestellen?"
    assert done(talk, Connect) == [Connect()]
    said = talk.says("Zwei Toaster", reply("inform", "Die Bestellung ist notiert."))
    assert said == f"Die Bestellung ist notiert. {PHRASES['back_to_agent'][0]}"
    first, again = done(talk, Connect)
    assert first == Connect()
    assert again.learnt is not None
    assert again.learnt.intent == "place_order"
    assert talk.talk.transit is not None
    assert talk.talk.transit.phase is Phase.AGENT


def test_the_assistant_is_told_what_the_agent_has_filled_in_and_the_agent_what_it_has_learnt() -> (
    None
):
    talk = talking()
    talk.feed(AgentCorrected(talk.at(), "customer", "54321"))
    talk.feed(AgentCorrected(talk.at(), "quantity", "2"))
    talk.feed(AgentCorrected(talk.at(), "quantity", ""))
    talk.feed(AgentLeft(talk.at(), PartingHow.RETURNED, wish="Ich möchte bestellen", waits=True))
    question = done(talk, Ask)[-1]
    assert question.given == {"customer": "54321", "quantity": ""}
    known = {"customer": "54321", "product": "Toaster"}
    begun = replace(reply("place_order", "Gern.", form="place_order_form"), slots=known)
    talk.feed(Understood(talk.at(), question.turn, begun))
    talk.finish_saying()
    talk.says("Das war es", replace(reply("inform", "Die Bestellung ist notiert."), slots=known))
    assert done(talk, Ask)[-1].given == {}, "it is told once"
    learnt = done(talk, Connect)[-1].learnt
    assert learnt is not None
    assert learnt.slots == known


def test_an_agent_gone_meanwhile_is_replaced_when_the_assistant_is_done() -> None:
    talk = talking()
    talk.feed(AgentLeft(talk.at(), PartingHow.RETURNED, wish="Öffnungszeiten?", waits=True))
    talk.feed(AgentLeft(talk.at(), PartingHow.DROPPED))
    talk.feed(Understood(talk.at(), done(talk, Ask)[-1].turn, HOURS))
    talk.finish_saying()
    assert done(talk, Enqueue)[-1].priority == BACK_IN_FRONT


@pytest.mark.parametrize("how", [PartingHow.DROPPED, PartingHow.DONE])
def test_what_an_agents_leaving_broke_off_is_said_again(how: PartingHow) -> None:
    talk = talking()
    talk.feed(AgentLeft(talk.at(), PartingHow.RETURNED, wish="Ich möchte bestellen", waits=True))
    question = done(talk, Ask)[-1]
    (company,) = talk.feed(AgentLeft(talk.at(), how))[-1:]
    assert isinstance(company, Say), "the caller is not left in silence while the answer is sought"
    begun = reply("place_order", "Was möchten Sie bestellen?", form="place_order_form")
    talk.feed(Understood(talk.at(), question.turn, begun))
    assert "Was möchten Sie bestellen?" in talk.finish_saying()


def test_who_lost_the_agent_in_the_middle_of_a_question_hears_it_again() -> None:
    talk = talking()
    talk.feed(AgentLeft(talk.at(), PartingHow.RETURNED, wish="Ich möchte bestellen", waits=True))
    talk.finish_saying()
    begun = reply("place_order", "Was möchten Sie bestellen?", form="place_order_form")
    talk.feed(Understood(talk.at(), done(talk, Ask)[-1].turn, begun))
    released, again = talk.feed(AgentLeft(talk.at(), PartingHow.DROPPED))[-2:]
    assert released == Release(PartingHow.DROPPED)
    assert isinstance(again, Say)
    assert again.text == "Was möchten Sie bestellen?"
    talk.finish_saying()
    said = talk.says("Zwei Toaster", reply("inform", "Die Bestellung ist notiert."))
    assert "Die Bestellung ist notiert." in said
    assert done(talk, Enqueue)[-1].priority == BACK_IN_FRONT


def test_the_answer_that_is_broken_off_last_is_heard_before_the_next_agent_is_sought() -> None:
    talk = talking()
    talk.feed(AgentLeft(talk.at(), PartingHow.RETURNED, wish="Öffnungszeiten?", waits=True))
    talk.finish_saying()
    talk.feed(Understood(talk.at(), done(talk, Ask)[-1].turn, HOURS))
    talk.feed(AgentLeft(talk.at(), PartingHow.DROPPED))
    said = talk.finish_saying()
    assert "Heute haben wir bis 18 Uhr geöffnet." in said
    assert PHRASES["back_to_agent"][0] not in said
    assert done(talk, Enqueue)[-1].priority == BACK_IN_FRONT


def test_a_suggested_answer_is_said_and_the_people_talk_on() -> None:
    talk = talking()
    talk.feed(AgentSays(talk.at(), " Der Versand kostet 4,90 Euro. "))
    assert talk.finish_saying() == "Der Versand kostet 4,90 Euro."
    assert talk.feed(AgentSays(talk.at(), "  ")) == []


def test_anger_is_met_with_an_apology_and_an_offer_first() -> None:
    talk = with_desk()
    insult = reply("insult", "Es tut mir leid.", hand_over="anger")
    said = talk.says("So ein Mist", insult)
    assert said == f"{PHRASES['apology'][0]} {PHRASES['offer_human'][0]}"
    assert not done(talk, Enqueue)
    assert talk.says("Nein danke") == PHRASES["back_to_talk"][0]
    talk.says("Ihr seid doch alle Idioten", insult)
    (wish,) = done(talk, Enqueue)
    assert wish.hand_over.reason is HandOverReason.ANGER
    assert wish.moods == ("angry",)


def test_the_offer_after_anger_taken() -> None:
    talk = with_desk()
    talk.says("So ein Mist", reply("insult", hand_over="anger"))
    assert PHRASES["connect_anger"][0] in talk.says("Ja bitte")
    assert done(talk, Enqueue)


def test_the_offer_after_anger_declined_in_a_form_goes_on_with_the_form() -> None:
    talk = with_desk()
    talk.says(
        "Bestellen", reply("place_order", "Wie ist Ihre Kundennummer?", form="place_order_form")
    )
    talk.says("So ein Mist", reply("insult", hand_over="anger", form="place_order_form"))
    assert "Kundennummer" in talk.says("Nein")


EVENTS = st.one_of(
    st.builds(DeskSaid, st.just(0.0), st.integers(1, 2), st.builds(Place, st.integers(1, 4))),
    st.builds(
        DeskSaid, st.just(0.0), st.integers(1, 2), st.builds(Nobody, st.sampled_from(NobodyReason))
    ),
    st.builds(AgentCame, st.just(0.0), st.integers(1, 2), st.just("a"), st.just("Frau A")),
    st.builds(
        AgentLeft, st.just(0.0), st.sampled_from(PartingHow), st.sampled_from(["", "Hallo"])
    ),
    st.just(AgentSays(0.0, "Guten Tag")),
    st.just(AgentCorrected(0.0, "customer", "12345")),
    st.builds(NoInput, st.just(0.0)),
    st.builds(KeyPressed, st.just(0.0), st.sampled_from("012*#")),
    st.builds(
        TimerRang,
        st.just(0.0),
        st.sampled_from(["music", "tell", "company", "lost", "limit", "filler"]),
        st.integers(0, 3),
    ),
    st.builds(Understood, st.just(0.0), st.integers(0, 3), st.sampled_from([HUMAN, HOURS])),
    st.builds(Played, st.just(0.0), st.integers(0, 6), st.booleans()),
    st.builds(EngineFailed, st.just(0.0), st.sampled_from(Engine), st.integers(0, 3)),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(EVENTS, max_size=25))
def test_whatever_happens_in_whatever_order(events: list[CallEvent]) -> None:
    talk = with_desk()
    talk.says("Mitarbeiter", HUMAN)
    for event in events:
        talk.feed(event)
        if talk.end() is not None:
            break
        transit = talk.talk.transit
        # Whoever is on the way is somewhere, and nobody agrees on a call back with an agent.
        if transit is not None and transit.phase is Phase.AGENT:
            assert talk.talk.callback is None
        last = [a for a in talk.actions if isinstance(a, Connect | Withdraw | Release)]
        if last and isinstance(last[-1], Release) and transit is not None:
            assert transit.phase is not Phase.AGENT


def test_an_answer_says_whose_people_take_over_and_it_stays_so() -> None:
    talk = with_desk()
    talk.says("Der Kocher ist kaputt", reply("repair", hand_over="intent", queue="technik"))
    (wish,) = done(talk, Enqueue)
    assert wish.queue == "technik"
    talk.feed(AgentCame(talk.at(), 1, "schulz", "Frau Schulz"))
    talk.feed(AgentLeft(talk.at(), PartingHow.DROPPED))
    talk.finish_saying()
    talk.feed(talk.timer("lost"))
    assert [each.queue for each in done(talk, Enqueue)] == ["technik", "technik"]
