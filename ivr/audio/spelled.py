"""Audio that carries its own text, so that fakes can speak to each other through real frames.

A buzz at half the sampling rate, whose low bits spell the text over and over: cutting it
anywhere and framing it anyhow leaves it readable, resampling and codecs do not.
"""

import numpy as np

from ivr.core.pcm import LISTEN_RATE

_CARRIER = 0x4000
"""Loud enough to count as speech for any detector that goes by loudness."""
_TEXT_BITS = 0xFF


def spell(text: str, seconds: float, rate: int = LISTEN_RATE) -> bytes:
    """A buzz of this length that says `text` to `read_spelled`.

    Raises ValueError where the text does not fit in three times, which cutting may need.
    """
    letters = np.frombuffer(b"\0" + text.encode(), np.uint8)
    pairs = int(seconds * rate) // 2
    if pairs < 3 * len(letters):
        raise ValueError(f"{seconds} s are too short to spell {len(letters)} bytes")
    samples = np.resize(letters, pairs).astype(np.int16) + np.int16(_CARRIER)
    return np.stack([samples, -samples], axis=1).astype("<i2").tobytes()


def read_spelled(pcm: bytes) -> str:
    """The texts spelled in this audio, one for each stretch of sound; empty if there is none."""
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.int32)
    carried = (np.abs(samples) & ~_TEXT_BITS) == _CARRIER
    edges = np.flatnonzero(np.diff(carried.astype(np.int8), prepend=0, append=0))
    texts = [_read(samples[start:end]) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return " ".join(text for text in texts if text)


def _read(stretch: "np.ndarray[tuple[int, ...], np.dtype[np.int32]]") -> str:
    """The first text that is whole: what stands between two zeros."""
    letters = (stretch[stretch > 0] & _TEXT_BITS).astype(np.uint8).tobytes()
    between = letters.split(b"\0")[1:-1]
    return between[0].decode(errors="replace") if between else ""
