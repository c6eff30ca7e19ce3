"""Whisper with its real network: short answers, noise, long dictation."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from ivr.core.errors import ModelRefused
from ivr.core.pcm import LISTEN_RATE
from ivr.core.speech import Expect, Transcript
from ivr.speech.models.installed import installed
from ivr.speech.recognizers.mel import Floats
from ivr.speech.recognizers.whisper import WhisperDecoder, WhisperRecognizer, _Hearing, pieces
from ivr.speech.workers import Ticket, WorkerPool

MODELS = Path(__file__).parents[2] / "models"
Say = Callable[[str], bytes]


@pytest.fixture(scope="module")
def model() -> Path:
    folder = installed(MODELS, "whisper-base")
    if folder is None:
        pytest.skip("Whisper is not installed: run `ivr models fetch whisper-base`")
    return folder


@pytest.fixture(scope="module")
def whisper(model: Path) -> Iterator[WhisperRecognizer]:
    made = WhisperRecognizer(model, workers=2)
    yield made
    asyncio.run(made.close())


async def heard(whisper: WhisperRecognizer, pcm: bytes, expect: Expect = Expect.ANYTHING) -> str:
    hearing = whisper.listen(expect)
    hearing.feed(pcm)
    transcript = await hearing.transcribe()
    hearing.close()
    return transcript.text


def telephone(pcm: bytes) -> bytes:
    narrow = soxr.resample(np.frombuffer(pcm, np.int16), LISTEN_RATE, 8_000)
    return np.asarray(soxr.resample(narrow, 8_000, LISTEN_RATE)).tobytes()


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("answer", ["Ja.", "Ja, bitte.", "Nein.", "Nein, danke.", "Genau."])
async def test_short_answers_survive_the_telephone(
    whisper: WhisperRecognizer, pico_says: Say, answer: str
) -> None:
    text = await heard(whisper, telephone(pico_says(answer)) + bytes(6_400), Expect.YES_NO)
    assert text.lower().startswith(answer.lower().rstrip(".").split(",")[0])


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_a_question_in_place_of_yes_or_no_is_heard_as_one(
    whisper: WhisperRecognizer, pico_says: Say
) -> None:
    pcm = pico_says("Was kostet denn der Versand?") + bytes(6_400)
    assert "versand" in (await heard(whisper, pcm, Expect.YES_NO)).lower()


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("level", [30.0, 300.0, 1500.0])
@pytest.mark.parametrize("expect", [Expect.ANYTHING, Expect.YES_NO])
async def test_noise_says_nothing(
    whisper: WhisperRecognizer, level: float, expect: Expect
) -> None:
    noise = np.random.default_rng(5).normal(0.0, level, 2 * LISTEN_RATE)
    assert await heard(whisper, noise.astype(np.int16).tobytes(), expect) == ""


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_callers_who_speak_at_once_are_heard_as_if_each_were_alone(
    model: Path, pico_says: Say
) -> None:
    """In a window that is no shorter while many wait."""
    whisper = WhisperRecognizer(model, workers=2, window_s=8.0)
    said = (
        "Wann haben Sie geöffnet?",
        "Was kostet der Versand nach Österreich?",
        "Ja.",
        "Ich möchte gern drei Wasserkocher bestellen.",
        "Kann ich bei Ihnen parken?",
        "Wo ist meine Bestellung?",
        "Ich habe meine Rechnung noch nicht bekommen.",
        "Nein, danke.",
    )
    sounds = [telephone(pico_says(each)) + bytes(6_400) for each in said]
    alone = [await heard(whisper, sound) for sound in sounds]
    assert list(await asyncio.gather(*(heard(whisper, sound) for sound in sounds))) == alone
    await whisper.close()


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_long_message_is_heard_to_its_end(
    whisper: WhisperRecognizer, pico_says: Say
) -> None:
    things = {
        "Am Montag": "Lampe",
        "Gestern": "Uhr",
        "Im Januar": "Tasse",
        "Vor einer Woche": "Jacke",
        "Im Sommer": "Hose",
        "Am Freitag": "Kamera",
        "Vor zwei Monaten": "Brille",
        "Im letzten Jahr": "Tasche",
        "Heute früh": "Decke",
    }
    hearing = whisper.listen(Expect.MESSAGE)
    for when, thing in things.items():
        hearing.feed(pico_says(f"{when} habe ich eine {thing} bei Ihnen bestellt."))
        hearing.feed(bytes(16_000))
    before = (await hearing.transcribe()).text
    hearing.feed(pico_says("Meine Nummer steht auf der Rechnung.") + bytes(16_000))
    text = (await hearing.transcribe()).text
    hearing.close()
    # It may lose one of so many like sentences, but none may be lost with a cut.
    assert before.lower().count("bestellt") >= len(things) - 1
    assert text.lower().count("bestellt") >= len(things) - 1
    assert text.rstrip(".").endswith("Rechnung")


class Forgetful(WhisperDecoder):
    """Says one sentence of all that a long piece holds, as Whisper may where they are alike."""

    def __init__(self) -> None:
        pass

    @override
    def decode(
        self, samples: Floats, expect: Expect, hints: Sequence[str], ticket: Ticket
    ) -> Transcript:
        begun = np.flatnonzero(np.diff((samples > 0).astype(np.int8), prepend=0) == 1)
        heard = 1 if len(samples) > 13 * LISTEN_RATE else len(begun)
        return Transcript(" ".join(["Das war ein ganzer Satz."] * heard), 0.9)


async def test_sentences_that_are_left_out_of_a_long_piece_are_asked_for_again() -> None:
    pool = WorkerPool(1)
    hearing = _Hearing(Forgetful(), pool, Expect.MESSAGE, ())
    for _ in range(12):
        hearing.feed(bytes(16_000) + b"\0\x10" * 24_000)
    text = (await hearing.transcribe()).text
    await pool.close()
    assert text.count("Satz") == 12


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="ivr models fetch"):
        WhisperRecognizer(tmp_path, workers=1)


@given(st.integers(0, 90), st.integers(0, 30), st.integers(0, 2**32 - 1))
def test_more_audio_changes_only_the_last_piece(seconds: int, more: int, seed: int) -> None:
    rate = LISTEN_RATE
    audio = np.random.default_rng(seed).random((seconds + more) * rate, dtype=np.float32)
    whole, part = pieces(audio), pieces(audio[: seconds * rate])
    assert sum(map(len, whole)) == len(audio)
    assert all(len(piece) <= 28 * rate for piece in whole)
    for early, late in zip(part[:-1], whole, strict=False):
        assert np.array_equal(early, late)
