"""What a browser may tell us beside its sound, and how it is read. Pure; total on any input."""

import json
from dataclasses import dataclass

KEYS = frozenset("0123456789*#")
LONGEST_MESSAGE = 512
"""Characters; what is longer is none of ours."""

LONGEST_NOTE = 60_000

MOST_A_SECOND = 50
"""Messages of a browser; ours sends one or two, and saves up some twenty while it is away."""


class Pace:
    """Counts what comes within a second. Pure: time comes in from outside."""

    def __init__(self, most: int = MOST_A_SECOND) -> None:
        self._most = most
        self._since = float("-inf")
        self._came = 0

    def kept(self, now: float) -> bool:
        """Whether one more message is allowed. `now`: seconds that never go back."""
        if now - self._since >= 1.0:
            self._since, self._came = now, 0
        self._came += 1
        return self._came <= self._most


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
