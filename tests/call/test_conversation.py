"""What people at the desk can do in a call, judged by the ears of everybody in it."""

import asyncio
from dataclasses import replace

import pytest

from ivr.audio.tones import dtmf
from ivr.call.conversation import Conversation
from ivr.call.desk_scripted import ScriptedDesk
from ivr.call.register import Register
from ivr.core.desk import PartingHow
from ivr.core.errors import NotConnected
from ivr.core.records import CallEnd, Outcome, Turn
from ivr.lines.paced import PacedLeg
from tests.call.people import WANTS, Agent, Office, Person, answers_after, connected, talking
from tests.call.virtual import RATE, in_virtual_time
from tests.dialogue.talks import PHRASES


async def _hold(conversation: Conversation) -> None:
    conversation.hold()
    await asyncio.sleep(10.0)
    conversation.resume()


async def _mute(conversation: Conversation) -> None:
    conversation.mute()
    await asyncio.sleep(10.0)
    conversation.mute(False)


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
