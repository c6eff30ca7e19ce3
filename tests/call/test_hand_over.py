"""A caller is handed over to a person, and both of them are the judges."""

import pytest
from typing_extensions import override

from ivr.call.desk_scripted import After, ScriptedDesk
from ivr.core.desk import Nobody, NobodyReason, PartingHow, Place
from ivr.core.records import HandOver, Outcome
from ivr.lines.paced import PacedLeg
from tests.call.people import WANTS, Agent, Office, Person, answers_after
from tests.call.virtual import RATE, in_virtual_time
from tests.dialogue.talks import PHRASES


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
    wants, to_do = waiting.hand_over.summary.splitlines()
    assert "Versandkosten" in wants
    assert "übernehmen" in to_do, "who is on the line need not be called back"
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
