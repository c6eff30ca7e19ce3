"""Every measurement has a name outside, and none tells anything of a person."""

import re

from prometheus_client.parser import text_string_to_metric_families

from ivr.core.measures import OUTCOMES, Level, Tally, Timing
from ivr.core.records import Outcome
from ivr.observe.metrics import Metrics
from ivr.observe.prometheus import LEVELS, TALLIES, TIMINGS, Exposition

ALL = [*TIMINGS.values(), *TALLIES.values(), *LEVELS.values()]


def test_every_measurement_is_classed() -> None:
    assert (set(TIMINGS), set(TALLIES), set(LEVELS)) == (set(Timing), set(Tally), set(Level))


def test_every_outcome_is_counted() -> None:
    assert set(OUTCOMES) == set(Outcome)


def test_names_follow_prometheus() -> None:
    places = [(about.name, about.labels) for about in ALL]
    assert len(set(places)) == len(places)
    for about in ALL:
        assert re.fullmatch(r"ivr_[a-z_]+(?<!_total)", about.name)
        assert about.help
    assert all(about.name.endswith("_seconds") for about in TIMINGS.values())


def test_labels_hold_words_of_the_programs_own() -> None:
    """A label's values come from this table alone, so no number or name can be among them."""
    for about in ALL:
        for name, value in about.labels:
            assert re.fullmatch(r"[a-z_]+", name)
            assert re.fullmatch(r"[a-z0-9_]+", value)


def test_what_is_told_is_what_was_measured() -> None:
    metrics = Metrics()
    for seconds in (0.004, 0.4, 0.6, 500.0):
        metrics.observe(Timing.RESPONSE, seconds)
    metrics.count(Tally.CALLS, 3)
    metrics.count(Tally.CALLS_ABANDONED)
    metrics.level(Level.CALLS, 2)
    found = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(Exposition(metrics).text().decode())
        for sample in family.samples
    }
    assert found["ivr_response_seconds_count",] == 4
    assert found["ivr_response_seconds_sum",] == 501.004
    assert found["ivr_response_seconds_bucket", ("le", "0.398107")] == 1
    assert found["ivr_response_seconds_bucket", ("le", "100")] == 3
    assert found["ivr_response_seconds_bucket", ("le", "+Inf")] == 4
    assert found["ivr_calls_total",] == 3
    assert found["ivr_calls_ended_total", ("outcome", "abandoned")] == 1
    assert found["ivr_calls_now",] == 2
