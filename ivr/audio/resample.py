"""Changing the sample rate: a stream with little delay, or a finished recording at its best.

soxr holds back 60 to 115 ms of a stream at 8 kHz (37 ms at 48 kHz) whatever its quality, except
for cubic interpolation, which lets alias through. A call cannot wait so long, so streams go
through a polyphase filter of our own (windowed sinc, Kaiser; see Oppenheim and Schafer,
Discrete-Time Signal Processing, 4.6 and 7.5) that holds back 3 ms at 8 kHz. Finished recordings
go through soxr.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import gcd

import numpy as np
import numpy.typing as npt
import soxr

from ivr.core.pcm import SAMPLE_BYTES, Pcm

Samples = npt.NDArray[np.float64]

ZERO_CROSSINGS = 24
"""Half the filter's length, in samples of the lower rate: 3 ms at 8 kHz."""
KAISER_BETA = 7.86
"""80 dB of stop band."""
CUTOFF = 0.92
"""Of half the lower rate: all of 3.4 kHz passes at 8 kHz."""
FEW_PHASES = 6
"""Telephone rates are multiples of each other: a matrix product for each phase is cheapest."""
TAP_SCALE = 1 << 20
"""Taps are whole numbers of this: sums are exact, so no chunking changes a single bit."""


class Resampler:
    """Changes the rate of a stream of 16-bit mono PCM; any chunking gives the same output.

    The output lags the input by `delay_s` and is otherwise in time with it. Raises ValueError on
    a rate below 1.
    """

    def __init__(self, from_rate: int, to_rate: int) -> None:
        if from_rate < 1 or to_rate < 1:
            raise ValueError(f"Rates must be positive, not {from_rate} and {to_rate}")
        self._same = from_rate == to_rate
        self._bank = _bank(from_rate, to_rate)
        self.delay_s = 0.0 if self._same else self._bank.half / from_rate
        self._odd = b""
        self._reset()

    def push(self, data: bytes) -> bytes:
        """Take more audio; what is ready now."""
        if self._same:
            return data
        data = self._odd + data
        whole = len(data) - len(data) % SAMPLE_BYTES
        self._odd = data[whole:]
        new = np.frombuffer(data[:whole], dtype="<i2").astype(np.float64)
        self._heard += new.size
        return self._run(new, self._heard - self._bank.half)

    def flush(self) -> bytes:
        """The rest of the output; the stream is over, and the next `push` begins another."""
        if self._same:
            return b""
        rest = self._run(np.zeros(self._bank.half), self._heard)
        self._odd = b""
        self._reset()
        return rest

    def _reset(self) -> None:
        self._heard = 0
        self._made = 0
        # The window of an output sample reaches `half - 1` samples back and `half` ahead.
        self._held: Samples = np.zeros(self._bank.half - 1)
        self._held_from = 1 - self._bank.half

    def _run(self, new: Samples, upto: int) -> bytes:
        """All output whose input position lies before sample `upto`."""
        bank = self._bank
        self._held = np.concatenate((self._held, new))
        until = max(self._made, -(-upto * bank.up // bank.down))
        if until == self._made:
            return b""
        sums = self._filter(self._made, until)
        self._made = until
        keep_from = until * bank.down // bank.up - (bank.half - 1)
        self._held = self._held[max(0, keep_from - self._held_from) :].copy()
        self._held_from = max(self._held_from, keep_from)
        return to_pcm(sums / TAP_SCALE)

    def _filter(self, first: int, until: int) -> Samples:
        """Output samples `first` to `until`, scaled by `TAP_SCALE`."""
        bank, back = self._bank, self._bank.half - 1 + self._held_from
        if bank.up > FEW_PHASES:
            places = np.arange(first, until, dtype=np.int64) * bank.down
            windows = self._windows(0, 1, self._held.size - 2 * bank.half + 1)
            rows = windows[places // bank.up - back]
            return np.asarray(np.einsum("ij,ij->i", rows, bank.taps[places % bank.up]))
        sums = np.empty(until - first)
        for n in range(first, min(first + bank.up, until)):
            # Every `up`-th output uses the same taps, on windows `down` input samples apart.
            same = sums[n - first :: bank.up]
            start, phase = divmod(n * bank.down, bank.up)
            rows = self._windows(start - back, bank.down, same.size)
            same[:] = np.ascontiguousarray(rows) @ bank.taps[phase]
        return sums

    def _windows(self, start: int, step: int, count: int) -> Samples:
        """Stretches of what is held, `step` samples apart; a view, and far cheaper to make than
        numpy's own sliding windows."""
        size = self._held.itemsize
        shape, strides = (count, 2 * self._bank.half), (step * size, size)
        return np.ndarray(shape, np.float64, self._held, start * size, strides)


def resample(pcm: Pcm, rate: int) -> Pcm:
    """A finished recording at another rate."""
    if pcm.rate == rate or not pcm.data:
        return Pcm(pcm.data, rate)
    values = np.frombuffer(pcm.data, dtype="<i2").astype(np.float64)
    return Pcm(to_pcm(np.asarray(soxr.resample(values, pcm.rate, rate))), rate)


def to_pcm(values: Samples) -> bytes:
    """Numbers from -32768 to 32767 as 16-bit PCM, rounded; what is beyond is clipped."""
    return np.clip(np.rint(values), -32768, 32767).astype("<i2").tobytes()


@dataclass(frozen=True, slots=True)
class _Bank:
    """The filter, cut into one set of taps for each position between two input samples."""

    up: int
    down: int
    half: int
    """Input samples that a window reaches ahead."""
    taps: Samples
    """One row of `2 * half` taps for each of `up` positions."""


@lru_cache(maxsize=16)
def _bank(from_rate: int, to_rate: int) -> _Bank:
    common = gcd(from_rate, to_rate)
    up, down = to_rate // common, from_rate // common
    lower = min(1.0, to_rate / from_rate)
    half = int(np.ceil(ZERO_CROSSINGS / lower))
    offsets = np.arange(up)[:, None] / up + (half - 1) - np.arange(2 * half)[None, :]
    window = np.i0(KAISER_BETA * np.sqrt(np.clip(1 - (offsets / half) ** 2, 0, 1)))
    taps = np.sinc(offsets * lower * CUTOFF) * window
    taps *= 1 / taps.sum(axis=1, keepdims=True)
    return _Bank(up, down, half, np.rint(taps * TAP_SCALE))
