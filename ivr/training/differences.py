"""What a change changed, as an admin reads it; and two admins' changes put together."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ivr.core.training import Body
from ivr.training.examples import Example, marked
from ivr.training.follows import HINTS
from ivr.training.texts import say

_NOT_SHOWN = frozenset({"file", "domain_file", "title", "key"})
"""Where a piece is kept in files: nothing an admin changes."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a piece: what is gone from it, and what has come."""

    field: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


def differences(before: Body | None, after: Body | None) -> tuple[Difference, ...]:
    """Field by field; nothing where both are the same."""
    old, new = before or {}, after or {}
    found = []
    for field in dict.fromkeys((*old, *new)):
        if field in _NOT_SHOWN or old.get(field) == new.get(field):
            continue
        was, now = _lines(old.get(field)), _lines(new.get(field))
        gone, come = tuple(_without(was, now)), tuple(_without(now, was))
        if not (gone or come):
            # The same lines in another order.
            gone, come = tuple(was), tuple(now)
        found.append(Difference(field, gone, come))
    return tuple(found)


def merged(
    base: Sequence[Example], mine: Sequence[Example], theirs: Sequence[Example]
) -> list[Example]:
    """Their examples with what I added and without what I took away."""
    taken = Counter(_without(_keys(base), _keys(mine)))
    kept: list[Example] = []
    for example in theirs:
        text = marked(example)
        if taken[text] > 0:
            taken[text] -= 1
        else:
            kept.append(example)
    added = Counter(_without(_keys(mine), _keys(base)))
    there = Counter(_keys(kept))
    for example in mine:
        text = marked(example)
        if added[text] > 0:
            added[text] -= 1
            if there[text] == 0:
                kept.append(example)
    return kept


def _keys(examples: Iterable[Example]) -> list[str]:
    return [marked(each) for each in examples]


def _without(lines: Iterable[str], others: Iterable[str]) -> list[str]:
    """Lines that the others do not have, or have less often."""
    left = Counter(others)
    found = []
    for line in lines:
        if left[line] > 0:
            left[line] -= 1
        else:
            found.append(line)
    return found


def _lines(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return [_line(each) for each in value]
    if isinstance(value, Mapping):
        return [f"{key}: {_line(each)}" for key, each in value.items()]
    return [_line(value)]


def _line(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping) and isinstance(value.get("text"), str):
        more = {key: each for key, each in value.items() if key != "text"}
        if more.keys() == {HINTS} and more[HINTS].keys() <= {"end", "hand_over", "queue"}:
            return f"{value['text']}  ({_hints(more[HINTS])})"
        return str(value["text"]) + (f"  {_json(more)}" if more else "")
    return _json(value)


def _hints(hints: Mapping[str, Any]) -> str:
    """What the telephone does after an answer."""
    if not hints.get("hand_over"):
        return say("then_end") if hints.get("end") else say("then_nothing")
    queue = hints.get("queue")
    return say("then_queue", queue=queue) if queue else say("then_hand_over")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
