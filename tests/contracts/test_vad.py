"""What every detector of speech promises."""

from collections.abc import Callable

import numpy as np
import pytest

from ivr.core.pcm import LISTEN_RATE
from ivr.core.ports import Vad
from ivr.speech.vad import EnergyVad, SileroVad
from ivr.speech.voices import pico

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def speech() -> bytes:
    return pico.load()("Guten Tag, ich möchte gern etwas bestellen.", 1.0)


@pytest.fixture(params=[SileroVad, EnergyVad])
def make(request: pytest.FixtureRequest) -> Callable[[], Vad]:
    factory: Callable[[], Vad] = request.param
    return factory


def probabilities(vad: Vad, pcm: bytes) -> list[float]:
    size = 2 * vad.chunk_samples
    return [vad.probability(pcm[i : i + size]) for i in range(0, len(pcm) - size + 1, size)]


def test_speech_is_detected_from_its_first_tenth_of_a_second(
    make: Callable[[], Vad], speech: bytes
) -> None:
    vad = make()
    found = probabilities(vad, bytes(LISTEN_RATE) + speech)
    first = next(i for i, value in enumerate(found) if value > 0.5)
    begins_s = 0.5
    assert begins_s <= (first + 1) * vad.chunk_samples / LISTEN_RATE <= begins_s + 0.1 + 0.032
    assert sum(value > 0.5 for value in found) > 0.5 * len(probabilities(make(), speech))


def test_silence_is_not_speech(make: Callable[[], Vad]) -> None:
    assert max(probabilities(make(), bytes(4 * LISTEN_RATE))) < 0.5


def test_calls_do_not_disturb_each_other(make: Callable[[], Vad], speech: bytes) -> None:
    alone = probabilities(make(), speech)
    one, other = make(), make()
    size = 2 * one.chunk_samples
    together = []
    for i in range(0, len(speech) - size + 1, size):
        together.append(one.probability(speech[i : i + size]))
        other.probability(bytes(size))
    assert together == pytest.approx(alone, abs=1e-5)


def test_a_wrong_size_is_refused(make: Callable[[], Vad]) -> None:
    with pytest.raises(ValueError, match="512"):
        make().probability(bytes(640))


@pytest.mark.parametrize("level", [100.0, 600.0, 3000.0])
def test_a_noisy_line_is_not_speech(level: float) -> None:
    noise = np.random.default_rng(3).normal(0.0, level, 3 * LISTEN_RATE)
    found = probabilities(SileroVad(), noise.clip(-32768, 32767).astype(np.int16).tobytes())
    assert sum(value > 0.5 for value in found) <= 1


def test_a_tone_is_not_speech() -> None:
    times = np.arange(3 * LISTEN_RATE) / LISTEN_RATE
    tone = (8000 * np.sin(2 * np.pi * 425 * times)).astype(np.int16).tobytes()
    assert sum(value > 0.5 for value in probabilities(SileroVad(), tone)) <= 2
