"""What is said just before hanging up is on record, and counts where it completes something."""

import asyncio
from dataclasses import replace

import pytest
from typing_extensions import override

from ivr.core.errors import RecognitionFailed
from ivr.core.pcm import FRAME_S, frame_bytes
from ivr.core.records import CallRecord, Message, Outcome
from ivr.core.speech import Expect, Transcript
from ivr.speech.recognizers.scripted import ScriptedHearing, ScriptedRecognizer
from ivr.understanding.scripted import ScriptedUnderstanding, say
from tests.call.virtual import RATE, House, in_virtual_time, says

TABLE = {
    "bestellen": replace(
        say("place_order", "Einen Toaster, richtig?", expect=Expect.YES_NO),
        form="place_order_form",
    ),
    "ja": say("affirm", "Notiert, Ihre Nummer ist die acht."),
}


class Clicks:
    """A party who speaks 8 s after another, and hangs up so long after the last word."""

    def __init__(self, after_s: float, *texts: str) -> None:
        size = frame_bytes(RATE)
        sound = b"".join(bytes(size * 400) + says(text, 1.0).pcm for text in texts)
        sound += bytes(size * round(after_s / FRAME_S))
        self._frames = [sound[at : at + size] for at in range(0, len(sound), size)]

    def exchange(self, heard: bytes) -> bytes | None:
        return self._frames.pop(0) if self._frames else None

    def pressed(self) -> str:
        return ""


def call(house: House, *texts: str, after_s: float = 0.2) -> CallRecord:
    return in_virtual_time(lambda: house.call(party=Clicks(after_s, *texts)))


def caller_said(record: CallRecord) -> list[str]:
    return [turn.text for turn in record.turns if turn.who == "caller"]


@pytest.mark.parametrize("after_s", [0.0, 0.04, 0.2])
def test_the_last_words_are_on_record(after_s: float) -> None:
    house = House(understanding=ScriptedUnderstanding(TABLE))
    record = call(house, "Ich wollte nur danke sagen", after_s=after_s)
    assert caller_said(record) == ["Ich wollte nur danke sagen"]
    assert record.end is not None
    assert (record.end.outcome, record.end.cause) == (Outcome.ABANDONED, "caller")
    assert not [turn for turn in house.turns if turn.who == "hotline" and "Wie bitte" in turn.text]


@pytest.mark.parametrize(("after_s", "counts"), [(0.2, True), (0.0, False)])
def test_a_yes_and_a_click_complete_an_order_and_a_yes_that_breaks_off_does_not(
    after_s: float, counts: bool
) -> None:
    understanding = ScriptedUnderstanding(TABLE)
    record = call(House(understanding=understanding), "Ich will bestellen", "Ja", after_s=after_s)
    assert caller_said(record) == ["Ich will bestellen", "Ja"]
    assert [text for _, text in understanding.asked][1:] == (["Ja"] if counts else [])
    assert record.end is not None
    assert record.end.cause == "caller"
    assert (record.end.outcome is Outcome.ANSWERED) == counts


def test_a_message_without_a_name_is_on_record_when_the_line_is_gone() -> None:
    asks = replace(say("leave_message", "Wie ist Ihr Name?"), form="message_form")
    house = House(understanding=ScriptedUnderstanding({"klingeln": asks}))
    told = "Richten Sie aus, dass der Fahrer hinten klingeln soll"
    party = Clicks(6.0, told)
    record = in_virtual_time(lambda: house.call(party=party, caller="+49561998877"))
    assert record.facts == (Message("", "+49561998877", told),)


class Stuck(ScriptedRecognizer):
    @override
    def listen(self, *_: object, **__: object) -> "Hangs":
        return Hangs(None)


class Hangs(ScriptedHearing):
    @override
    async def transcribe(self) -> Transcript:
        await asyncio.sleep(1_000)
        return Transcript("")


class Fails(ScriptedRecognizer):
    def __init__(self) -> None:
        super().__init__([RecognitionFailed("no")])


@pytest.mark.parametrize("recognizer", [Stuck(), Fails()])
def test_words_that_are_not_recognized_keep_no_call_open(recognizer: ScriptedRecognizer) -> None:
    record = call(House(recognizer=recognizer), "Ich wollte nur danke sagen")
    assert caller_said(record) == []
    assert record.end is not None
    assert record.end.cause == "caller"
