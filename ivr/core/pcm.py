"""The one form audio has inside the house: signed 16-bit little-endian mono PCM."""

from dataclasses import dataclass

SAMPLE_BYTES = 2
FRAME_S = 0.02
"""Length of a frame on every line, in seconds."""
CHUNK_S = 0.032
"""Length of a chunk in which speech is detected: 512 samples at 16 kHz."""
LISTEN_RATE = 16_000
"""Samples a second at which speech is detected and recognized, whatever the line's rate."""
LINE_RATES = (8_000, 16_000, 48_000)


@dataclass(frozen=True, slots=True)
class Pcm:
    """A stretch of audio: 16-bit little-endian mono samples at `rate` a second."""

    data: bytes
    rate: int

    @property
    def duration_s(self) -> float:
        return len(self.data) / (SAMPLE_BYTES * self.rate)


def frame_bytes(rate: int) -> int:
    """Bytes in one 20 ms frame at `rate` samples a second."""
    return int(rate * FRAME_S) * SAMPLE_BYTES
