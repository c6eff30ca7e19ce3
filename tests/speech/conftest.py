"""German speech to test with, from Pico, which ships with the program."""

from collections.abc import Callable

import numpy as np
import pytest

from ivr.speech.voices import pico
from ivr.speech.voices.trim import trim


@pytest.fixture(scope="session")
def pico_says() -> Callable[[str], bytes]:
    """16 kHz PCM of a text."""
    synthesize = pico.load()
    return lambda text: trim(synthesize(text, 1.0), 16_000)


@pytest.fixture
def noise() -> bytes:
    """Two seconds of it, as a bad line makes."""
    samples = np.random.default_rng(7).normal(0.0, 600.0, 32_000)
    return samples.astype(np.int16).tobytes()
