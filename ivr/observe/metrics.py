"""Counts and times what the program does, in memory of fixed size.

`Metrics` implements `ports.Meter`: any thread may report to it, and nothing it does can wait for
long or fail. `snapshot` is all that was measured, as plain values.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from ivr.core.measures import Level, Tally, Timing

BOUNDS = tuple(round(0.001 * 10 ** (step / 10), 6) for step in range(51))
"""Upper bounds of the histograms' buckets in seconds: a millisecond to 100 s, ten a decade.

So a quantile read from them is right to within 26 per cent, at any length of run.
"""


@dataclass(frozen=True, slots=True)
class Distribution:
    """What a histogram knows of what it was told."""

    count: int = 0
    total: float = 0.0
    smallest: float = 0.0
    largest: float = 0.0
    buckets: tuple[int, ...] = ()
    """How many fell up to each of `BOUNDS`, not counting earlier buckets; then those beyond."""

    def quantile(self, share: float) -> float:
        """The value that this share of all values does not exceed; 0 if there is none."""
        if not self.count:
            return 0.0
        wanted = max(1, math.ceil(share * self.count))
        seen = 0
        for index, number in enumerate(self.buckets):
            if seen + number >= wanted:
                low = BOUNDS[index - 1] if index else 0.0
                high = BOUNDS[index] if index < len(BOUNDS) else self.largest
                value = low + (high - low) * (wanted - seen) / number
                return min(max(value, self.smallest), self.largest)
            seen += number
        return self.largest


@dataclass(frozen=True, slots=True)
class Snapshot:
    timings: Mapping[Timing, Distribution]
    tallies: Mapping[Tally, int]
    levels: Mapping[Level, float]


class _Histogram:
    def __init__(self) -> None:
        self._buckets = [0] * (len(BOUNDS) + 1)
        self._total = 0.0
        self._smallest = math.inf
        self._largest = 0.0

    def add(self, value: float) -> None:
        self._buckets[bisect_left(BOUNDS, value)] += 1
        self._total += value
        self._smallest = min(self._smallest, value)
        self._largest = max(self._largest, value)

    def distribution(self) -> Distribution:
        count = sum(self._buckets)
        if not count:
            return Distribution(buckets=tuple(self._buckets))
        buckets = tuple(self._buckets)
        return Distribution(count, self._total, self._smallest, self._largest, buckets)


class Metrics:
    """All measurements since the program started."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._timings = {timing: _Histogram() for timing in Timing}
        self._tallies = dict.fromkeys(Tally, 0)
        self._levels = dict.fromkeys(Level, 0.0)

    def observe(self, timing: Timing, seconds: float) -> None:
        # One infinity would spoil the sums for good.
        if not math.isfinite(seconds):
            return
        with self._lock:
            self._timings[timing].add(max(0.0, seconds))

    def count(self, event: Tally, times: int = 1) -> None:
        with self._lock:
            self._tallies[event] += times

    def level(self, level: Level, value: float) -> None:
        with self._lock:
            self._levels[level] = value

    def snapshot(self) -> Snapshot:
        with self._lock:
            return Snapshot(
                {timing: histogram.distribution() for timing, histogram in self._timings.items()},
                dict(self._tallies),
                dict(self._levels),
            )
