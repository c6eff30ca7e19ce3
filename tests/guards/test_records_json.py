"""Records survive the way through JSON, whatever fields they get."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.jsonable import FACT_KINDS, call_json, fact_json, jsonable, restore, restore_fact
from ivr.core.records import (
    AddressChange,
    Appointment,
    CallEnd,
    CallRecord,
    CallStart,
    Fact,
    HandOver,
    Message,
    Order,
    Outcome,
    Turn,
)

text = st.text(max_size=10)
maybe = st.none() | text
number = st.floats(allow_nan=False, allow_infinity=False)
share = st.none() | number
slots = st.dictionaries(text, text, max_size=2)
moment = st.datetimes(timezones=st.just(UTC))
amount = st.decimals(allow_nan=False, allow_infinity=False)
turns = st.builds(
    Turn,
    start_s=number,
    end_s=number,
    confidence=share,
    asr_confidence=share,
    response_s=share,
)
several_turns = st.lists(turns, max_size=2).map(tuple)
facts: st.SearchStrategy[Fact] = st.one_of(
    st.builds(Order, unit_price=amount),
    st.builds(Message),
    st.builds(Appointment),
    st.builds(AddressChange),
    st.builds(HandOver, slots=slots, transcript=several_turns),
)
starts = st.builds(CallStart, started_at=moment, caller=maybe, called=maybe, trace=slots)
ends = st.builds(CallEnd, ended_at=moment, slots=slots)
records = st.builds(
    CallRecord, starts, several_turns, st.lists(facts, max_size=3).map(tuple), st.none() | ends
)


def through_json(value: object) -> object:
    return json.loads(json.dumps(value))


def test_every_kind_of_fact_has_a_name() -> None:
    assert set(FACT_KINDS.values()) == set(get_args(Fact))


@given(facts)
def test_a_fact_comes_back_as_it_was(fact: Fact) -> None:
    read = through_json(fact_json(fact))
    assert isinstance(read, dict)
    assert restore_fact(read) == fact


@given(st.one_of(starts, turns, ends))
def test_what_belongs_to_a_call_comes_back_as_it_was(value: CallStart | Turn | CallEnd) -> None:
    assert restore(type(value), through_json(jsonable(value))) == value


@given(records)
def test_a_call_prints_as_promised_and_keeps_what_it_was_about(record: CallRecord) -> None:
    printed = through_json(call_json(record))
    assert isinstance(printed, dict)
    assert list(printed) == [
        "call_id", "outcome", "turns", "slots", "hand_over", "records",
    ]  # fmt: skip
    hand_overs = [fact for fact in record.facts if isinstance(fact, HandOver)]
    others = [fact for fact in record.facts if not isinstance(fact, HandOver)]
    assert [restore_fact(fact) for fact in printed["records"]] == others
    if hand_overs:
        assert restore(HandOver, printed["hand_over"]) == hand_overs[-1]
    else:
        assert printed["hand_over"] is None
    said = [restore(Turn, {**turn, "asr_confidence": None}) for turn in printed["turns"]]
    assert [(t.who, t.text, t.intent, t.confidence) for t in said] == [
        (t.who, t.text, t.intent, t.confidence) for t in record.turns
    ]
    # How it came to be understood is for the record, not for the printed conversation.
    inner = {"asr_confidence", "guesses", "understood", "form", "model", "audio"}
    names = {field.name for field in fields(Turn)} - inner
    assert all(set(turn) == names for turn in printed["turns"])
    assert printed["outcome"] == (record.end.outcome if record.end else None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "order"},
        {"kind": "gift", "name": "x"},
        {"kind": "message", "name": 1, "phone": "x", "about": "x"},
        {"kind": "appointment", "name": "x", "day": "31.12.", "at": "12:00"},
        {"kind": "hand_over", "reason": "boredom", "caller_name": None, "phone": None},
        {"kind": "address_change", "customer": "x", "address": "y", "more": "z"},
    ],
)
def test_what_is_no_fact_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="this is no|is not a valid|Invalid isoformat"):
        restore_fact(wrong)


def test_an_outcome_of_every_kind_comes_back() -> None:
    for outcome in Outcome:
        end = CallEnd(outcome, datetime(2026, 7, 1, tzinfo=UTC))
        assert restore(CallEnd, jsonable(end)) == end
