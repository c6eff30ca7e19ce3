"""What is measured, in the text format that Prometheus reads.

Nothing here is labelled by anything a person said, is called or is reached at.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from typing_extensions import override

from ivr.core.measures import Level, Tally, Timing
from ivr.observe.metrics import BOUNDS, Distribution, Metrics, Snapshot

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_EVERY = 2
"""Of our 51 buckets every second: right to a factor of 1.6, at half the size."""


@dataclass(frozen=True, slots=True)
class Described:
    """How a measurement is called outside."""

    name: str
    help: str
    labels: tuple[tuple[str, str], ...] = ()
    """Several measurements with one name are told apart by these."""


def _ended(outcome: str) -> Described:
    return Described(
        "ivr_calls_ended", "Calls that have ended, by outcome", (("outcome", outcome),)
    )


def _refused(reason: str) -> Described:
    return Described(
        "ivr_calls_refused", "Calls that were not taken, by reason", (("reason", reason),)
    )


def _packets(way: str) -> Described:
    return Described("ivr_packets", "Packets of sound of telephone calls, by way", (("way", way),))


def _lost(way: str) -> Described:
    return Described(
        "ivr_packets_lost",
        "Packets of sound of telephone calls that the network lost, by way: of those to parties"
        " only what their telephones report",
        (("way", way),),
    )


def _stay(end: str) -> Described:
    return Described(
        "ivr_desk_callers",
        "Callers whose wait for somebody is over, by its end, on the whole desk: the service level"
        " is in_time among in_time, late and abandoned",
        (("end", end),),
    )


def _offer(end: str) -> Described:
    return Described(
        "ivr_desk_offers", "Calls offered to agents and sites, on the whole desk", (("end", end),)
    )


def _agents(state: str) -> Described:
    return Described("ivr_desk_agents", "Agents by state, of the whole desk", (("state", state),))


TIMINGS: Mapping[Timing, Described] = {
    Timing.RESPONSE: Described(
        "ivr_response_seconds", "From the caller's last sound to the answer's first"
    ),
    Timing.DECODE: Described("ivr_recognition_seconds", "One recognition, without its wait"),
    Timing.UNDERSTANDING: Described("ivr_understanding_seconds", "One question to Rasa"),
    Timing.VOICE: Described("ivr_voice_seconds", "Until a voice's first sound"),
    Timing.STORE: Described("ivr_store_seconds", "Until one record was safe"),
    Timing.JITTER: Described(
        "ivr_jitter_seconds", "How unevenly the sound of one telephone call came"
    ),
    Timing.ROUND_TRIP: Described(
        "ivr_round_trip_seconds", "To a telephone and back, where it reports"
    ),
}
TALLIES: Mapping[Tally, Described] = {
    Tally.CALLS: Described("ivr_calls", "Calls that have begun"),
    Tally.CALLS_ANSWERED: _ended("answered"),
    Tally.CALLS_HANDED_OVER: _ended("handed_over"),
    Tally.CALLS_ABANDONED: _ended("abandoned"),
    Tally.CALLS_FAILED: _ended("failed"),
    Tally.STARVED_FRAMES: Described(
        "ivr_starved_frames", "Frames filled with silence because the speaker was late"
    ),
    Tally.DROPPED_FRAMES: Described(
        "ivr_dropped_frames", "Frames of callers that nobody took in time"
    ),
    Tally.ENGINE_FAILURES: Described(
        "ivr_engine_failures", "Failures of recognizer, voice, Rasa, or a whole call"
    ),
    Tally.RECORDS_RESCUED: Described(
        "ivr_records_rescued", "Records kept in the rescue file because the database was away"
    ),
    Tally.RECORDS_LOST: Described("ivr_records_lost", "Records that could be kept nowhere"),
    Tally.REFUSED_FULL: _refused("full"),
    Tally.REFUSED_ACCOUNT_FULL: _refused("account_full"),
    Tally.REFUSED_DRAINING: _refused("draining"),
    Tally.REFUSED_NOT_OURS: _refused("not_ours"),
    Tally.REFUSED_STRANGER: _refused("stranger"),
    Tally.REFUSED_UNTRACED: _refused("untraced"),
    Tally.REFUSED_NAMELESS: _refused("nameless"),
    Tally.REFUSED_BROWSER: _refused("browser"),
    Tally.LINE_RESTARTS: Described("ivr_line_restarts", "Lines that had to be started again"),
    Tally.ONE_WAY_CALLS: Described("ivr_one_way_calls", "Calls without sound from the caller"),
    Tally.PACKETS_FROM_PARTIES: _packets("from_parties"),
    Tally.PACKETS_TO_PARTIES: _packets("to_parties"),
    Tally.PACKETS_LOST_FROM_PARTIES: _lost("from_parties"),
    Tally.PACKETS_LOST_TO_PARTIES: _lost("to_parties"),
    Tally.PACKETS_LATE: Described(
        "ivr_packets_late", "Packets of sound from telephones that came too late for their place"
    ),
    Tally.DESK_IN_TIME: _stay("in_time"),
    Tally.DESK_LATE: _stay("late"),
    Tally.DESK_ABANDONED: _stay("abandoned"),
    Tally.DESK_TURNED_AWAY: _stay("turned_away"),
    Tally.OFFERS_ACCEPTED: _offer("accepted"),
    Tally.OFFERS_REFUSED: _offer("refused"),
    Tally.OFFERS_MISSED: _offer("missed"),
    Tally.OFFERS_WITHDRAWN: _offer("withdrawn"),
    Tally.OFFERS_FAILED: _offer("failed"),
}
LEVELS: Mapping[Level, Described] = {
    Level.CALLS: Described("ivr_calls_now", "Calls that are going on"),
    Level.RECOGNIZER_QUEUE: Described(
        "ivr_recognizer_queue", "Utterances that wait for a recognizer"
    ),
    Level.JOURNAL_QUEUE: Described("ivr_journal_queue", "Records that wait for the database"),
    Level.SIP_ACCOUNTS: Described("ivr_sip_accounts_up", "Telephone accounts that take calls"),
    Level.DESK_WAITING: Described("ivr_desk_waiting", "Callers who wait for somebody"),
    Level.DESK_LONGEST_S: Described(
        "ivr_desk_longest_wait_seconds", "How long the first of them has been waiting"
    ),
    Level.DESK_KEPT: Described("ivr_desk_kept_places", "Places kept for a call back"),
    Level.AGENTS_SIGNED_OUT: _agents("signed_out"),
    Level.AGENTS_FREE: _agents("free"),
    Level.AGENTS_RESERVED: _agents("reserved"),
    Level.AGENTS_RINGING: _agents("ringing"),
    Level.AGENTS_TALKING: _agents("talking"),
    Level.AGENTS_WRAP_UP: _agents("wrap_up"),
    Level.AGENTS_BREAK: _agents("break"),
    Level.AGENTS_NOT_ANSWERING: _agents("not_answering"),
}


class Exposition:
    """Renders the program's metrics on request. Takes a millisecond or two."""

    def __init__(self, metrics: Metrics) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Collector(metrics))

    def text(self) -> bytes:
        return generate_latest(self._registry)


class _Collector(Collector):
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    @override
    def collect(self) -> Iterable[Metric]:
        snapshot = self._metrics.snapshot()
        yield from _histograms(snapshot)
        yield from _counters(snapshot)
        yield from _gauges(snapshot)


def _histograms(snapshot: Snapshot) -> Iterable[Metric]:
    for timing, about in TIMINGS.items():
        found = snapshot.timings[timing]
        yield HistogramMetricFamily(
            about.name, about.help, buckets=_buckets(found), sum_value=found.total
        )


def _buckets(found: Distribution) -> list[tuple[str, float]]:
    """Cumulative, as Prometheus wants them."""
    counts = found.buckets or (0,) * (len(BOUNDS) + 1)
    kept = [index for index in range(len(BOUNDS)) if index % _EVERY == 0]
    lines = [(f"{BOUNDS[index]:g}", float(sum(counts[: index + 1]))) for index in kept]
    return [*lines, ("+Inf", float(found.count))]


def _counters(snapshot: Snapshot) -> Iterable[Metric]:
    families: dict[str, CounterMetricFamily] = {}
    for tally, about in TALLIES.items():
        family = families.get(about.name)
        if family is None:
            names = [name for name, _ in about.labels]
            family = CounterMetricFamily(about.name, about.help, labels=names)
            families[about.name] = family
        family.add_metric([value for _, value in about.labels], snapshot.tallies[tally])
    return families.values()


def _gauges(snapshot: Snapshot) -> Iterable[Metric]:
    families: dict[str, GaugeMetricFamily] = {}
    for level, about in LEVELS.items():
        family = families.get(about.name)
        if family is None:
            names = [name for name, _ in about.labels]
            family = families[about.name] = GaugeMetricFamily(about.name, about.help, labels=names)
        family.add_metric([value for _, value in about.labels], snapshot.levels[level])
    return families.values()
