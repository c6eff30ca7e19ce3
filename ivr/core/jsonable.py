"""Records as JSON: for the rescue file and the journal lossless, for people as `ivr call` prints.

A record becomes an object of its fields; moments, dates and times become ISO 8601 text, amounts
decimal text, so that nothing is lost to binary fractions. `restore` is the exact way back.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from ivr.core.records import (
    AddressChange,
    Appointment,
    CallRecord,
    Fact,
    HandOver,
    Message,
    Order,
    Turn,
)

_T = TypeVar("_T")

FACT_KINDS: Mapping[str, type[Fact]] = {
    "hand_over": HandOver,
    "order": Order,
    "message": Message,
    "appointment": Appointment,
    "address_change": AddressChange,
}


def jsonable(value: object) -> Any:
    """`value` in what `json.dumps` takes. Raises TypeError on what no record is made of."""
    match value:
        case None | bool() | int() | float():
            return value
        case Enum():
            return value.value
        case str():
            return value
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Mapping():
            return {str(key): jsonable(item) for key, item in value.items()}
        case tuple() | list():
            return [jsonable(item) for item in value]
        case _ if is_dataclass(value):
            return {field.name: jsonable(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a record")


def restore(kind: type[_T], data: object) -> _T:
    """What `jsonable` made of a value of this type. Raises ValueError if it is not that."""
    try:
        restored: _T = _restored(kind, data)
    except (AttributeError, KeyError, TypeError, ArithmeticError) as error:
        raise ValueError(f"this is no {kind.__name__}") from error
    return restored


def fact_json(fact: Fact) -> dict[str, Any]:
    """A fact with its `kind` in front: a key of `FACT_KINDS`."""
    kind = next(name for name, type_ in FACT_KINDS.items() if type_ is type(fact))
    return {"kind": kind, **jsonable(fact)}


def restore_fact(data: Mapping[str, object]) -> Fact:
    """What `fact_json` made. Raises ValueError if it is not that."""
    kind = FACT_KINDS.get(str(data.get("kind")))
    if kind is None:
        raise ValueError("this is no fact")
    return restore(kind, {key: value for key, value in data.items() if key != "kind"})


def call_json(record: CallRecord) -> dict[str, Any]:
    """A call as `ivr call --json` prints it. `outcome` is null while the call is going on.

    Of several hand-overs of one call the last stands; what is not a hand-over is in `records`.
    """
    hand_overs = [fact for fact in record.facts if isinstance(fact, HandOver)]
    return {
        "call_id": record.start.call_id,
        "outcome": record.end.outcome.value if record.end else None,
        "turns": [_turn_json(turn) for turn in record.turns],
        "slots": dict(record.end.slots) if record.end else {},
        "hand_over": jsonable(hand_overs[-1]) if hand_overs else None,
        "records": [fact_json(fact) for fact in record.facts if not isinstance(fact, HandOver)],
    }


def _turn_json(turn: Turn) -> dict[str, Any]:
    return {
        "who": turn.who,
        "text": turn.text,
        "intent": turn.intent,
        "confidence": turn.confidence,
        "start_s": turn.start_s,
        "end_s": turn.end_s,
        "response_s": turn.response_s,
        "interrupted": turn.interrupted,
    }


def _restored(kind: Any, data: Any) -> Any:
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        # Optional is the only union inside a record.
        (inner,) = (arg for arg in args if arg is not types.NoneType)
        return None if data is None else _restored(inner, data)
    if origin is tuple:
        return tuple(_restored(args[0], item) for item in data)
    if origin is Mapping:
        return {key: _restored(args[1], item) for key, item in data.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        make: Callable[..., object] = kind
        hints = _hints(kind)
        return make(**{name: _restored(hints[name], item) for name, item in data.items()})
    if issubclass(kind, (date, time)):
        return kind.fromisoformat(data)
    if issubclass(kind, (Enum, Decimal)):
        return kind(data)
    if kind is float and type(data) is int:
        return float(data)
    if type(data) is not kind:
        raise TypeError(f"{kind.__name__} expected")
    return data


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    """The types of a record's fields. To find them out takes longer than all the rest."""
    return get_type_hints(kind)
