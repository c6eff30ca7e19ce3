"""Networks that swallow packets and tell nobody: a pulled cable, and a company's firewall."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch
from weakref import WeakSet

from aioice.ice import StunProtocol
from typing_extensions import override


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


class Gap(Outage):
    """Whatever has tried meanwhile gets through again afterwards."""

    @override
    def swallows(self, socket: StunProtocol) -> bool:
        return self.on


class Firewall(Outage):
    """Passes no packets from one end to the other, but what goes over a relay."""

    def __init__(self) -> None:
        super().__init__()
        self.swallowed = 0

    @override
    def swallows(self, socket: StunProtocol) -> bool:
        own = getattr(socket, "local_candidate", None)
        direct = own is not None and own.type == "host"
        self.swallowed += direct
        return direct


@contextmanager
def network() -> Iterator[Outage]:
    """The network under all connections of this process."""
    outage = Outage()
    with _under(outage):
        yield outage


@contextmanager
def gappy_network() -> Iterator[Gap]:
    """The network under all connections of this process, away for moments at a time."""
    gap = Gap()
    with _under(gap):
        yield gap


@contextmanager
def firewall() -> Iterator[Firewall]:
    """In the way of all connections of this process."""
    wall = Firewall()
    with _under(wall):
        yield wall


@contextmanager
def _under(outage: Outage) -> Iterator[None]:
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
        yield
