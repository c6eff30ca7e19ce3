"""Whole calls: the caller's ear is the judge."""

import asyncio
import random
import resource
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

import pytest
from typing_extensions import override

from ivr.app.script import make_script
from ivr.config.company import load_company
from ivr.config.loading import PROGRAM_FOLDER, default_settings
from ivr.core.errors import RecognitionFailed, RecordRefused, UnderstandingUnavailable
from ivr.core.ports import NOTHING
from ivr.core.records import CallRecord, Fact, HandOver, Outcome
from ivr.core.speech import Expect
from ivr.core.understanding import Reply
from ivr.lines.paced import PacedLeg
from ivr.lines.synthetic import Manners, Press, SyntheticCaller, Utter
from ivr.speech.recognizers.scripted import ScriptedRecognizer
from ivr.speech.voices.scripted import ScriptedVoice
from ivr.store.memory import MemoryStore
from ivr.understanding.scripted import ScriptedUnderstanding
from tests.call.virtual import RATE, SCRIPT, House, in_virtual_time, says
from tests.dialogue.talks import PHRASES


def spoken(house: House) -> list[str]:
    return [turn.text for turn in house.turns if turn.who == "hotline"]


def test_a_question_is_answered_and_the_call_ends_well() -> None:
    house = House()
    record = in_virtual_time(
        lambda: house.call(says("Wann haben Sie geöffnet?"), says("Danke, tschüss"))
    )
    assert [turn.text for turn in record.turns if turn.who == "caller"] == [
        "Wann haben Sie geöffnet?",
        "Danke, tschüss",
    ]
    assert record.end is not None
    assert record.end.outcome is Outcome.ANSWERED


def test_the_answer_follows_the_caller_within_the_waits_of_turn_taking() -> None:
    record = in_virtual_time(lambda: House().call(says("Wann haben Sie geöffnet?")))
    responses = [turn.response_s for turn in record.turns if turn.response_s is not None]
    # Virtual time: what is left is the decided wait, not the speed of this machine.
    assert len(responses) == 1
    assert 0.3 < responses[0] < 0.8


@pytest.mark.parametrize(("number", "soon"), [("471108", True), ("4711", False)])
def test_a_number_of_the_company_is_answered_as_soon_as_it_is_whole(
    number: str, soon: bool
) -> None:
    script = make_script(
        default_settings(PROGRAM_FOLDER), load_company(PROGRAM_FOLDER / "company.toml")
    )
    house = House(script=replace(SCRIPT, numbers=script.numbers))
    in_virtual_time(lambda: house.call(says(f"Meine Bestellnummer ist die {number}")))
    responses = [turn.response_s for turn in house.turns if turn.response_s is not None]
    assert (responses[0] < 0.8) == soon


def test_turns_do_not_overlap_unless_interrupted() -> None:
    record = in_virtual_time(
        lambda: House().call(says("Wann haben Sie geöffnet?"), says("Wo sind Sie?"))
    )
    for one, next_one in zip(record.turns, record.turns[1:], strict=False):
        assert next_one.start_s >= one.end_s - 0.1


def test_barge_in_silences_the_prompt_soon() -> None:
    house = House()
    manners = Manners(barge_in_s=4.0)
    record = in_virtual_time(lambda: house.call(says("Wann haben Sie denn auf?"), manners=manners))
    interrupted = [turn for turn in record.turns if turn.interrupted]
    asked = next(turn for turn in record.turns if turn.who == "caller")
    assert len(interrupted) == 1
    # The scripted buzz has no upper part, so it must last like a hum before it interrupts.
    assert interrupted[0].end_s - asked.start_s < 0.9


def test_a_bark_costs_the_caller_no_more_than_the_line_that_it_broke_off() -> None:
    house = House(recognizer=ScriptedRecognizer([""]))
    bark = Utter("", random.Random(1).randbytes(RATE // 2))  # noqa: S311 - a noise
    manners = Manners(barge_in_s=4.0, stays_s=20.0)
    record = in_virtual_time(lambda: house.call(bark, manners=manners))
    notice, broken, again = [turn for turn in record.turns if turn.who == "hotline"][:3]
    assert not notice.interrupted
    assert broken.interrupted
    assert again.text == broken.text
    assert again.start_s - broken.end_s < 1.5


def test_keys_lead_to_a_call_back_with_everything_known() -> None:
    house = House()
    record = in_virtual_time(
        lambda: house.call(
            says("Wann haben Sie geöffnet?"),
            Press("0"),
            says("Mein Name ist Meier"),
            Press("0561123456#"),
            says("Ja"),
        )
    )
    assert record.end is not None
    assert record.end.outcome is Outcome.HANDED_OVER
    (fact,) = record.facts
    assert isinstance(fact, HandOver)
    assert (fact.caller_name, fact.phone) == ("Meier", "0561123456")
    assert any("geöffnet" in turn.text for turn in fact.transcript)
    assert len(fact.summary.splitlines()) == 2


class Troubled(ScriptedUnderstanding):
    """Answers after `trouble` with the words, which may wait or fail."""

    def __init__(self, trouble: Callable[[str], Awaitable[None]]) -> None:
        super().__init__()
        self._trouble = trouble

    @override
    async def reply(
        self,
        call_id: str,
        text: str,
        *,
        caller: str | None = None,
        given: Mapping[str, str] = NOTHING,
    ) -> Reply:
        await self._trouble(text)
        return await super().reply(call_id, text, caller=caller, given=given)


class Away(Troubled):
    """Not there the first three times that it is asked anything."""

    def __init__(self) -> None:
        super().__init__(self._fail)
        self._left = 3

    async def _fail(self, _text: str) -> None:
        if not await self.ready():
            raise UnderstandingUnavailable("away")

    @override
    async def ready(self) -> bool:
        self._left -= 1
        return self._left < 0


def test_what_was_meant_is_on_record_though_it_was_known_after_a_filler() -> None:
    house = House(understanding=Troubled(lambda _text: asyncio.sleep(6)))
    record = in_virtual_time(lambda: house.call(says("Wann haben Sie geöffnet?")))
    asked = next(turn for turn in record.turns if turn.who == "caller")
    assert any("Moment" in line for line in spoken(house))
    assert asked.intent == "opening_hours"


def test_rasa_gone_and_back() -> None:
    house = House(understanding=Away())
    record = in_virtual_time(
        lambda: house.call(says("Wann haben Sie geöffnet?"), says("Wann haben Sie geöffnet?"))
    )
    said = " ".join(spoken(house))
    assert PHRASES["understanding_gone"][0] in said
    assert "Montag bis Freitag bis 18 Uhr." in said
    assert PHRASES["understanding_back"][0] in said
    assert record.end is not None


def test_a_failing_recognizer_leads_to_keys_and_a_recorded_call_back() -> None:
    broken = [RecognitionFailed("broken")] * 2
    house = House(recognizer=ScriptedRecognizer(broken))
    record = in_virtual_time(
        lambda: house.call(
            says("Wann haben Sie geöffnet?"),
            says("Hallo, hören Sie mich?"),
            Press("0561123456#"),
            Press("1"),
        )
    )
    assert PHRASES["cannot_hear"][0] in " ".join(spoken(house))
    assert [fact.phone for fact in record.facts if isinstance(fact, HandOver)] == ["0561123456"]


def test_a_failing_voice_frees_the_caller_and_is_recorded() -> None:
    house = House(voice=ScriptedVoice(fails_on=("Musterfirma",)))
    record = in_virtual_time(lambda: house.call(says("Hallo?")))
    assert record.end is not None
    assert (record.end.outcome, record.end.cause) == (Outcome.FAILED, "fault")


class Full(MemoryStore):
    @override
    async def add_fact(self, call_id: str, fact: Fact, *, key: str | None = None) -> Fact:
        raise RecordRefused("the disk is full, and so is the rescue folder's")


def test_what_cannot_be_kept_is_told_honestly() -> None:
    house = House(store=Full())
    in_virtual_time(
        lambda: house.call(Press("0"), says("Meier"), says("0561 12 34 56"), says("ja"))
    )
    assert PHRASES["not_noted"][0] in spoken(house)


def test_a_crash_of_one_call_is_its_own() -> None:
    async def crash(text: str) -> None:
        if "Absturz" in text:
            raise ZeroDivisionError

    house = House(understanding=Troubled(crash))

    async def two_calls() -> Sequence[Outcome | None]:
        one, other = await asyncio.gather(
            house.call(says("Absturz bitte")), house.call(says("Wann haben Sie geöffnet?"))
        )
        return [record.end.outcome if record.end else None for record in (one, other)]

    assert in_virtual_time(two_calls) == [Outcome.FAILED, Outcome.ANSWERED]


def test_a_silent_caller_is_let_go() -> None:
    house = House()
    record = in_virtual_time(lambda: house.call(manners=Manners(stays_s=3600, gives_up_s=3600)))
    assert record.end is not None
    assert (record.end.outcome, record.end.cause) == (Outcome.ABANDONED, "hotline")
    assert PHRASES["silence_farewell"][0] in spoken(house)


def test_draining_lets_calls_end_politely() -> None:
    house = House()

    async def drained() -> CallRecord:
        manners = Manners(stays_s=3600, gives_up_s=3600)
        async with house.opened() as register:
            leg = PacedLeg(SyntheticCaller([], RATE, manners), RATE)
            call = asyncio.create_task(register.take(leg, "scripted"))
            await asyncio.sleep(8)
            await register.drain(20)
            return await call

    record = in_virtual_time(drained)
    assert record.end is not None
    assert record.end.cause == "drain"
    assert record.turns[-1].text == PHRASES["drain_farewell"][0]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_hour_on_the_phone_stays_within_memory() -> None:
    house = House(script=replace(SCRIPT, max_call_s=2 * 3600))
    steps = [says(f"Wann haben Sie geöffnet, Frage {number}?") for number in range(500)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    record = in_virtual_time(lambda: house.call(*steps))
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert record.turns[-1].end_s > 3600
    assert grown_kb < 60_000


def test_expectations_reach_the_recognizer() -> None:
    recognizer = ScriptedRecognizer()
    house = House(recognizer=recognizer)
    in_virtual_time(
        lambda: house.call(Press("0"), says("Meier"), says("0561 12 34 56"), says("ja"))
    )
    assert recognizer.expected[:3] == [Expect.NAME, Expect.PHONE, Expect.YES_NO]
