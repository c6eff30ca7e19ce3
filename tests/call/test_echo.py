"""Our own prompt comes back from the telephone, late and faint: it is nobody's turn.

The whole session with the real speech detector and a real voice, over an A-law line.
"""

from collections.abc import AsyncGenerator
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ivr.audio.g711 import alaw_decode, alaw_encode
from ivr.audio.resample import resample
from ivr.audio.shaping import gain, mix, silence
from ivr.core.pcm import LISTEN_RATE, Pcm, frame_bytes
from ivr.core.records import CallRecord
from ivr.lines.paced import Party
from ivr.lines.synthetic import Manners, SyntheticCaller, Utter
from ivr.speech.recognizers.scripted import ScriptedRecognizer
from ivr.speech.vad import SileroVad
from ivr.speech.voices import pico
from tests.call.virtual import House, in_virtual_time

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

RATE = 8_000
QUESTION = "Wann haben Sie geöffnet?"


@cache
def said(text: str) -> bytes:
    return pico.load()(text, 1.0)


class RealVoice:
    """What it says sounds like a person, and so does its echo."""

    name = "pico"
    rate = LISTEN_RATE

    async def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
        yield said(text)

    async def ready(self) -> bool:
        return True

    async def close(self) -> None:
        pass


class Echoing:
    """A telephone whose ear is heard by its microphone."""

    def __init__(self, party: Party, delay_s: float, loss_db: float) -> None:
        self._party, self._loss_db = party, loss_db
        self._on_the_way = bytearray(silence(delay_s, RATE))

    def exchange(self, heard: bytes) -> bytes | None:
        self._on_the_way += gain(heard, -self._loss_db)
        size = frame_bytes(RATE)
        echo = bytes(self._on_the_way[:size])
        del self._on_the_way[:size]
        own = self._party.exchange(heard)
        return None if own is None else alaw_decode(alaw_encode(mix(own, echo)))

    def pressed(self) -> str:
        return self._party.pressed()


def called(manners: Manners, delay_ms: int, loss_db: float, questions: int) -> CallRecord:
    """Somebody asks over a line with an echo. Whatever is taken for speech becomes a turn."""
    speech = resample(Pcm(said(QUESTION), LISTEN_RATE), RATE).data
    caller = SyntheticCaller([Utter(QUESTION, speech)] * questions, RATE, manners)
    house = House(recognizer=ScriptedRecognizer([QUESTION] * 20), voice=RealVoice(), vad=SileroVad)
    echoing = Echoing(caller, delay_ms / 1000, loss_db)
    return in_virtual_time(lambda: house.call(party=echoing, rate=RATE))


DELAYS_MS = st.integers(50, 300)


@settings(max_examples=10, deadline=None)
@given(delay_ms=DELAYS_MS, loss_db=st.floats(12, 45))
@example(delay_ms=50, loss_db=20)
@example(delay_ms=300, loss_db=20)
def test_the_hotline_is_not_interrupted_by_itself_nor_does_it_answer_itself(
    delay_ms: int, loss_db: float
) -> None:
    record = called(Manners(gap_s=1.5), delay_ms, loss_db, questions=3)
    assert [turn.text for turn in record.turns if turn.interrupted] == []
    asked = [turn for turn in record.turns if turn.who == "caller"]
    assert len(asked) == 3, record.turns
    spoken_s = len(said(QUESTION)) / 2 / LISTEN_RATE
    assert all(turn.end_s - turn.start_s < spoken_s + 0.5 for turn in asked)


@settings(max_examples=5, deadline=None)
@given(delay_ms=DELAYS_MS)
@example(delay_ms=50)
@example(delay_ms=300)
def test_callers_get_a_word_in_all_the_same(delay_ms: int) -> None:
    manners = Manners(barge_in_s=1.5, hears_greeting=True)
    record = called(manners, delay_ms, 30.0, questions=3)
    assert len([turn for turn in record.turns if turn.who == "caller"]) == 3
    # The first question may fall between the greeting and what follows it: nothing is broken off.
    assert len([turn for turn in record.turns if turn.interrupted]) >= 2
