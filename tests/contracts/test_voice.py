"""What every voice promises behind the cache that cuts its sentences, alone and as combined."""

import asyncio
import os
import signal
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from ivr.core.errors import SpeakingFailed, VoiceLost
from ivr.core.ports import Voice
from ivr.speech.models.installed import installed
from ivr.speech.voices.cache import CachedVoice
from ivr.speech.voices.fallback import FallbackVoice
from ivr.speech.voices.pico import PicoVoice
from ivr.speech.voices.piper import PiperVoice
from ivr.speech.voices.process import ProcessVoice
from ivr.speech.voices.pyttsx3 import Pyttsx3Voice
from ivr.speech.voices.scripted import ScriptedVoice

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

MODELS = Path(__file__).parents[2] / "models"
SENTENCE = "Musterfirma, Guten Tag, was kann ich für Sie tun?"
Make = Callable[[], Voice]


def piper() -> Voice:
    folder = installed(MODELS, "piper-joe")
    if folder is None or find_spec("piper") is None:
        pytest.skip("no Piper voice is installed: run `ivr models fetch piper-joe`")
    return PiperVoice(folder)


def combined() -> Voice:
    return FallbackVoice([ScriptedVoice(fails_on=("Musterfirma",)), PicoVoice()])


@pytest.fixture(params=[PicoVoice, Pyttsx3Voice, piper, ScriptedVoice, combined])
def make(request: pytest.FixtureRequest) -> Make:
    factory: Make = request.param
    return lambda: CachedVoice(factory())


async def speak(voice: Voice, text: str, pace: float = 1.0) -> bytes:
    return b"".join([piece async for piece in voice.speak(text, pace)])


async def test_a_sentence_takes_as_long_as_people_take(make: Make) -> None:
    voice = make()
    sound = await speak(voice, SENTENCE)
    await voice.close()
    seconds = len(sound) / (2 * voice.rate)
    assert len(sound) % 2 == 0
    assert 2.0 < seconds < 6.0
    samples = np.abs(np.frombuffer(sound, np.int16).astype(np.int32))
    assert samples.max() > 3_000
    assert int((samples >= 32_767).sum()) < 10


async def test_the_first_sound_comes_at_once(make: Make) -> None:
    voice = make()
    samples = np.frombuffer(await speak(voice, SENTENCE), np.int16).astype(np.int32)
    await voice.close()
    assert int(np.argmax(np.abs(samples) > 80)) <= 0.02 * voice.rate


async def test_a_slower_pace_takes_longer(make: Make) -> None:
    voice = make()
    usual, slow = await speak(voice, SENTENCE), await speak(voice, SENTENCE, 0.75)
    await voice.close()
    assert 1.1 < len(slow) / len(usual) < 1.6


async def test_the_first_sentence_does_not_wait_for_the_last(make: Make) -> None:
    voice = make()
    pieces = aiter(
        voice.speak(SENTENCE + " Unsere Öffnungszeiten sind von acht bis achtzehn Uhr.")
    )
    first = await anext(pieces)
    rest = [piece async for piece in pieces]
    await voice.close()
    assert rest
    assert len(first) < sum(map(len, rest)) + len(first)


@pytest.mark.parametrize("text", ["", "   ", "...", "?!", "🙂🙂", "\n\t"])
async def test_nothing_to_say_is_no_sound(make: Make, text: str) -> None:
    voice = make()
    assert await speak(voice, text) == b""
    await voice.close()


@pytest.mark.parametrize(
    "text",
    [
        "Gut 🙂!",
        "100 % – „sofort“ & <b>gratis</b>",
        "日本 A\0B",
        'C:\\neu\n"ja"',
        "Zwei\r\nZeilen",
    ],
)
async def test_odd_texts_are_said_somehow(make: Make, text: str) -> None:
    voice = make()
    assert await speak(voice, text)
    await voice.close()


async def test_a_very_long_text_is_said_to_its_end(make: Make) -> None:
    voice = make()
    text = "Wir haben montags bis freitags von acht bis achtzehn Uhr für Sie geöffnet. " * 27
    sound = await speak(voice, text)
    await voice.close()
    assert len(text) > 2_000
    assert len(sound) / (2 * voice.rate) > 27 * 2.5


async def test_breaking_off_leaves_the_voice_usable(make: Make) -> None:
    voice = make()
    pieces = voice.speak(SENTENCE + " Einen Moment bitte. Ich sehe nach.")
    async for _ in pieces:
        break
    speaking = asyncio.create_task(speak(voice, "Das wird abgebrochen. Und das auch. Und das."))
    await asyncio.sleep(0)
    speaking.cancel()
    await asyncio.gather(speaking, return_exceptions=True)
    assert await speak(voice, "Guten Tag.")
    await voice.close()


async def test_two_calls_at_once_do_not_mix(make: Make) -> None:
    voice = make()
    texts = ("Eins. Das ist der erste Anruf.", "Zwei. Hier spricht ein ganz anderer Mensch.")
    alone = [len(await speak(voice, text)) for text in texts]
    together = await asyncio.gather(*(speak(voice, text) for text in texts))
    await voice.close()
    # Piper draws its noise anew each time.
    for sound, size in zip(together, alone, strict=True):
        assert len(sound) == pytest.approx(size, rel=0.25)


async def test_closing_twice_is_harmless(make: Make) -> None:
    voice = make()
    await speak(voice, "Guten Tag.")
    await voice.close()
    await voice.close()


async def test_it_is_ready_until_it_is_closed(make: Make) -> None:
    voice = make()
    assert await voice.ready(), "before it was ever needed"
    await speak(voice, "Guten Tag.")
    assert await voice.ready()
    await voice.close()
    assert not await voice.ready()


@pytest.mark.parametrize("make_process", [PicoVoice, Pyttsx3Voice])
async def test_an_engine_that_dies_is_replaced(make_process: Callable[[], ProcessVoice]) -> None:
    voice = make_process()
    before = await speak(voice, "Guten Tag.")
    await voice.kill()
    assert await speak(voice, "Guten Tag.") == before
    await voice.kill()
    assert await voice.ready(), "it is started anew before anybody has to wait for it"
    await voice.close()


async def test_a_hung_engine_fails_all_who_wait_for_it_and_is_started_again() -> None:
    voice = PicoVoice()
    before = await speak(voice, "Guten Tag.")
    assert voice.pid is not None
    os.kill(voice.pid, signal.SIGSTOP)
    async with asyncio.timeout(15):
        tries = await asyncio.gather(
            *(speak(voice, f"Satz {number}.") for number in range(20)), return_exceptions=True
        )
    assert [type(each) for each in tries] == [VoiceLost] * 20
    assert await speak(voice, "Guten Tag.") == before
    await voice.close()


async def test_an_engine_that_cannot_start_fails_and_says_so() -> None:
    voice = ProcessVoice("pyttsx3", {"language": "xx"}, name="nobody", rate=22_050)
    assert not await voice.ready()
    with pytest.raises(SpeakingFailed, match="nobody"):
        await speak(voice, "Guten Tag.")
    assert not await voice.ready()
    await voice.close()
    with pytest.raises(SpeakingFailed, match="closed"):
        await speak(voice, "Guten Tag.")
