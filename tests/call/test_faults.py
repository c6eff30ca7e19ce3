"""What breaks in the middle of a call: the caller is told, the call ends well or goes on, and
no other call notices."""

import asyncio
from collections.abc import Callable, Sequence

from typing_extensions import override

from ivr.core.errors import RecognitionFailed
from ivr.core.ports import Vad
from ivr.core.records import CallRecord, Outcome
from ivr.core.speech import Expect
from ivr.lines.paced import PacedLeg
from ivr.speech.recognizers.scripted import ScriptedHearing, ScriptedRecognizer
from ivr.speech.vad import EnergyVad
from ivr.speech.voices.scripted import ScriptedVoice
from tests.call.faulty import APOLOGY, PATIENT, Ear, register_of
from tests.call.virtual import RATE, House, in_virtual_time, says
from tests.dialogue.talks import PHRASES


class BrokenVad(EnergyVad):
    """Fails after a while, in the middle of the greeting."""

    left = 40

    @override
    def probability(self, chunk: bytes) -> float:
        self.left -= 1
        if self.left < 0:
            raise RuntimeError("the model is broken")
        return super().probability(chunk)


def call_of(house: House, ear: Ear, vad: Callable[[], Vad] = EnergyVad) -> CallRecord:
    """The record of one call."""

    async def main() -> CallRecord:
        async with register_of(house, vad) as register:
            return await register.take(PacedLeg(ear, RATE), "scripted")

    return in_virtual_time(main)


def test_a_broken_speech_detector_ends_its_call_politely_and_no_other() -> None:
    house, unlucky = House(), Ear(manners=PATIENT)
    lucky = Ear(says("Wann haben Sie geöffnet?"))
    vads: list[Vad] = [BrokenVad(), EnergyVad()]

    async def main() -> Sequence[CallRecord]:
        async with register_of(house, lambda: vads.pop(0)) as register:
            return await asyncio.gather(
                *(register.take(PacedLeg(ear, RATE), "scripted") for ear in (unlucky, lucky))
            )

    one, other = in_virtual_time(main)
    assert one.end is not None
    assert (one.end.outcome, one.end.cause) == (Outcome.FAILED, "fault")
    assert unlucky.last == APOLOGY
    assert other.end is not None
    assert other.end.outcome is Outcome.ANSWERED


def test_a_detector_that_cannot_even_be_made_fails_that_call_and_it_is_on_record() -> None:
    house, ear = House(), Ear(manners=PATIENT)

    def broken() -> Vad:
        raise OSError("no memory for the model")

    record = call_of(house, ear, broken)
    kept = asyncio.run(house.store.call(record.start.call_id))
    assert kept is not None
    assert kept.end is not None
    assert kept.end.outcome is Outcome.FAILED
    assert ear.last == APOLOGY


def test_a_dead_voice_apologizes_from_what_was_made_before() -> None:
    house, ear = House(voice=ScriptedVoice(fails_on=("Musterfirma",))), Ear(manners=PATIENT)

    record = call_of(house, ear)
    assert record.end is not None
    assert record.end.outcome is Outcome.FAILED
    assert ear.last == APOLOGY


def test_an_unexpected_error_of_the_recognizer_is_no_dead_air() -> None:
    class Crashing(ScriptedRecognizer):
        @override
        def listen(
            self, expect: Expect = Expect.ANYTHING, words: Sequence[str] = ()
        ) -> ScriptedHearing:
            raise MemoryError

    house, ear = House(recognizer=Crashing()), Ear(says("Wann haben Sie auf?"), manners=PATIENT)

    record = call_of(house, ear)
    assert record.end is not None
    assert record.end.outcome is Outcome.FAILED
    assert ear.last == APOLOGY


def test_a_short_word_that_cannot_be_recognized_is_not_taken_for_a_cough() -> None:
    house = House(recognizer=ScriptedRecognizer([RecognitionFailed("broken")] * 4))
    in_virtual_time(lambda: house.call(says("Ja", 0.4), says("Ja", 0.4)))
    said = [turn for turn in house.turns if turn.who == "hotline"]
    assert said[2].text in PHRASES["no_match_1"] or said[2].text == PHRASES["cannot_hear"][0]
