"""Puts packets that come early, late, twice or never back into an even stream. Pure.

One `take` every 20 ms gives what is to be heard now. The buffer holds as little as the network
lets it: it grows when it ran dry and shrinks when more than needed has lain in it for a while.
"""

from enum import Enum

LEAST_HELD = 2
"""Packets that are waited for in the beginning: 40 ms."""
MOST_HELD = 10
"""As patient as it gets with an unsteady network: 0.2 s."""
MOST_AHEAD = 50
"""A packet further ahead belongs to a stream that began anew."""
_LOOK_BACK = 50
"""Takes after which it is decided whether less would do: one second."""
_MUCH = 5
"""Packets more than needed, 0.1 s, that are got rid of without waiting for a whole second."""
_SHORT_LOOK = 10
"""Takes after which one of them goes, whatever is in it: at most a tenth of the sound."""
_FADE = 0.99
_CALM = 500
"""Takes without running dry after which one packet less is held: ten seconds."""
_WRAP = 1 << 16


class Missing(Enum):
    LOST = "lost"
    """This packet never came, later ones did."""
    DRY = "dry"
    """Nothing has come yet."""


class JitterBuffer:
    """Packets by their RTP sequence number (RFC 3550, 5.1), at most `MOST_AHEAD` of them."""

    def __init__(self) -> None:
        self._packets: dict[int, bytes] = {}
        self._next: int | None = None
        """Sequence number, counted on past 65535, of the packet to be taken."""
        self._begun = False
        self._flowing = False
        self._held = LEAST_HELD
        self._dry = 0
        """Takes since the latest packet, in the middle of the stream."""
        self._calm = 0
        self._least_depth = MOST_AHEAD
        self._looks = 0
        self._loud = 0.0
        """Bytes of the largest packet of late: silence takes Opus far fewer."""
        self.lost = 0
        self.late = 0
        """Came after their time, or twice."""

    def __len__(self) -> int:
        return len(self._packets)

    def put(self, sequence: int, payload: bytes) -> None:
        """Take in a packet; 0 ≤ `sequence` < 65536."""
        if self._next is None:
            self._next = sequence
        # The nearest number, forwards or backwards, that ends in these 16 bits.
        offset = (sequence - self._next + _WRAP // 2) % _WRAP - _WRAP // 2
        if abs(offset) >= MOST_AHEAD:
            self._packets.clear()
            self._flowing = self._begun = False
            self._next, offset = sequence, 0
        if offset < 0 and not self._begun and len(self) - offset < MOST_AHEAD:
            # The first packets of a stream may change places, too.
            self._next += offset
            offset = 0
        if offset < 0 or self._next + offset in self._packets:
            self.late += 1
            return
        self._packets[self._next + offset] = payload

    def take(self) -> bytes | Missing:
        """What is due now; to be asked every 20 ms."""
        if self._next is None or not self._packets:
            self._ran_dry()
            return Missing.DRY
        if not self._flowing and self._depth() < self._held:
            return Missing.DRY
        self._flows()
        self._slim()
        payload = self._packets.pop(self._next, None)
        self._loud = max(self._loud * _FADE, len(payload or b""))
        self._next += 1
        if payload is None:
            self.lost += 1
            return Missing.LOST
        return payload

    def _depth(self) -> int:
        return max(self._packets) - (self._next or 0) + 1

    def _ran_dry(self) -> None:
        self._dry += self._begun
        self._flowing = False

    def _flows(self) -> None:
        """More patience would have helped only where it was dry for less than patience goes."""
        if 0 < self._dry <= MOST_HELD:
            self._held = min(self._held + 1, MOST_HELD)
            self._calm = 0
        self._dry = 0
        self._flowing = self._begun = True

    def _slim(self) -> None:
        """Leave out a packet if more than needed was in hand for a second. Of much more, which
        came in one go after the network stood still, every silent one goes, and one in ten."""
        self._calm += 1
        if self._calm >= _CALM:
            self._held = max(self._held - 1, LEAST_HELD)
            self._calm = 0
        self._least_depth = min(self._least_depth, self._depth())
        self._looks += 1
        spare = self._least_depth - self._held
        due = _SHORT_LOOK if spare >= _MUCH else _LOOK_BACK
        if spare >= _MUCH and self._is_silent():
            self._leave_out()
            self._least_depth -= 1
        elif self._looks >= due:
            if spare > 0:
                self._leave_out()
            self._looks, self._least_depth = 0, MOST_AHEAD

    def _is_silent(self) -> bool:
        return len(self._packets.get(self._next or 0, b"")) < self._loud / 2

    def _leave_out(self) -> None:
        if self._next is not None:
            self._packets.pop(self._next, None)
            self._next += 1
