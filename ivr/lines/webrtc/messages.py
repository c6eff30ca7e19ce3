"""What a browser may tell us beside its sound, and how it is read. Pure; total on any input."""

import json
from dataclasses import dataclass

KEYS = frozenset("0123456789*#")
LONGEST_MESSAGE = 512
"""Characters; what is longer is none of ours."""

LONGEST_NOTE = 60_000


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the keypad was pressed."""

    key: str


@dataclass(frozen=True, slots=True)
class Bye:
    """The party hangs up."""


@dataclass(frozen=True, slots=True)
class Ping:
    """The party is there, and wants to hear that we are."""


FromBrowser = Key | Bye | Ping


def read_message(data: object) -> FromBrowser | None:
    """A message of the data channel; None if it is not one."""
    if not isinstance(data, str) or len(data) > LONGEST_MESSAGE:
        return None
    try:
        message = json.loads(data)
    except (ValueError, RecursionError):
        return None
    match message:
        case {"type": "key", "key": str(key)} if key in KEYS:
            return Key(key)
        case {"type": "bye"}:
            return Bye()
        case {"type": "ping"}:
            return Ping()
        case _:
            return None


def read_note(data: object) -> dict[str, object] | None:
    """What a hotline tells its call page; None if it is not that."""
    if not isinstance(data, str) or len(data) > LONGEST_NOTE:
        return None
    try:
        note = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return note if isinstance(note, dict) else None
