"""Supervisors in a call, and who is told of them."""

import asyncio

import pytest

from ivr.call.desk_scripted import ScriptedDesk
from ivr.call.register import Register
from ivr.call.seating import Supervision
from ivr.core.errors import NotConnected
from ivr.lines.paced import PacedLeg
from tests.call.people import WANTS, Agent, Office, Person, answers_after, connected, talking
from tests.call.virtual import RATE, in_virtual_time

NOTICE = "Zur Schulung hört jemand mit."


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
