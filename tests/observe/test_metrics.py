"""Measurements."""

import math
import threading

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.measures import Level, Tally, Timing
from ivr.observe.metrics import BOUNDS, Metrics


@given(st.lists(st.floats(0.001, 100), min_size=1), st.floats(0, 1))
def test_a_quantile_is_right_to_within_a_bucket(values: list[float], share: float) -> None:
    metrics = Metrics()
    for value in values:
        metrics.observe(Timing.RESPONSE, value)
    measured = metrics.snapshot().timings[Timing.RESPONSE]
    exact = sorted(values)[max(1, math.ceil(share * len(values))) - 1]
    bucket = BOUNDS[1] / BOUNDS[0] * 1.001
    assert exact / bucket <= measured.quantile(share) <= exact * bucket
    assert measured.count == len(values)
    assert math.isclose(measured.total, sum(values), rel_tol=1e-9)
    assert (measured.smallest, measured.largest) == (min(values), max(values))


def test_nothing_measured_is_zero_and_nonsense_is_not_measured() -> None:
    metrics = Metrics()
    for nonsense in (math.inf, math.nan):
        metrics.observe(Timing.DECODE, nonsense)
    assert metrics.snapshot().timings[Timing.DECODE].count == 0
    assert metrics.snapshot().timings[Timing.DECODE].quantile(0.95) == 0
    metrics.observe(Timing.DECODE, 1e6)
    assert metrics.snapshot().timings[Timing.DECODE].quantile(0.5) == 1e6


def test_a_level_is_what_it_was_last() -> None:
    metrics = Metrics()
    for value in (1, 7, 2):
        metrics.level(Level.RECOGNIZER_QUEUE, value)
    assert metrics.snapshot().levels[Level.RECOGNIZER_QUEUE] == 2


def test_threads_lose_no_count() -> None:
    metrics = Metrics()

    def count() -> None:
        for _ in range(2000):
            metrics.count(Tally.STARVED_FRAMES)
            metrics.observe(Timing.VOICE, 0.05)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = metrics.snapshot()
    assert taken.tallies[Tally.STARVED_FRAMES] == 8000
    assert taken.timings[Timing.VOICE].count == 8000


def test_a_snapshot_stays_as_it_was_taken() -> None:
    metrics = Metrics()
    before = metrics.snapshot()
    metrics.count(Tally.CALLS)
    metrics.observe(Timing.STORE, 1)
    assert before.tallies[Tally.CALLS] == 0
    assert before.timings[Timing.STORE].count == 0
