"""The assistant in a call with an agent: brought back, and spoken for."""

import asyncio

import pytest

from ivr.call.desk_scripted import ScriptedDesk
from ivr.call.register import Register
from ivr.core.desk import PartingHow
from ivr.understanding.scripted import ScriptedUnderstanding
from tests.call.people import WANTS, Agent, Office, Person, answers_after, connected, talking
from tests.call.virtual import RATE, in_virtual_time
from tests.dialogue.talks import PHRASES


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
