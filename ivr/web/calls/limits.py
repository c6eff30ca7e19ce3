"""How often strangers may try to call: counted by network address, in bounded memory."""

from collections import OrderedDict, deque

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
