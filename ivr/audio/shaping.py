"""Louder, softer, fading, mixed: what is done to finished stretches of 16-bit mono PCM."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ivr.audio.features import samples
from ivr.audio.g711 import alaw_decode, alaw_encode
from ivr.audio.resample import resample, to_pcm
from ivr.core.pcm import SAMPLE_BYTES, Pcm

PHONE_RATE = 8_000
PHONE_BAND_HZ = (300.0, 3_400.0)
FADE_S = 0.004
"""Short enough not to be noticed, long enough not to click."""
_FRAME_S = 0.02
_ACTIVE_DB = 20.0
"""Frames this much below the loudest are pauses, not speech."""


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


def pink_noise(seconds: float, rate: int, level_db: float, seed: int = 0) -> bytes:
    """Noise that falls by 3 dB an octave, as rooms and streets do, above 50 Hz."""
    count = round(seconds * rate)
    if not count:
        return b""
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=count))
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


def mix_noise(pcm: Pcm, snr_db: float, seed: int = 0) -> Pcm:
    """With pink noise `snr_db` below the level of the speech in it."""
    level_db = speech_level_db(pcm) - snr_db
    return Pcm(mix(pcm.data, pink_noise(pcm.duration_s, pcm.rate, level_db, seed)), pcm.rate)


def phone_band(pcm: Pcm) -> Pcm:
    """What is left after a telephone line: 300 to 3400 Hz at 8 kHz, through A-law and back."""
    narrow = samples(resample(pcm, PHONE_RATE).data)
    if not narrow.size:
        return Pcm(b"", PHONE_RATE)
    band = _band_pass()
    filtered = np.convolve(narrow, band)[band.size // 2 :][: narrow.size]
    return Pcm(alaw_decode(alaw_encode(to_pcm(filtered))), PHONE_RATE)


@lru_cache(maxsize=1)
def _band_pass() -> npt.NDArray[np.float64]:
    half = 100
    low, high = (2 * edge / PHONE_RATE for edge in PHONE_BAND_HZ)
    at = np.arange(-half, half + 1)
    taps = (high * np.sinc(high * at) - low * np.sinc(low * at)) * np.hamming(at.size)
    return np.asarray(taps)


def _ramp(count: int, rate: int, seconds: float) -> npt.NDArray[np.float64]:
    ramp = np.ones(count)
    length = min(count, max(1, round(seconds * rate)))
    ramp[:length] = np.sin(np.arange(length) / length * np.pi / 2) ** 2
    return ramp
