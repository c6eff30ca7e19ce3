"""What people at the desk can do in a call, judged by the ears of everybody in it."""

import asyncio
from dataclasses import replace

import pytest

from ivr.audio.tones import dtmf
from ivr.call.conversation import Conversation
from ivr.call.desk_scripted import ScriptedDesk
from ivr.call.register import Register
from ivr.call.seating import Supervision
from ivr.core.desk import PartingHow
from ivr.core.errors import NotConnected
from ivr.core.records import CallEnd, Outcome, Turn
from ivr.lines.paced import PacedLeg
from ivr.understanding.scripted import ScriptedUnderstanding
from tests.call.people import Agent, Office, Person, answers_after, connected
from tests.call.virtual import RATE, in_virtual_time
from tests.dialogue.talks import PHRASES

WANTS = (7.0, "Einen Mitarbeiter bitte")


async def _hold(conversation: Conversation) -> None:
    conversation.hold()
    await asyncio.sleep(10.0)
    conversation.resume()


async def _mute(conversation: Conversation) -> None:
    conversation.mute()
    await asyncio.sleep(10.0)
    conversation.mute(False)


def talking() -> tuple[Person, Agent, Office]:
    """Both say something every 5 s, from 20 s on; connected at about 13 s."""
    caller = Person(WANTS, *((20.0 + 5 * n, f"Anrufer {n}") for n in range(8)), leaves_at=70.0)
    agent = Agent(Person(*((9.0 + 5 * n, f"Agent {n}") for n in range(8))))
    return caller, agent, Office(caller, ScriptedDesk(answers_after(agent, seconds=5.0)))


def test_hold_keeps_the_two_apart_with_music_and_resume_joins_them() -> None:
    caller, agent, office = talking()

    async def main(register: Register) -> None:
        conversation = await connected(register)
        await asyncio.sleep(6.0)
        await _hold(conversation)

    in_virtual_time(lambda: office.run(main))
    heard, heard_by_agent = caller.heard_words(), agent.person.heard_words()
    assert "Agent 1" not in heard
    assert "Anrufer 1" not in heard_by_agent
    assert "Agent 5" in heard
    assert "Anrufer 5" in heard_by_agent


def test_a_muted_agent_hears_but_is_not_heard() -> None:
    caller, agent, office = talking()

    async def main(register: Register) -> None:
        conversation = await connected(register)
        await asyncio.sleep(6.0)
        await _mute(conversation)

    in_virtual_time(lambda: office.run(main))
    assert "Agent 1" not in caller.heard_words()
    assert "Agent 5" in caller.heard_words()
    assert "Anrufer 1" in agent.person.heard_words()


def test_a_consulted_colleague_talks_with_the_agent_alone_then_takes_over() -> None:
    caller, agent, office = talking()
    colleague = Agent(Person((2.0, "Kollegin hier"), (14.0, "Ich helfe Ihnen")), "Frau Wolf")

    async def main(register: Register) -> None:
        conversation = await connected(register)
        await asyncio.sleep(6.0)
        conversation.consult(colleague.taken())
        await asyncio.sleep(10.0)
        conversation.transfer()
        assert conversation.agent == "frau wolf"

    in_virtual_time(lambda: office.run(main))
    assert "Kollegin hier" in agent.person.heard_words()
    assert "Kollegin hier" not in caller.heard_words()
    assert "Agent 1" in colleague.person.heard_words()
    assert "Ich helfe Ihnen" in caller.heard_words()
    assert "Anrufer 5" in colleague.person.heard_words()
    assert [(who, how) for _, who, how in office.desk.partings] == [
        ("frau schulz", PartingHow.TRANSFERRED),
        ("frau wolf", PartingHow.DONE),
    ]


def test_three_talk_with_each_other() -> None:
    caller, agent, office = talking()
    colleague = Agent(Person((12.0, "Alle zusammen")), "Frau Wolf")

    async def main(register: Register) -> None:
        conversation = await connected(register)
        with pytest.raises(NotConnected):
            conversation.three_way()
        conversation.consult(colleague.taken())
        await asyncio.sleep(5.0)
        conversation.three_way()

    in_virtual_time(lambda: office.run(main))
    assert "Alle zusammen" in caller.heard_words()
    assert "Alle zusammen" in agent.person.heard_words()
    assert "Anrufer 3" in colleague.person.heard_words()
    assert "Agent 5" in caller.heard_words()


def test_supervisors_listen_whisper_and_join() -> None:
    caller, agent, office = talking()
    silent, chief = (
        Person((3.0, "Lauscher")),
        Person((3.0, "Bieten Sie Rabatt an"), (13.0, "Hier ist die Leitung")),
    )

    async def main(register: Register) -> None:
        conversation = await connected(register)
        conversation.watch(PacedLeg(silent, RATE))
        seat = conversation.watch(PacedLeg(chief, RATE), Supervision.WHISPER)
        await asyncio.sleep(10.0)
        conversation.change_watch(seat, Supervision.JOIN)
        await asyncio.sleep(10.0)
        conversation.unwatch(seat)

    record = in_virtual_time(lambda: office.run(main))
    for listening in (silent, chief):
        assert "Anrufer 1" in listening.heard_words()
        assert "Agent 2" in listening.heard_words()
    for speaking in (caller, agent.person):
        assert "Lauscher" not in speaking.heard_words()
        assert "Hier ist die Leitung" in speaking.heard_words()
    assert "Bieten Sie Rabatt an" in agent.person.heard_words()
    assert "Bieten Sie Rabatt an" not in caller.heard_words()
    assert not any("Rabatt" in turn.text for turn in record.turns)
    assert "Anrufer 6" not in chief.heard_words()


def test_a_dropped_agent_comes_back_to_the_caller() -> None:
    caller, agent, office = talking()
    back = Agent(Person((4.0, "Da bin ich wieder")))

    async def main(register: Register) -> None:
        conversation = await connected(register)
        with pytest.raises(NotConnected):
            conversation.rejoin(back.leg)
        await asyncio.sleep(5.0)
        agent.person.leaves()
        await asyncio.sleep(12.0)
        conversation.rejoin(back.leg)

    record = in_virtual_time(lambda: office.run(main))
    assert PHRASES["agent_lost"][0] in office.said()
    assert "Da bin ich wieder" in caller.heard_words()
    assert "Anrufer 5" in back.person.heard_words()
    assert len(office.desk.waited) == 1
    assert len(office.desk.partings) == 1
    assert record.end is not None
    assert record.end.outcome is Outcome.HANDED_OVER


def test_an_agent_who_does_not_come_back_costs_nobody_their_turn() -> None:
    caller = Person(WANTS, leaves_at=120.0)
    first, second = Agent(), Agent(Person((1.0, "Guten Tag, Wolf")), "Frau Wolf")
    office = Office(caller, ScriptedDesk(answers_after(first, second, seconds=5.0)))

    async def main(register: Register) -> None:
        conversation = await connected(register)
        await asyncio.sleep(5.0)
        first.person.leaves()
        await asyncio.sleep(40.0)
        assert conversation.agent == "frau wolf"

    in_virtual_time(lambda: office.run(main))
    before, after = office.desk.waited
    assert after.priority > before.priority
    assert after.since == before.since
    assert "Guten Tag, Wolf" in caller.heard_words()
    assert [how for _, _, how in office.desk.partings] == [PartingHow.DROPPED, PartingHow.DONE]


@pytest.mark.parametrize("three_way", [True, False])
def test_a_colleague_in_the_call_goes_on_with_the_caller_when_the_agent_is_lost(
    three_way: bool,
) -> None:
    caller, agent, office = talking()
    colleague = Agent(Person((25.0, "Ich helfe Ihnen")), "Frau Wolf")

    async def main(register: Register) -> None:
        conversation = await connected(register)
        await asyncio.sleep(3.0)
        conversation.consult(colleague.taken())
        await asyncio.sleep(3.0)
        if three_way:
            conversation.three_way()
        agent.person.leaves()
        await asyncio.sleep(2.0)
        assert conversation.agent == "frau wolf"
        assert not conversation.seating.colleague

    in_virtual_time(lambda: office.run(main))
    assert "Ich helfe Ihnen" in caller.heard_words()
    assert "Anrufer 5" in colleague.person.heard_words()
    told = PHRASES["agent_replaced"][0].format(name="Frau Wolf") in office.said()
    assert told is not three_way, "who talks with somebody already needs no announcement"
    assert PHRASES["agent_lost"][0] not in office.said()
    assert office.desk.passings == [("frau schulz", "frau wolf")]


def test_somebody_outside_who_was_only_asked_is_not_given_the_caller() -> None:
    caller, agent, office = talking()
    outside = Agent(Person(*((float(n), f"Draussen {n}") for n in range(20, 50, 3))))
    back = Agent(Person((3.0, "Da bin ich wieder")))

    async def main(register: Register) -> None:
        conversation = await connected(register)
        conversation.consult(replace(outside.taken(), agent="tel:0561", site="", by_phone=True))
        await asyncio.sleep(3.0)
        agent.person.leaves()
        await asyncio.sleep(10.0)
        conversation.rejoin(back.leg)

    in_virtual_time(lambda: office.run(main))
    assert PHRASES["agent_lost"][0] in office.said()
    assert "Draussen" not in caller.heard_words()
    assert "Da bin ich wieder" in caller.heard_words()


def test_keys_of_a_consulted_menu_sound_there_and_not_to_the_held_caller() -> None:
    caller, agent, office = talking()
    menu = Agent(Person(), "Ansage")

    async def main(register: Register) -> None:
        conversation = await connected(register)
        conversation.consult(menu.taken())
        await asyncio.sleep(1.0)
        before = {who: len(who.heard) for who in (caller, agent.person, menu.person)}
        conversation.send_keys("5")
        await asyncio.sleep(0.4)
        for who, loud in ((agent.person, True), (menu.person, True), (caller, False)):
            heard = bytes(who.heard[before[who] :])
            assert (dtmf("5", RATE)[:640] in heard) is loud
        conversation.end_consult()
        conversation.hold()
        with pytest.raises(NotConnected):
            conversation.send_keys("5")

    in_virtual_time(lambda: office.run(main))


def test_a_line_that_presses_keys_itself_is_asked_to_and_gets_no_tones_besides() -> None:
    class Telephone(PacedLeg):
        pressed = ""

        async def send_keys(self, keys: str) -> bool:
            self.pressed += keys
            return True

    caller, agent, office = talking()
    menu = Agent(Person(), "Ansage")
    menu.leg = telephone = Telephone(menu.person, RATE)

    async def main(register: Register) -> None:
        conversation = await connected(register)
        conversation.consult(menu.taken())
        await asyncio.sleep(1.0)
        conversation.send_keys("15#")
        with pytest.raises(ValueError, match="keys"):
            conversation.send_keys("1x")

    in_virtual_time(lambda: office.run(main))
    assert telephone.pressed == "15#"
    tone = dtmf("5", RATE)[:640]
    assert tone in bytes(agent.person.heard)
    assert tone not in bytes(menu.person.heard)
    assert tone not in bytes(caller.heard)


NOTICE = "Zur Schulung hört jemand mit."


def test_whoever_comes_into_a_call_that_is_listened_to_is_told_and_it_is_on_record() -> None:
    caller, agent, office = talking()
    colleague = Agent(Person(), "Frau Wolf")

    async def main(register: Register) -> None:
        conversation = await connected(register)
        seat = conversation.watch(PacedLeg(Person(), RATE), notice=NOTICE, name="Clara Chef")
        await asyncio.sleep(6.0)
        conversation.hold()
        await asyncio.sleep(1.0)
        conversation.resume()
        await asyncio.sleep(1.0)
        conversation.transfer(colleague.taken())
        await asyncio.sleep(6.0)
        conversation.unwatch(seat, "Clara Chef")

    record = in_virtual_time(lambda: office.run(main))
    assert office.said().count(NOTICE) == 2
    assert NOTICE in caller.heard_words()
    assert NOTICE in agent.person.heard_words()
    assert NOTICE in colleague.person.heard_words()
    supervised = [turn.text for turn in record.turns if turn.who == "supervisor"]
    assert supervised == ["Clara Chef hört mit", "Clara Chef ist nicht mehr dabei"]


def test_a_caller_on_hold_is_told_when_they_can_be_heard_again() -> None:
    caller, agent, office = talking()
    colleague = Agent(Person(), "Frau Wolf")

    async def main(register: Register) -> None:
        conversation = await connected(register)
        conversation.consult(colleague.taken())
        await asyncio.sleep(1.0)
        conversation.watch(PacedLeg(Person(), RATE), notice=NOTICE)
        await asyncio.sleep(5.0)
        assert NOTICE in colleague.person.heard_words()
        assert NOTICE not in caller.heard_words()
        conversation.end_consult()

    in_virtual_time(lambda: office.run(main))
    assert NOTICE in caller.heard_words()


def test_nobody_begins_to_listen_while_the_assistant_has_the_caller() -> None:
    caller = Person(WANTS, leaves_at=60.0)
    office = Office(caller, ScriptedDesk(answers_after(Agent(), seconds=5.0)))

    async def main(register: Register) -> None:
        conversation = await connected(register)
        conversation.return_to_assistant("Wo ist meine Bestellung?")
        await asyncio.sleep(1.0)
        with pytest.raises(NotConnected):
            conversation.watch(PacedLeg(Person(), RATE), notice=NOTICE)

    in_virtual_time(lambda: office.run(main))


def test_an_agent_on_a_telephone_ends_the_call_by_hanging_up() -> None:
    caller, agent = Person(WANTS, leaves_at=200.0), Agent(by_phone=True)
    office = Office(caller, ScriptedDesk(answers_after(agent, seconds=5.0)))

    async def main(register: Register) -> None:
        await connected(register)
        await asyncio.sleep(3.0)
        agent.person.leaves()

    record = in_virtual_time(lambda: office.run(main))
    assert record.end is not None
    assert (record.end.outcome, record.end.cause) == (Outcome.HANDED_OVER, "agent")
    assert len(caller.heard) < 60 * RATE * 2


def test_the_assistant_takes_over_and_gives_the_caller_back() -> None:
    caller = Person(WANTS, (42.0, "Vielen Dank"), leaves_at=60.0)
    agent = Agent(Person((30.0, "Jetzt wieder ich")))
    office = Office(caller, ScriptedDesk(answers_after(agent, seconds=5.0)))

    async def main(register: Register) -> None:
        conversation = await connected(register)
        await asyncio.sleep(3.0)
        conversation.return_to_assistant("Wann haben Sie geöffnet?")

    in_virtual_time(lambda: office.run(main))
    for heard in (caller.heard_words(), agent.person.heard_words()):
        assert PHRASES["assistant_back"][0] in heard
        assert "Heute haben wir bis 18 Uhr geöffnet." in heard
        assert PHRASES["back_to_agent"][0] in heard
    assert "Jetzt wieder ich" in caller.heard_words()
    assert "Vielen Dank" in agent.person.heard_words()


def test_what_the_assistant_learns_in_between_comes_to_the_desk() -> None:
    caller = Person(WANTS, leaves_at=60.0)
    office = Office(caller, ScriptedDesk(answers_after(Agent(), seconds=5.0)))

    async def main(register: Register) -> None:
        conversation = await connected(register)
        conversation.correct("customer", "12345")
        conversation.return_to_assistant("Wann haben Sie geöffnet?")

    in_virtual_time(lambda: office.run(main))
    assert isinstance(office.house.understanding, ScriptedUnderstanding)
    assert office.house.understanding.given == {"customer": "12345"}
    (learnt,) = office.desk.facts
    assert learnt.slots == {"customer": "12345"}
    assert "Wann haben Sie geöffnet?" in learnt.summary or learnt.transcript


def test_an_agent_lost_while_the_assistant_speaks_leaves_no_dead_air() -> None:
    caller = Person(WANTS, leaves_at=90.0)
    agent = Agent()
    office = Office(caller, ScriptedDesk(answers_after(agent, seconds=5.0)))
    left: list[float] = []

    async def main(register: Register) -> None:
        conversation = await connected(register)
        await asyncio.sleep(3.0)
        conversation.return_to_assistant("Wo ist meine Bestellung?")
        # In the middle of the assistant's question.
        await asyncio.sleep(3.0)
        agent.person.leaves()
        await asyncio.sleep(0.1)
        left.append(len(caller.heard) / (2 * RATE))

    in_virtual_time(lambda: office.run(main))
    (left_s,) = left
    assert "Wie lautet Ihre Bestellnummer?" in caller.heard_between(left_s, left_s + 5.0)


def test_the_assistant_may_have_the_caller_for_good() -> None:
    caller = Person(WANTS, (30.0, "Danke, tschüss"), leaves_at=90.0)
    office = Office(caller, ScriptedDesk(answers_after(Agent(), seconds=5.0)))

    async def main(register: Register) -> None:
        conversation = await connected(register)
        conversation.return_to_assistant(wait=False)

    record = in_virtual_time(lambda: office.run(main))
    assert [how for _, _, how in office.desk.partings] == [PartingHow.RETURNED]
    assert record.end is not None
    assert record.end.cause == "hotline"


def test_a_suggested_answer_is_spoken_to_both_and_on_record() -> None:
    caller, agent, office = talking()

    async def main(register: Register) -> None:
        conversation = await connected(register)
        await asyncio.sleep(3.0)
        conversation.say("Der Versand kostet 4,90 Euro.")
        conversation.send_keys("5#")
        with pytest.raises(ValueError, match="keys"):
            conversation.send_keys("x")

    in_virtual_time(lambda: office.run(main))
    assert "Der Versand kostet 4,90 Euro." in office.said()


def test_everything_is_told_to_who_looks_on_and_reading_ends_with_the_call() -> None:
    caller = Person(WANTS, (20.0, "7"), (25.0, "Hallo Schulz"), leaves_at=35.0)
    office = Office(caller, ScriptedDesk(answers_after(Agent(), seconds=5.0)))
    news: list[object] = []

    async def main(register: Register) -> None:
        conversation = await connected(register)
        news.extend([each async for each in conversation.news()])

    in_virtual_time(lambda: office.run(main))
    assert isinstance(news[-1], CallEnd)
    assert any(getattr(each, "key", None) == "7" for each in news)
    assert any(isinstance(each, Turn) and each.text == "Hallo Schulz" for each in news)


def test_transfer_to_another_queue() -> None:
    caller = Person(WANTS, leaves_at=60.0)
    first, second = Agent(), Agent(Person((1.0, "Technik, Wolf")), "Frau Wolf")
    office = Office(caller, ScriptedDesk(answers_after(first, second, seconds=5.0)))

    async def main(register: Register) -> None:
        conversation = await connected(register)
        await asyncio.sleep(3.0)
        conversation.transfer_to_queue("technik")

    in_virtual_time(lambda: office.run(main))
    assert [waiting.queue for waiting in office.desk.waited] == ["", "technik"]
    assert "Technik, Wolf" in caller.heard_words()
    assert office.desk.partings[0][2] is PartingHow.TRANSFERRED
