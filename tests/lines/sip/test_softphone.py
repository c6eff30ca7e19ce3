"""A whole telephone call with nothing scripted: Debian's baresip, Whisper, Rasa, Pico."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.app.bench.words import word_errors
from ivr.app.script import make_script
from ivr.config.loading import PROGRAM_FOLDER, default_settings
from ivr.core.ports import Recognizer
from ivr.core.records import Turn
from ivr.speech.select import make_recognizer
from ivr.speech.vad import SileroVad
from ivr.speech.voices.pico import PicoVoice
from ivr.understanding.client import RasaUnderstanding
from tests.lines.sip.baresip import RATE, softphone
from tests.lines.sip.house import House, hotline
from tests.rasa import RunningRasa

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

QUESTION = "Wann haben Sie geöffnet?"
PATIENCE_S = 15
"""Silence before the question, each time it is asked: on a busy machine the greeting is late."""
TIMES = 4


@pytest.fixture
def folder() -> Iterator[Path]:
    """baresip's settings cannot name a folder with a space."""
    with tempfile.TemporaryDirectory(prefix="baresip-") as name:
        yield Path(name)


async def test_what_a_foreign_telephone_records_is_the_right_answer(
    rasa: RunningRasa, folder: Path
) -> None:
    settings = default_settings(PROGRAM_FOLDER)
    # However busy the machine is, what is said first is the answer.
    script = replace(make_script(settings, rasa.company), filler_after_s=60)
    async with AsyncExitStack() as stack:
        recognizer = make_recognizer(settings)
        stack.push_async_callback(recognizer.close)
        voice = PicoVoice()
        stack.push_async_callback(voice.close)
        understanding = RasaUnderstanding(rasa.url, rasa.token, timeout_s=30)
        stack.push_async_callback(understanding.close)
        house = await stack.enter_async_context(
            hotline(
                script=script,
                vad=SileroVad,
                recognizer=recognizer,
                voice=voice,
                understanding=understanding,
            )
        )
        question = b"".join([piece async for piece in voice.speak(QUESTION)])
        silence = bytes(2 * RATE * PATIENCE_S)
        microphone = (silence + question) * TIMES + silence
        async with softphone(folder, house.address, microphone) as phone:
            asked, answer = await answered(house)
            await asyncio.sleep(1)
            recording = phone.heard()
        heard = await recognized(recognizer, part(recording, answer))
    assert asked.who == "caller"
    assert "Uhr" in answer.text
    # What the hotline says next may have begun before the recording was read.
    beginning = " ".join(heard.split()[: len(answer.text.split())])
    assert word_errors([answer.text], [beginning]) < 40, (answer.text, heard)


async def answered(house: House) -> tuple[Turn, Turn]:
    """The question as it was understood, and the answer, once that has been said."""
    while True:
        for each in await house.store.calls():
            call = await house.store.call(each.start.call_id)
            assert call is not None
            pairs = zip(call.turns, call.turns[1:], strict=False)
            for asked, answer in pairs:
                if asked.intent == "opening_hours" and answer.who == "hotline":
                    return asked, answer
            assert call.end is None, call
        await asyncio.sleep(0.2)


def part(recording: bytes, turn: Turn) -> bytes:
    """A second more on either side: the telephone began to record a little later."""
    first, last = max(0, round((turn.start_s - 1) * RATE)), round((turn.end_s + 1) * RATE)
    return recording[2 * first : 2 * last]


async def recognized(recognizer: Recognizer, pcm: bytes) -> str:
    hearing = recognizer.listen()
    try:
        hearing.feed(pcm)
        return (await hearing.transcribe()).text
    finally:
        hearing.close()
