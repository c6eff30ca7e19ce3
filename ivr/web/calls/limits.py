"""How often strangers may try to call: counted by network address, in bounded memory. And who
makes room when many ask and do not connect."""

from collections import Counter, OrderedDict, deque
from collections.abc import Sequence

MOST_ADDRESSES = 10_000
"""Who has not come for longest is forgotten first."""
WINDOW_S = 60.0


class Attempts:
    """Attempts of the last minute."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._times)

    def allow(self, who: str, now: float) -> bool:
        """Count an attempt, unless there have been too many. `now` never goes back."""
        times = self._times.setdefault(who, deque())
        self._times.move_to_end(who)
        while times and times[0] <= now - WINDOW_S:
            times.popleft()
        if len(times) >= self._most:
            return False
        times.append(now)
        if len(self._times) > MOST_ADDRESSES:
            self._times.popitem(last=False)
        return True


def gives_way(waiting: Sequence[str], who: str, most_each: int, most: int) -> int | None:
    """Which of those that were answered but have not connected yet gives its place to one more
    of `who`; None if there is room.

    `waiting` has their networks, the oldest first. Nobody is refused here: whoever really calls
    connects within a second or two, and whoever only asks loses the place to the next of their
    own, or, where all places are taken, to anybody else as long as they have most of them.
    """
    if waiting.count(who) >= most_each:
        return waiting.index(who)
    if len(waiting) < most:
        return None
    has = Counter(waiting)
    return max(range(len(waiting)), key=lambda at: has[waiting[at]])
