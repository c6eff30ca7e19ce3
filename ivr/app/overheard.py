"""What a caller's own ears tell of a call whose record cannot be read: who sounded when."""

from dataclasses import replace

from ivr.audio.features import level_db
from ivr.core.pcm import FRAME_S
from ivr.core.records import Turn
from ivr.lines.paced import Party
from ivr.lines.stopwatch import AUDIBLE_DB

UNKNOWN = "(heard, not known in words: the turns are on record at the hotline)"
_A_BREATH_S = 0.7
"""A shorter silence is a pause within what is said."""


class Overheard:
    """A `Party` that lets another one speak, and notes the times of both sides' sound."""

    def __init__(self, party: Party) -> None:
        self._party = party
        self._now_s = 0.0
        self._turns: list[Turn] = []
        self._latest: dict[str, int] = {}
        """Where each side's latest turn is."""

    @property
    def turns(self) -> tuple[Turn, ...]:
        """In the order in which they began. An hour's call has some hundreds."""
        return tuple(self._turns)

    def exchange(self, heard: bytes) -> bytes | None:
        said = self._party.exchange(heard)
        self._note("hotline", heard)
        self._note("caller", said or b"")
        self._now_s += FRAME_S
        return said

    def pressed(self) -> str:
        return self._party.pressed()

    def _note(self, who: str, frame: bytes) -> None:
        if not frame or level_db(frame) <= AUDIBLE_DB:
            return
        end_s = round(self._now_s + FRAME_S, 3)
        latest = self._latest.get(who)
        if latest is not None and self._now_s - self._turns[latest].end_s < _A_BREATH_S:
            self._turns[latest] = replace(self._turns[latest], end_s=end_s)
            return
        self._latest[who] = len(self._turns)
        self._turns.append(
            Turn(who, UNKNOWN, round(self._now_s, 3), end_s, response_s=self._response_s(who))
        )

    def _response_s(self, who: str) -> float | None:
        before = self._turns[-1] if self._turns else None
        if who != "hotline" or before is None or before.who != "caller":
            return None
        return round(self._now_s - before.end_s, 3)
