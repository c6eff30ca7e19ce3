"""A caller is handed over to a person, and both of them are the judges."""

import asyncio

import pytest
from typing_extensions import override

from ivr.call.conversation import Conversation
from ivr.call.desk_scripted import After, ScriptedDesk
from ivr.call.register import Register
from ivr.call.seating import Watch
from ivr.core.desk import Nobody, NobodyReason, PartingHow, Place
from ivr.core.errors import NotConnected
from ivr.core.records import CallEnd, HandOver, Outcome, Turn
from ivr.lines.paced import PacedLeg
from tests.call.people import Agent, Office, Person, answers_after, connected
from tests.call.virtual import RATE, in_virtual_time
from tests.dialogue.talks import PHRASES

WANTS = (7.0, "Einen Mitarbeiter bitte")


def test_caller_and_agent_hear_each_other_and_both_are_written_down() -> None:
    caller = Person(WANTS, (40.0, "Wo bleibt mein Paket?"), leaves_at=50.0)
    agent = Agent(Person((5.0, "Musterfirma, Schulz, guten Tag.")))
    office = Office(caller, ScriptedDesk(answers_after(agent, seconds=20.0)))
    record = in_virtual_time(office.run)
    assert "Musterfirma, Schulz, guten Tag." in caller.heard_words()
    assert "Wo bleibt mein Paket?" in agent.person.heard_words()
    said = [(turn.who, turn.text) for turn in record.turns]
    assert ("agent", "Musterfirma, Schulz, guten Tag.") in said
    assert ("caller", "Wo bleibt mein Paket?") in said
    assert record.end is not None
    assert (record.end.outcome, record.end.cause) == (Outcome.HANDED_OVER, "caller")
    assert [(agent_id, how) for _, agent_id, how in office.desk.partings] == [
        ("frau schulz", PartingHow.DONE)
    ]
    assert office.desk.given_up == []


def test_no_dead_air_from_the_wish_until_somebody_is_there() -> None:
    caller = Person(WANTS, leaves_at=60.0)
    in_virtual_time(Office(caller, ScriptedDesk([After(0.5, Place(3, 200.0))])).run)
    # From the first announcement on: prompts and music, with no gap longer than 3 s.
    for second in range(12, 57):
        assert caller.loud_share(second, second + 3.0) > 0.0, f"silence at {second} s"


def test_a_waiting_caller_is_answered_and_keeps_the_place() -> None:
    caller = Person(WANTS, (40.0, "Wann haben Sie geöffnet?"), leaves_at=80.0)
    agent = Agent(Person((1.0, "Guten Tag, Schulz.")))
    office = Office(caller, ScriptedDesk(answers_after(agent, seconds=60.0)))
    record = in_virtual_time(office.run)
    assert "Heute haben wir bis 18 Uhr geöffnet." in office.said()
    assert len(office.desk.waited) == 1
    assert office.desk.given_up == []
    assert "Guten Tag, Schulz." in caller.heard_words()
    assert record.end is not None
    assert record.end.outcome is Outcome.HANDED_OVER


def test_who_hangs_up_in_the_queue_has_given_up() -> None:
    office = Office(Person(WANTS, leaves_at=30.0), ScriptedDesk([After(0.5, Place(2, 60.0))]))
    record = in_virtual_time(office.run)
    assert record.end is not None
    assert (record.end.outcome, record.end.cause) == (Outcome.ABANDONED, "caller")
    assert office.desk.given_up == [record.start.call_id]


def test_everything_known_goes_with_the_call() -> None:
    caller = Person((7.0, "Was kostet der Versand?"), (20.0, "Mitarbeiter"), leaves_at=40.0)
    office = Office(caller, ScriptedDesk([After(0.5, Place(2, 60.0))]))
    in_virtual_time(office.run)
    (waiting,) = office.desk.waited
    assert waiting.caller == "+49561998877"
    assert waiting.client == "musterfirma"
    assert waiting.hand_over.intent == "shipping_cost"
    assert len(waiting.hand_over.summary.splitlines()) == 2
    assert any("Versand" in turn.text for turn in waiting.hand_over.transcript)


@pytest.mark.parametrize("reason", list(NobodyReason))
def test_if_nobody_can_come_the_caller_is_told_and_called_back(reason: NobodyReason) -> None:
    caller = Person(
        WANTS,
        (25.0, "Meier"),
        (40.0, "Ja"),
        leaves_at=80.0,
    )
    office = Office(caller, ScriptedDesk([After(0.2, Nobody(reason))]))
    record = in_virtual_time(office.run)
    assert PHRASES[f"nobody_{reason.value}"][0] in office.said()
    (fact,) = record.facts
    assert isinstance(fact, HandOver)
    assert fact.phone == "+49561998877"


def test_a_broken_desk_leads_to_a_call_back() -> None:
    class Broken(ScriptedDesk):
        pass

    def fails() -> Place:
        raise RuntimeError("the desk is broken")

    office = Office(Person(WANTS, leaves_at=30.0), Broken([After(0.5, fails)]))
    in_virtual_time(office.run)
    assert PHRASES["desk_failed"][0] in office.said()


def test_a_call_back_keeps_the_place() -> None:
    caller = Person(WANTS, (35.0, "1"), (50.0, "Meier"), (62.0, "Ja"), leaves_at=100.0)
    office = Office(caller, ScriptedDesk([After(0.5, Place(4, 300.0))]))
    record = in_virtual_time(office.run)
    (kept,) = office.desk.called_back
    assert kept.hand_over.phone == "+49561998877"
    assert kept.hand_over.caller_name == "Meier"
    assert kept.since == office.desk.waited[0].since
    assert record.end is not None
    assert record.end.outcome is Outcome.HANDED_OVER


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
        seat = conversation.watch(PacedLeg(chief, RATE), Watch.WHISPER)
        await asyncio.sleep(10.0)
        conversation.change_watch(seat, Watch.JOIN)
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


def test_a_desk_that_fails_to_hear_of_a_parting_harms_nobody() -> None:
    class Deaf(ScriptedDesk):
        @override
        async def parted(self, call_id: str, agent: str, how: PartingHow) -> None:
            raise RuntimeError("out of order")

    caller = Person(WANTS, leaves_at=30.0)
    record = in_virtual_time(Office(caller, Deaf(answers_after(Agent(), seconds=5.0))).run)
    assert record.end is not None
    assert record.end.outcome is Outcome.HANDED_OVER


def test_a_failing_recognizer_of_the_agent_does_not_end_the_call() -> None:
    class Bad(PacedLeg):
        @override
        async def play(self, frame: bytes) -> None:
            raise RuntimeError("the line is broken")

    caller, agent = Person(WANTS, leaves_at=40.0), Agent(Person((2.0, "Man hört mich noch")))
    agent.leg = Bad(agent.person, RATE)
    office = Office(caller, ScriptedDesk(answers_after(agent, seconds=5.0)))
    record = in_virtual_time(office.run)
    assert "Man hört mich noch" in caller.heard_words()
    assert record.end is not None
    assert record.end.outcome is Outcome.HANDED_OVER
