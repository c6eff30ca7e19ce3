"""Reports count what happened in calls."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ivr.core.training import Utterance
from ivr.training.reports import (
    HandOvers,
    as_csv,
    by_intent,
    by_model,
    costs,
    hand_overs,
    new_topics,
    over_time,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def said(call: str, intent: str, at: datetime = NOON, **more: object) -> Utterance:
    return Utterance(call, 0, at, more.pop("text", intent), intent, 0.9, **more)  # type: ignore[arg-type]


TALK = [
    said("a", "price", understood=True, model="m1", following_intent="correction"),
    said("a", "refund", understood=True, model="m1", hand_over="asked"),
    said("a", "human_agent", understood=True, model="m1", hand_over="asked"),
    said("b", "price", NOON + timedelta(hours=12), understood=False, model="m2", text="Brummbär"),
    said("c", "price", NOON + timedelta(hours=12), understood=False, model="m2", text="brummbär"),
]


def test_figures_by_day_intent_and_model() -> None:
    days = over_time(TALK, ZoneInfo("Europe/Berlin"))
    # Noon and twelve hours of UTC are two days in Kassel.
    assert [(each.of, each.calls) for each in days] == [("2026-11-23", 1), ("2026-11-24", 2)]
    assert [each.of for each in by_intent(TALK)][0] == "price"
    first, second = by_model(TALK)
    assert (first.of, first.automated, first.corrected) == ("m1", 0.0, 1 / 3)
    assert (second.automated, second.no_match) == (1.0, 1.0)


def test_a_hand_over_costs_what_the_call_was_about() -> None:
    then = [said("a", "correction", hand_over="asked"), said("e", "greet", hand_over="asked")]
    cost, greeting = costs([*TALK, *then], 4.0)
    assert (greeting.intent, greeting.hand_overs) == ("greet", 1)
    assert (cost.intent, cost.hand_overs, cost.agent_minutes) == ("refund", 1, 4.0)


def test_a_hand_over_counts_on_its_day_in_the_company() -> None:
    late = said("d", "price", NOON + timedelta(hours=11, minutes=30), hand_over="asked")
    rows = hand_overs([*TALK, late], ZoneInfo("Europe/Berlin"))
    assert rows == [HandOvers("2026-11-23", "refund", 1), HandOvers("2026-11-24", "price", 1)]


def test_new_topics_are_what_several_callers_ask_for_since_lately() -> None:
    missed = TALK[3:]
    (topic,) = new_topics(missed, NOON + timedelta(days=1))
    assert (topic.text, topic.callers) == ("Brummbär", 2)
    assert new_topics(missed, NOON + timedelta(days=30)) == []


def test_tables_suit_spreadsheets() -> None:
    table = as_csv(costs([said("a", "=1+1", hand_over="asked")], 4.5)).splitlines()
    assert table == ["intent;hand_overs;agent_minutes", "'=1+1;1;4,500"]
