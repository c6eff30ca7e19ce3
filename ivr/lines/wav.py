"""A recording as the caller."""

from ivr.audio.features import level_db
from ivr.core.pcm import FRAME_S, frame_bytes
from ivr.lines.stopwatch import AUDIBLE_DB


class RecordedCaller:
    """A `Party` that plays a recording from the moment the call is answered.

    After its end the caller stays on the line until the hotline has been silent for `stays_s`
    seconds, at the longest `listens_s`.
    """

    def __init__(
        self, pcm: bytes, rate: int, *, stays_s: float = 3.0, listens_s: float = 60.0
    ) -> None:
        """`pcm` is 16-bit mono at `rate`, the leg's rate."""
        self._pcm = pcm
        self._at = 0
        self._size = frame_bytes(rate)
        self._stays_s = stays_s
        self._listens_s = listens_s
        self._quiet_s = 0.0
        self._after_s = 0.0

    def exchange(self, heard: bytes) -> bytes | None:
        self._quiet_s = 0.0 if level_db(heard) > AUDIBLE_DB else self._quiet_s + FRAME_S
        frame = self._pcm[self._at : self._at + self._size]
        self._at += self._size
        if frame:
            return frame.ljust(self._size, b"\0")
        self._after_s += FRAME_S
        if min(self._quiet_s, self._after_s) >= self._stays_s or self._after_s >= self._listens_s:
            return None
        return bytes(self._size)

    def pressed(self) -> str:
        return ""
