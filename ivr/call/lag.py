"""How far the sound of a line lags behind the call's clock."""

_FRAMES = 25
"""Half a second: longer than a hiccup of the loop, shorter than what anybody says after a hold."""


class Lag:
    """How much later than its time in the audio a frame reaches us, at best, of late.

    What comes in one go after a hiccup was late; a line that was held has no sound for that time,
    so whatever comes after it is that much later for good.
    """

    def __init__(self) -> None:
        self._before = self._now = float("inf")
        self._frames = 0

    def arrived(self, late_s: float) -> None:
        self._now = min(self._now, late_s)
        self._frames += 1
        if self._frames % _FRAMES == 0:
            self._before, self._now = self._now, float("inf")

    @property
    def seconds(self) -> float:
        return min(self._before, self._now)
