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
TAP_SCALE = 1 << 20
"""Taps are whole parts of this: sums are exact, so neither chunks nor their order change a bit."""
BLOCK = 16
"""Where one rate is a multiple of the other, so many samples of the lower one are a block. Its
matrix is mostly taps, and the input that it copies is mostly new."""
LARGEST_BLOCK = 100_000
"""Numbers in a matrix; a larger one takes longer to read than its zeros save."""


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
        keep_from = until // bank.up * bank.down - (bank.half - 1)
        self._held = self._held[max(0, keep_from - self._held_from) :].copy()
        self._held_from = max(self._held_from, keep_from)
        return to_pcm(sums)

    def _filter(self, first: int, until: int) -> Samples:
        """Output samples `first` to `until`."""
        bank = self._bank
        if bank.block is None:
            places = np.arange(first, until, dtype=np.int64) * bank.down
            count = self._held.size - 2 * bank.half + 1
            windows = _windows(self._held, 0, 1, (count, 2 * bank.half))
            rows = windows[places // bank.up - (bank.half - 1) - self._held_from]
            return np.asarray(np.einsum("ij,ij->i", rows, bank.taps[places % bank.up]))
        # Blocks begin where an output lies on an input; the last one may reach beyond both.
        reach, outputs = bank.block.shape
        whole, ahead = divmod(first, bank.up)
        step = outputs // bank.up * bank.down
        blocks = -(-(ahead + until - first) // outputs)
        start = whole * bank.down - (bank.half - 1) - self._held_from
        missing = start + (blocks - 1) * step + reach - self._held.size
        held = np.concatenate((self._held, np.zeros(missing))) if missing > 0 else self._held
        rows = np.ascontiguousarray(_windows(held, start, step, (blocks, reach)))
        return np.asarray((rows @ bank.block).reshape(-1)[ahead : ahead + until - first])


def resample(pcm: Pcm, rate: int) -> Pcm:
    """A finished recording at another rate."""
    if pcm.rate == rate or not pcm.data:
        return Pcm(pcm.data, rate)
    values = np.frombuffer(pcm.data, dtype="<i2").astype(np.float64)
    return Pcm(to_pcm(np.asarray(soxr.resample(values, pcm.rate, rate))), rate)


def to_pcm(values: Samples) -> bytes:
    """Numbers from -32768 to 32767 as 16-bit PCM, rounded; what is beyond is clipped."""
    # Each of these costs half of what numpy's clip does on so few samples.
    whole = np.minimum(np.maximum(np.rint(values), -32768), 32767)
    return whole.astype("<i2").tobytes()


def _windows(held: Samples, start: int, step: int, shape: tuple[int, int]) -> Samples:
    """Stretches of what is held, `step` samples apart; a view, and far cheaper to make than
    numpy's own sliding windows."""
    size = held.itemsize
    return np.ndarray(shape, np.float64, held, start * size, (step * size, size))


@dataclass(frozen=True, slots=True)
class _Bank:
    """The filter, cut into one set of taps for each position between two input samples."""

    up: int
    down: int
    half: int
    """Input samples that a window reaches ahead."""
    taps: Samples
    """One row of `2 * half` taps for each of `up` positions."""
    block: Samples | None
    """The input of several times `down` samples times this is as many times `up` output samples;
    None where that would be too large a matrix."""


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
    taps = np.rint(taps * TAP_SCALE) / TAP_SCALE
    return _Bank(up, down, half, taps, _block(up, down, taps))


def _block(up: int, down: int, taps: Samples) -> Samples | None:
    outputs = up * max(1, BLOCK // min(up, down))
    length = taps.shape[1]
    reach = (outputs - 1) * down // up + length
    if reach * outputs > LARGEST_BLOCK:
        return None
    block = np.zeros((reach, outputs))
    for n in range(outputs):
        place, phase = divmod(n * down, up)
        block[place : place + length, n] = taps[phase]
    return block
