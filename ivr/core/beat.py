"""The beat of 20 ms in which sound moves."""

from ivr.core.pcm import FRAME_S

LATE_S = 1.0
"""A loop that comes later makes up for so much of it, and has lost the rest."""


class Beat:
    """Says how long to wait until the next frame is due, so that lateness does not add up."""

    def __init__(self, now_s: float, *, late_s: float = LATE_S, ahead_s: float = 0.0) -> None:
        """The first frame is due 20 ms after `now_s`, a time of the loop.

        `late_s`: how much lateness is made up for, by frames that follow at once. `ahead_s`: how
        much earlier than it is due a frame is wanted.
        """
        self._due_s = now_s
        self._late_s = late_s
        self._ahead_s = ahead_s

    def wait_s(self, now_s: float) -> float:
        """Seconds from `now_s` until the next frame; 0 if it is late."""
        self._due_s = max(self._due_s + FRAME_S, now_s - self._late_s)
        return max(0.0, self._due_s - self._ahead_s - now_s)
