"""Loudness of a stretch of sound, as a whole and in parts of its spectrum."""

from functools import lru_cache
from math import ceil, log10

import numpy as np
import numpy.typing as npt

from ivr.core.pcm import CHUNK_S, LISTEN_RATE, SAMPLE_BYTES

FULL_SCALE = 32_768.0
SILENT_DB = -100.0
"""What digital silence counts as, in dBFS."""
HIGH_HZ = (1_000.0, 3_400.0)
"""What tells vowels and fricatives from a hum."""
VOICE_HZ = (400.0, 3_200.0)


def samples(pcm: bytes) -> npt.NDArray[np.float64]:
    """The samples as numbers from -32768 to 32767. A trailing odd byte is ignored."""
    return np.frombuffer(pcm, dtype="<i2", count=len(pcm) // 2).astype(np.float64)


def level_db(pcm: bytes) -> float:
    """Root mean square in dB below full scale: 0 is a full-scale square wave, silence is -100."""
    return _power_db(_mean_square(samples(pcm)))


def band_db(pcm: bytes, low_hz: float, top_hz: float, rate: int = LISTEN_RATE) -> float:
    """Level of the part from `low_hz` to `top_hz`, in dBFS on the same scale as `level_db`."""
    return Bands(pcm, rate).level_db(low_hz, top_hz)


class VoiceLevel:
    """Level of the voice's middle, 400 to 3200 Hz, which every telephone passes on unharmed.

    Levels from both ends of a telephone line can be compared by this if both are of stretches of
    one length: in 20 ms the bass of a dark vowel leaks into its middle and makes it up to 15 dB
    louder than in the 32 ms in which callers are listened to.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._latest = bytes(int(rate * CHUNK_S) * SAMPLE_BYTES)

    def push(self, frame: bytes) -> float:
        """The level in dBFS of the latest 32 ms, which end with this frame."""
        self._latest = (self._latest + frame)[-len(self._latest) :]
        return band_db(self._latest, *VOICE_HZ, self._rate)


class Bands:
    """The spectrum of a stretch of sound, to ask for the levels of its parts."""

    def __init__(self, pcm: bytes, rate: int = LISTEN_RATE) -> None:
        values = samples(pcm)
        self._hertz = rate / max(1, values.size)
        if not values.size:
            self._spectrum, self._scale = np.zeros(2), 0.0
            return
        window, gain = _hann(values.size)
        # Real and imaginary parts in turn: the power of a part is the sum of all their squares.
        self._spectrum = np.fft.rfft(values * window).view(np.float64)
        self._scale = 2 / (values.size * gain)

    def level_db(self, low_hz: float, top_hz: float) -> float:
        """Level of the part from `low_hz` to `top_hz` in dBFS."""
        low, top = ceil(low_hz / self._hertz), int(top_hz / self._hertz) + 1
        part = self._spectrum[2 * low : 2 * top]
        return _power_db(float(np.dot(part, part)) * self._scale)


def _mean_square(values: npt.NDArray[np.float64]) -> float:
    return float(np.dot(values, values)) / values.size if values.size else 0.0


def _power_db(mean_square: float) -> float:
    if mean_square <= 0:
        return SILENT_DB
    return max(SILENT_DB, 10 * log10(mean_square / FULL_SCALE**2))


@lru_cache(maxsize=8)
def _hann(size: int) -> tuple[npt.NDArray[np.float64], float]:
    """A Hann window and the sum of its squares."""
    window = np.hanning(size)
    return window, float(np.dot(window, window)) or 1.0
