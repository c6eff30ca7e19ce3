"""Digits typed on the telephone, gathered to a number where one is expected."""

from ivr.core.events import KeyPressed, KeysEntered
from ivr.core.speech import Expect, begins_number

BETWEEN_KEYS_S = 3.0
"""A longer pause ends the number (the usual inter-digit time-out of a voice menu)."""
LONGEST = 20
"""More digits than any number asked for: the number ends here."""


class Keypad:
    """Gathers digits while a number is expected; any other key is reported as it comes.

    `#` ends a number, `*` throws away what was typed (and is reported: the caller wants to hear
    the question again).
    """

    def __init__(self) -> None:
        self._typed = ""
        self._last_s = 0.0
        self._expect = Expect.ANYTHING
        self._digits: int | None = None

    def expect(self, expect: Expect, digits: int | None) -> None:
        """What is asked for now; `digits` is its length, where known. Typed digits are kept."""
        self._expect, self._digits = expect, digits

    def press(self, key: str, now: float) -> list[KeyPressed | KeysEntered]:
        if not self._typed and not begins_number(key, self._expect, self._digits):
            return [KeyPressed(now, key)]
        if key == "#":
            return self._finish(now)
        if not key.isdecimal():
            self._typed = ""
            return [KeyPressed(now, key)]
        self._typed += key
        self._last_s = now
        return self._finish(now) if len(self._typed) >= (self._digits or LONGEST) else []

    def tick(self, now: float) -> list[KeyPressed | KeysEntered]:
        """Ends a number after the pause that is too long."""
        if self._typed and now - self._last_s >= BETWEEN_KEYS_S:
            return self._finish(now)
        return []

    @property
    def typing(self) -> bool:
        return bool(self._typed)

    def _finish(self, now: float) -> list[KeyPressed | KeysEntered]:
        typed, self._typed = self._typed, ""
        return [KeysEntered(now, typed)]
