"""Bounds the connections that the pages take, so that calls always have descriptors left.

What is counted is sockets, from accepting to closing: whoever opens one and says nothing, or does
not even agree on TLS, counts as well. Nobody has more than their share, what has been silent for
long is closed, and where there is no room, whoever has been silent for longest makes some.
"""

import asyncio
import errno
import logging
import resource
import socket
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from typing_extensions import override

from ivr.web.addresses import network, unmapped

log = logging.getLogger(__name__)

MOST = 2_000
"""Connections at once; half of the descriptors that the program may have, if those are fewer."""
MOST_EACH = 400
"""Of one address; a whole office may be behind it, with six connections a browser."""
SILENT_S = 180.0
"""Longer than any answer takes to begin; streams send something every 15 s."""
BACKLOG = 100
"""So many more may be accepted at once before those who must go are gone."""
_LOOK_S = 10.0
_TELL_S = 600.0


def room() -> int:
    """How many connections the pages may have."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else min(MOST, soft // 2)


def _is_near(address: str) -> bool:
    """This machine's own: a proxy, or Rasa."""
    return ip_address(address.partition("%")[0]).is_loopback


class Doors:
    """Who is in. `spared` addresses may have as many as there is room for: a proxy has all
    visitors'."""

    def __init__(
        self,
        spared: Callable[[str], bool],
        most: int | None = None,
        most_each: int = MOST_EACH,
        silent_s: float = SILENT_S,
    ) -> None:
        self._spared = spared
        self._most = room() if most is None else most
        self._most_each = most_each
        self._silent_s = silent_s
        self._by_silence: OrderedDict[_Connection, None] = OrderedDict()
        """Those that may stay; the longest silent first."""
        self._each: Counter[str] = Counter()
        self._told_at = float("-inf")

    @property
    def open(self) -> int:
        """Connections that there are, those that are about to be closed included."""
        return self._each.total()

    def let_in(self, connection: "_Connection", address: str) -> bool:
        """Whether a new connection may stay; makes room for it if it must."""
        here = unmapped(address)
        who = network(here)
        spared = _is_near(here) or self._spared(here)
        if not spared and self._each[who] >= self._most_each:
            self._tell("from one address")
            return False
        if self.open >= self._most:
            self._tell("at once")
            if not self._by_silence:
                return False
            self._send_away(next(iter(self._by_silence)))
        connection.who = who
        self._each[who] += 1
        self._by_silence[connection] = None
        return True

    def heard(self, connection: "_Connection") -> None:
        if connection in self._by_silence:
            self._by_silence.move_to_end(connection)

    def gone(self, connection: "_Connection") -> None:
        self._by_silence.pop(connection, None)
        who, connection.who = connection.who, None
        if who is not None:
            self._each[who] -= 1
            if not self._each[who]:
                del self._each[who]

    async def keep(self) -> None:
        """Send away who is silent for too long, until cancelled."""
        while True:
            await asyncio.sleep(min(_LOOK_S, self._silent_s))
            until = time.monotonic() - self._silent_s
            while self._by_silence and (first := next(iter(self._by_silence))).heard_at < until:
                self._send_away(first)

    def _send_away(self, connection: "_Connection") -> None:
        """The loop finds it closed, and lets go of it."""
        self._by_silence.pop(connection, None)
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError as error:
            if error.errno != errno.ENOTCONN:  # They were quicker.
                raise

    def _tell(self, how: str) -> None:
        """Now and then only: whoever floods us must not fill the log."""
        if time.monotonic() - self._told_at >= _TELL_S:
            self._told_at = time.monotonic()
            log.warning("too many connections to the pages", extra={"how": how})


class Listener(socket.socket):
    """Takes over a listening socket; what it accepts goes through the doors."""

    def __init__(self, listening: socket.socket, doors: Doors) -> None:
        super().__init__(fileno=listening.detach())
        self.setblocking(False)
        self._doors = doors

    @override
    def accept(self) -> tuple[socket.socket, Any]:
        """Raises ConnectionAbortedError for who is not let in, which event loops pass over."""
        descriptor, address = self._accept()  # type: ignore[attr-defined]
        connection = _Connection(self._doors, fileno=descriptor)
        if not self._doors.let_in(connection, address[0]):
            connection.close()
            raise ConnectionAbortedError
        return connection, address


class _Connection(socket.socket):
    """Says when it is used and when it is gone."""

    def __init__(self, doors: Doors, *, fileno: int) -> None:
        super().__init__(fileno=fileno)
        self._doors = doors
        self.who: str | None = None
        self.heard_at = time.monotonic()

    @override
    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        self._heard()
        return super().recv(bufsize, flags)

    @override
    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        self._heard()
        return super().recv_into(buffer, nbytes, flags)

    @override
    def send(self, data: Any, flags: int = 0, /) -> int:
        self._heard()
        return super().send(data, flags)

    @override
    def sendmsg(self, buffers: Any, *rest: Any) -> int:
        self._heard()
        return super().sendmsg(buffers, *rest)

    @override
    def close(self) -> None:
        self._doors.gone(self)
        super().close()

    def _heard(self) -> None:
        self.heard_at = time.monotonic()
        self._doors.heard(self)
