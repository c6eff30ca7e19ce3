"""A network that swallows packets and tells nobody, as a pulled cable looks from both ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch
from weakref import WeakSet

from aioice.ice import StunProtocol


class Outage:
    """While `on`, no packet passes. What has tried meanwhile never gets through again: the way
    back leads over other addresses."""

    def __init__(self) -> None:
        self.on = False
        self._dead: WeakSet[StunProtocol] = WeakSet()

    def swallows(self, socket: StunProtocol) -> bool:
        if self.on:
            self._dead.add(socket)
        return socket in self._dead


@contextmanager
def network() -> Iterator[Outage]:
    """The network under all connections of this process."""
    outage = Outage()
    receive, stun, data = (
        StunProtocol.datagram_received,
        StunProtocol.send_stun,
        StunProtocol.send_data,
    )

    def received(self: StunProtocol, packet: bytes, address: tuple[str, int]) -> None:
        if not outage.swallows(self):
            receive(self, packet, address)

    def asked(self: StunProtocol, message: object, address: tuple[str, int]) -> None:
        if not outage.swallows(self):
            stun(self, message, address)  # type: ignore[arg-type]

    async def sent(self: StunProtocol, packet: bytes, address: tuple[str, int]) -> None:
        if not outage.swallows(self):
            await data(self, packet, address)

    with (
        patch.object(StunProtocol, "datagram_received", received),
        patch.object(StunProtocol, "send_stun", asked),
        patch.object(StunProtocol, "send_data", sent),
    ):
        yield outage
