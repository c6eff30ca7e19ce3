"""Louder, softer, fading, mixed: what is done to finished stretches of 16-bit mono PCM."""

import numpy as np
import numpy.typing as npt

from ivr.audio.features import samples
from ivr.audio.resample import to_pcm
from ivr.core.pcm import SAMPLE_BYTES

FADE_S = 0.004
"""Short enough not to be noticed, long enough not to click."""


def silence(seconds: float, rate: int) -> bytes:
    return bytes(round(seconds * rate) * SAMPLE_BYTES)


def gain(pcm: bytes, change_db: float) -> bytes:
    """Louder by `change_db`, softer where it is negative. Clips at full scale."""
    return to_pcm(samples(pcm) * 10 ** (change_db / 20))


def fade_in(pcm: bytes, rate: int, seconds: float = FADE_S) -> bytes:
    """The beginning rises from silence, so that it does not click."""
    return to_pcm(samples(pcm) * _ramp(len(pcm) // SAMPLE_BYTES, rate, seconds))


def fade_out(pcm: bytes, rate: int, seconds: float = FADE_S) -> bytes:
    """The end falls to silence. Meant for the last frame of a prompt that is broken off."""
    return to_pcm(samples(pcm) * _ramp(len(pcm) // SAMPLE_BYTES, rate, seconds)[::-1])


def mix(one: bytes, other: bytes) -> bytes:
    """Both at once, as long as the longer one. Clips at full scale."""
    first, second = samples(one), samples(other)
    mixed = np.zeros(max(first.size, second.size))
    mixed[: first.size] += first
    mixed[: second.size] += second
    return to_pcm(mixed)


def _ramp(count: int, rate: int, seconds: float) -> npt.NDArray[np.float64]:
    ramp = np.ones(count)
    length = min(count, max(1, round(seconds * rate)))
    ramp[:length] = np.sin(np.arange(length) / length * np.pi / 2) ** 2
    return ramp
