"""How often strangers may try to call: counted by network address, in bounded memory."""

from collections import OrderedDict, deque
from ipaddress import IPv6Address, ip_address

MOST_ADDRESSES = 10_000
"""Who has not come for longest is forgotten first."""
WINDOW_S = 60.0
_ONE_HOME = 64
"""Bits of an IPv6 address that one customer of a provider has at the least."""


def network(address: str) -> str:
    """Who counts as one: an IPv4 address, or the /64 network of an IPv6 address."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return "?"
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(IPv6Address(int(known) >> _ONE_HOME << _ONE_HOME))
    return str(known)


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
