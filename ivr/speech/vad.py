"""Speech detection in 32 ms chunks, one detector a call.

Every chunk is looked at, silent ones too: without the quiet before a voice the network notices it
up to 0.3 s late. At 0.1 to 0.25 ms a chunk that is less than 1 % of a core a call.
"""

import numpy as np
import numpy.typing as npt

from ivr.speech.silero import CHUNK, Memory, network


class SileroVad:
    """Detects speech with Silero's network; every call has its own memory of what it heard."""

    chunk_samples = CHUNK

    def __init__(self) -> None:
        """Raises MissingPiece if the network's weights are not there."""
        self._network = network()
        self._memory = Memory.empty()

    def probability(self, chunk: bytes) -> float:
        """How likely it is, from 0 to 1, that somebody speaks in these 512 samples at 16 kHz.

        Raises ValueError for any other number of samples.
        """
        heard = _samples(chunk).astype(np.float32) * np.float32(1 / 32768)
        probability, self._memory = self._network.hear(heard, self._memory)
        return probability


class EnergyVad:
    """Takes everything louder than a threshold for speech: deterministic, for fast tests."""

    chunk_samples = CHUNK

    def __init__(self, threshold: float = 500.0) -> None:
        """`threshold` is the root mean square of the samples, of 32767 at most."""
        self._threshold = threshold

    def probability(self, chunk: bytes) -> float:
        samples = _samples(chunk).astype(np.float64)
        return 1.0 if float(np.sqrt(np.mean(samples**2))) > self._threshold else 0.0


def _samples(chunk: bytes) -> npt.NDArray[np.int16]:
    samples = np.frombuffer(chunk, np.int16)
    if len(samples) != CHUNK:
        raise ValueError(f"a chunk has {CHUNK} samples, not {len(samples)}")
    return samples
