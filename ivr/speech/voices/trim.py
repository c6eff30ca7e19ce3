"""Cuts the silence that engines put around what they say: it is waiting time for the caller."""

import numpy as np

from ivr.core.pcm import SAMPLE_BYTES

_QUIET = 80
"""Loudest sample, of 32767, that nobody hears as the beginning of a word."""
_LEAD_S = 0.015
_TAIL_S = 0.03
"""Kept, so that soft beginnings and endings of words are not cut off."""


def trim(pcm: bytes, rate: int) -> bytes:
    """`pcm` with at most 15 ms of quiet before and 30 ms after it; empty if all is quiet."""
    samples = np.frombuffer(pcm[: len(pcm) // SAMPLE_BYTES * SAMPLE_BYTES], np.int16)
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _QUIET)
    if not len(loud):
        return b""
    start = max(0, int(loud[0]) - int(_LEAD_S * rate))
    end = int(loud[-1]) + 1 + int(_TAIL_S * rate)
    return samples[start:end].tobytes()
