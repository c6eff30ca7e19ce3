"""How well callers are understood over time, and what each training changed. Pure."""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from ivr.core.training import Utterance
from ivr.core.understanding import ABOUT_THE_TALK
from ivr.training.likeness import groups
from ivr.training.masking import mask

_NOT_UNDERSTOOD = "nlu_fallback"


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one stretch of time, one intent or one model."""

    of: str
    calls: int
    utterances: int
    automated: float
    """Share of the calls that ended without a person."""
    no_match: float
    """Share of the utterances that were not understood."""
    corrected: float
    """Share after which the caller corrected the hotline."""
    handed_over: float
    """Share of the calls in which a person took over."""


@dataclass(frozen=True, slots=True)
class Cost:
    """An intent with what its hand-overs cost."""

    intent: str
    hand_overs: int
    agent_minutes: float


@dataclass(frozen=True, slots=True)
class HandOvers:
    """How often people took over in calls about an intent, on one day."""

    day: str
    intent: str
    hand_overs: int


@dataclass(frozen=True, slots=True)
class Topic:
    """Words of callers for which there was no answer, and which were not heard before."""

    text: str
    """Without what tells of the caller."""
    callers: int
    first: datetime


def over_time(utterances: Sequence[Utterance], zone: ZoneInfo) -> list[Figures]:
    """Day by day in the company's time, oldest first."""
    return _by(utterances, lambda each: each.at.astimezone(zone).date().isoformat())


def by_intent(utterances: Sequence[Utterance]) -> list[Figures]:
    """The most frequent first."""
    found = _by(utterances, lambda each: each.intent or _NOT_UNDERSTOOD)
    return sorted(found, key=lambda figures: figures.utterances, reverse=True)


def by_model(utterances: Sequence[Utterance]) -> list[Figures]:
    """What each training changed in calls: a line for every model that calls were understood by,
    in the order in which they came into use."""
    used = [each for each in utterances if each.model]
    order = list(dict.fromkeys(each.model for each in sorted(used, key=lambda each: each.at)))
    return sorted(_by(used, lambda each: each.model or ""), key=lambda one: order.index(one.of))


def costs(utterances: Iterable[Utterance], minutes_each: float) -> list[Cost]:
    """The intents after which people took over, the most expensive first. A call counts for what
    it was about before the caller asked for a person."""
    counted = Counter(about for about, _ in _about(utterances).values())
    return [Cost(intent, count, count * minutes_each) for intent, count in counted.most_common()]


def hand_overs(utterances: Iterable[Utterance], zone: ZoneInfo) -> list[HandOvers]:
    """Hand-overs by day, oldest first, and by what they were about, the most frequent first."""
    counted = Counter(
        (at.astimezone(zone).date().isoformat(), about)
        for about, at in _about(utterances).values()
    )
    rows = [HandOvers(day, intent, count) for (day, intent), count in counted.items()]
    return sorted(rows, key=lambda row: (row.day, -row.hand_overs, row.intent))


def _about(utterances: Iterable[Utterance]) -> dict[str, tuple[str, datetime]]:
    """Of each call in which a person took over: what it was about, and when that was said."""
    about: dict[str, tuple[str, datetime]] = {}
    for each in utterances:
        if not each.hand_over or each.intent in (None, "human_agent"):
            continue
        known = about.get(each.call_id)
        # A "Nein, das andere" says nothing of the matter, unless nothing else was said.
        if known is None or known[0] in ABOUT_THE_TALK or each.intent not in ABOUT_THE_TALK:
            about[each.call_id] = each.intent or _NOT_UNDERSTOOD, each.at
    return about


def new_topics(
    missed: Sequence[Utterance], now: datetime, days: int = 7, least: int = 2
) -> list[Topic]:
    """What callers ask for since a week and nobody has taught, by how many asked. `missed`: what
    was not understood, from long before that week on."""
    topics = []
    for places in groups(each.text for each in missed):
        alike = [missed[place] for place in places]
        first = min(each.at for each in alike)
        callers = len({each.call_id for each in alike})
        if first >= now - timedelta(days=days) and callers >= least:
            topics.append(Topic(mask(alike[0].text, alike[0].values).text, callers, first))
    return sorted(topics, key=lambda topic: topic.callers, reverse=True)


def as_csv(rows: Sequence[Any]) -> str:
    """Any of these lists as a table for spreadsheets here: semicolons, and commas in numbers."""
    stream = StringIO()
    if rows:
        writer = csv.writer(stream, delimiter=";", lineterminator="\n")
        writer.writerow([each.name for each in fields(rows[0])])
        writer.writerows([_cell(value) for value in astuple(row)] for row in rows)
    return stream.getvalue()


def _cell(value: object) -> str:
    match value:
        case float():
            return f"{value:.3f}".replace(".", ",")
        case datetime() | date():
            return value.isoformat()
        case str() if value.startswith(("=", "+", "-", "@")):
            # A spreadsheet would run it as a formula.
            return f"'{value}"
        case _:
            return str(value)


def _by(utterances: Iterable[Utterance], of: Callable[[Utterance], str]) -> list[Figures]:
    sorted_in: dict[str, list[Utterance]] = defaultdict(list)
    for each in utterances:
        sorted_in[of(each)].append(each)
    return [_figures(name, each) for name, each in sorted_in.items()]


def _figures(name: str, listed: list[Utterance]) -> Figures:
    calls = {each.call_id for each in listed}
    given = {each.call_id for each in listed if each.hand_over}
    count = len(listed)
    return Figures(
        of=name,
        calls=len(calls),
        utterances=count,
        automated=1 - len(given) / len(calls),
        no_match=sum(each.understood is False for each in listed) / count,
        corrected=sum(each.following_intent == "correction" for each in listed) / count,
        handed_over=len(given) / len(calls),
    )
