"""Noise of rooms and streets, and how loud speech is against it."""

import numpy as np

from ivr.audio.features import samples
from ivr.audio.resample import to_pcm
from ivr.audio.shaping import mix
from ivr.core.pcm import SAMPLE_BYTES, Pcm

ROOM_DB = -35.0
"""Level of a noisy room on a telephone, in dBFS."""
_FRAME_S = 0.02
_ACTIVE_DB = 20.0
"""Frames this much below the loudest are pauses, not speech."""


def pink_noise(count: int, rate: int, level_db: float, rng: np.random.Generator) -> bytes:
    """`count` samples of noise that falls by 3 dB an octave, as rooms and streets do, from 50 Hz.

    `level_db` is in dBFS.
    """
    if not count:
        return b""
    spectrum = np.fft.rfft(rng.normal(size=count))
    hertz = np.fft.rfftfreq(count, 1 / rate)
    spectrum *= np.where(hertz >= 50, 1 / np.sqrt(np.maximum(hertz, 50)), 0)
    noise = np.fft.irfft(spectrum, count)
    root_mean_square = float(np.sqrt(np.mean(noise**2))) or 1.0
    return to_pcm(noise / root_mean_square * 32_768 * 10 ** (level_db / 20))


def speech_level_db(pcm: Pcm) -> float:
    """Level in dBFS while somebody speaks, pauses left out (the idea of ITU-T P.56)."""
    size = max(1, int(_FRAME_S * pcm.rate))
    values = samples(pcm.data)
    frames = values[: values.size - values.size % size].reshape(-1, size)
    power = np.mean(frames**2, axis=1) / 32_768**2
    if not power.size or power.max() <= 0:
        return -100.0
    active = power[power >= power.max() * 10 ** (-_ACTIVE_DB / 10)]
    return 10 * float(np.log10(active.mean()))


def mix_noise(pcm: Pcm, snr_db: float, rng: np.random.Generator) -> Pcm:
    """With pink noise `snr_db` below the level of the speech in it."""
    level_db = speech_level_db(pcm) - snr_db
    count = len(pcm.data) // SAMPLE_BYTES
    return Pcm(mix(pcm.data, pink_noise(count, pcm.rate, level_db, rng)), pcm.rate)


def room_noise(rate: int, rng: np.random.Generator, level_db: float = ROOM_DB) -> Pcm:
    """Five seconds of a noisy room in which nobody speaks."""
    return Pcm(pink_noise(5 * rate, rate, level_db, rng), rate)
