"""What every recognizer promises: Whisper in German, Vosk in Korean, and the scripted one."""

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soxr

from ivr.audio.spelled import spell
from ivr.core.pcm import LISTEN_RATE
from ivr.core.ports import Hearing, Recognizer
from ivr.core.speech import Expect
from ivr.speech.models.installed import installed
from ivr.speech.recognizers.scripted import ScriptedRecognizer
from ivr.speech.recognizers.vosk import VoskRecognizer
from ivr.speech.recognizers.whisper import WhisperRecognizer
from ivr.speech.voices import pico

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

MODELS = Path(__file__).parents[2] / "models"
SILENCE = bytes(LISTEN_RATE)
KOREAN = ("안녕하세요", "감사합니다", "영업 시간이 어떻게 되나요")


@dataclass
class Case:
    recognizer: Recognizer
    say: Callable[[str], bytes]
    texts: tuple[str, str]
    expect: Expect = Expect.ANYTHING

    def listen(self) -> Hearing:
        return self.recognizer.listen(self.expect)


def model(name: str) -> Path:
    folder = installed(MODELS, name)
    if folder is None:
        pytest.skip(f"model {name} is not installed: run `ivr models fetch {name}`")
    return folder


def whisper() -> Case:
    synthesize = pico.load()
    return Case(
        WhisperRecognizer(model("whisper-base"), workers=2, window_s=8.0),
        lambda text: synthesize(text, 1.0),
        ("Wann haben Sie am Samstag geöffnet?", "Ich möchte meine Adresse ändern."),
    )


def vosk() -> Case:
    recognizer = VoskRecognizer(
        model("vosk-ko"), workers=2, grammars={Expect.YES_NO: KOREAN}, free_as_well=False
    )
    return Case(recognizer, korean, (KOREAN[0], KOREAN[1]), Expect.YES_NO)


def korean(text: str) -> bytes:
    sound = subprocess.run(
        ["espeak-ng", "-v", "ko", "-s", "130", "--stdout", text], check=True, capture_output=True
    ).stdout
    samples = np.frombuffer(sound[44:], np.int16)
    return np.asarray(soxr.resample(samples, 22_050, LISTEN_RATE)).tobytes()


def scripted() -> Case:
    return Case(
        ScriptedRecognizer(), lambda text: spell(text, 1.0), ("Guten Tag", "Auf Wiederhören")
    )


@pytest.fixture(scope="module", params=[whisper, vosk, scripted])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    made: Case = request.param()
    yield made
    asyncio.run(made.recognizer.close())
    assert not asyncio.run(made.recognizer.ready())


def feed(hearing: Hearing, pcm: bytes) -> None:
    for start in range(0, len(pcm), 1024):
        hearing.feed(pcm[start : start + 1024])


def words(text: str) -> list[str]:
    return ["".join(filter(str.isalnum, word)).casefold() for word in text.split()]


async def test_speech_becomes_its_words(case: Case) -> None:
    for text in case.texts:
        hearing = case.listen()
        feed(hearing, case.say(text) + SILENCE)
        transcript = await hearing.transcribe()
        hearing.close()
        assert words(transcript.text) == words(text)
        assert 0.0 < transcript.confidence <= 1.0
        assert all(0.0 <= word.start_s < word.end_s for word in transcript.words)


async def test_it_is_ready_while_it_is_open(case: Case) -> None:
    assert await case.recognizer.ready()


async def test_silence_is_no_text(case: Case) -> None:
    hearing = case.listen()
    assert (await hearing.transcribe()).text == ""
    feed(hearing, 2 * SILENCE)
    assert (await hearing.transcribe()).text == ""
    hearing.close()


async def test_the_caller_may_go_on_after_a_pause(case: Case) -> None:
    first, second = case.texts
    hearing = case.listen()
    feed(hearing, case.say(first) + SILENCE)
    assert words((await hearing.transcribe()).text) == words(first)
    feed(hearing, case.say(second) + SILENCE)
    both = words(first) + words(second)
    assert words((await hearing.transcribe()).text) == both
    assert words((await hearing.transcribe()).text) == both
    hearing.close()


async def test_a_pause_in_the_middle_of_a_word_costs_nothing(case: Case) -> None:
    text = case.texts[0]
    pcm = case.say(text) + SILENCE
    middle = len(pcm) // 4 * 2
    hearing = case.listen()
    feed(hearing, pcm[:middle])
    await hearing.transcribe()
    feed(hearing, pcm[middle:])
    assert words((await hearing.transcribe()).text) == words(text)
    hearing.close()


async def test_a_cancelled_try_leaves_no_trace(case: Case) -> None:
    text = case.texts[0]
    pcm = case.say(text) + SILENCE
    hearing = case.listen()
    feed(hearing, pcm[:20_480])
    early = asyncio.create_task(hearing.transcribe())
    await asyncio.sleep(0)
    early.cancel()
    await asyncio.gather(early, return_exceptions=True)
    feed(hearing, pcm[20_480:])
    assert words((await hearing.transcribe()).text) == words(text)
    hearing.close()


async def test_calls_are_not_mixed_up(case: Case) -> None:
    hearings = [case.listen() for _ in range(4)]
    sounds = [case.say(case.texts[i % 2]) + SILENCE for i in range(4)]
    for start in range(0, max(map(len, sounds)), 1024):
        for hearing, sound in zip(hearings, sounds, strict=True):
            hearing.feed(sound[start : start + 1024])
    results = await asyncio.gather(*(hearing.transcribe() for hearing in hearings))
    for i, result in enumerate(results):
        assert words(result.text) == words(case.texts[i % 2])
        hearings[i].close()
        hearings[i].close()
    assert case.recognizer.waiting() == 0
