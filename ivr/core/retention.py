"""How long what calls leave behind is kept, and what has to go with it.

Personal data is kept no longer than its purpose needs (GDPR article 5 (1) e) and erased when the
person asks for it (article 17), except what the law wants kept (article 17 (3) b).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Keepsakes(Protocol):
    """What is kept of calls beside the database: files of sound, for example.

    Whoever keeps something hands one of these to `ivr.app.retention.keepsakes`.
    """

    async def forget(self, calls: Collection[str]) -> int:
        """Remove everything of these calls, and say how many things that were.

        What is gone already is no error: after a failure the same calls come again. Raises OSError
        if something cannot be removed; the calls' records stay then until it can be.
        """
        ...


@dataclass(frozen=True, slots=True)
class Before:
    """What is older than these moments goes."""

    calls: datetime
    """Calls that ended before: turns, slots, numbers, hand-overs, waits, what `Keepsakes` hold."""
    notes: datetime
    """Messages, appointments and changes of address taken down before."""
    orders: datetime
    staff: datetime
    """What agents were offered and how long they were in which state."""


@dataclass(frozen=True, slots=True)
class Purged:
    """How much went, or would go."""

    calls: int = 0
    turns: int = 0
    hand_overs: int = 0
    waits: int = 0
    notes: int = 0
    orders: int = 0
    staff: int = 0
    files: int = 0

    def __add__(self, other: "Purged") -> "Purged":
        return Purged(
            calls=self.calls + other.calls,
            turns=self.turns + other.turns,
            hand_overs=self.hand_overs + other.hand_overs,
            waits=self.waits + other.waits,
            notes=self.notes + other.notes,
            orders=self.orders + other.orders,
            staff=self.staff + other.staff,
            files=self.files + other.files,
        )

    def __bool__(self) -> bool:
        return self != Purged()
