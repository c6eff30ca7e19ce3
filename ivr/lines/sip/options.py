"""Asks whether something answers at a SIP address (OPTIONS, RFC 3261 § 11). Nobody is called.

Small enough to do without the SIP stack, which has calls to carry.
"""

import asyncio
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass

from typing_extensions import override

REPEATS_S = (0.5, 1.0, 2.0)
"""Pauses after which an unanswered question is sent again (RFC 3261, timer E)."""
PATIENCE_S = 4.0
_PORT = 5060
_TLS_PORT = 5061
_ADDRESS = re.compile(
    r"(?P<scheme>sips?):(?:[^@;>]*@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:;>?\[\]]+)"
    r"(?::(?P<port>\d{1,5}))?(?P<rest>[;?].*)?",
    re.IGNORECASE,
)
_STATUS = re.compile(rb"SIP/2\.0 (\d{3}) ")
_OUT_OF_ORDER = frozenset({408, 500, 502, 503, 504})
"""What proxies and exchanges say that are there but cannot serve; anything else is a sign of
life, such as that a user is unknown or that OPTIONS is not supported."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a SIP address is asked."""

    host: str
    port: int
    transport: str
    """`udp`, `tcp` or `tls`."""


def place_of(address: str) -> Place | None:
    """None for what is no SIP address: a number belongs to the provider, who always answers."""
    found = _ADDRESS.fullmatch(address.strip())
    if found is None:
        return None
    rest = (found["rest"] or "").lower()
    named = re.search(r";transport=(udp|tcp|tls)", rest)
    transport = named[1] if named else "udp"
    if found["scheme"].lower() == "sips":
        transport = "tls"
    port = int(found["port"]) if found["port"] else _TLS_PORT if transport == "tls" else _PORT
    return Place(found["host"].strip("[]"), port, transport) if port <= 65535 else None


def question(address: str, own: str, branch: str, transport: str) -> bytes:
    """An OPTIONS request from `own`, which is host and port as in a URI."""
    lines = (
        f"OPTIONS {address} SIP/2.0",
        f"Via: SIP/2.0/{transport.upper()} {own};branch={branch};rport",
        "Max-Forwards: 70",
        f"From: <sip:hotline@{own}>;tag={branch[-8:]}",
        f"To: <{address}>",
        f"Call-ID: {branch[7:]}@{own}",
        "CSeq: 1 OPTIONS",
        "Accept: application/sdp",
        "Content-Length: 0",
    )
    return "\r\n".join((*lines, "", "")).encode()


def means_life(packet: bytes, branch: str) -> bool | None:
    """What an answer to the question of this branch says; None if it is none, or not final."""
    found = _STATUS.match(packet)
    if found is None or branch.encode() not in packet:
        return None
    status = int(found[1])
    return None if status < 200 else status not in _OUT_OF_ORDER


class Prober:
    """Implements `desk.phones.Probe`."""

    def __init__(self, own_host: str, patience_s: float = PATIENCE_S) -> None:
        """`own_host`: the address of ours that the telephone line uses; empty takes any."""
        wildcard = own_host in ("", "0.0.0.0", "::")  # noqa: S104 - compared, not bound
        self._patience_s = patience_s
        self._own = None if wildcard else (own_host, 0)

    async def __call__(self, address: str) -> bool:
        """Whether something answers there in time. Never raises."""
        place = place_of(address)
        if place is None:
            return True
        try:
            async with asyncio.timeout(self._patience_s):
                if place.transport == "udp":
                    return await self._by_packets(address, place)
                return await self._by_connection(address, place)
        except (TimeoutError, OSError, UnicodeError):
            return False

    async def _by_packets(self, address: str, place: Place) -> bool:
        loop = asyncio.get_running_loop()
        branch = _branch()
        transport, asking = await loop.create_datagram_endpoint(
            lambda: _Asking(branch),
            local_addr=self._own,
            remote_addr=(place.host, place.port),
        )
        try:
            own = _shown(transport.get_extra_info("sockname"))
            packet = question(address, own, branch, "udp")
            for pause_s in (*REPEATS_S, self._patience_s):
                transport.sendto(packet)
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause_s):
                        return await asyncio.shield(asking.answer)
            return False
        finally:
            asking.answer.cancel()
            transport.close()

    async def _by_connection(self, address: str, place: Place) -> bool:
        reader, writer = await asyncio.open_connection(
            place.host, place.port, local_addr=self._own
        )
        try:
            if place.transport == "tls":
                # Whose certificate it is matters to calls; that somebody listens is enough here.
                return True
            branch = _branch()
            own = _shown(writer.get_extra_info("sockname"))
            writer.write(question(address, own, branch, "tcp"))
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if (alive := means_life(head, branch)) is not None:
                    return alive
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return False
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


class _Asking(asyncio.DatagramProtocol):
    def __init__(self, branch: str) -> None:
        self.answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._branch = branch

    @override
    def datagram_received(self, data: bytes, addr: object) -> None:
        alive = means_life(data, self._branch)
        if alive is not None and not self.answer.done():
            self.answer.set_result(alive)

    @override
    def error_received(self, exc: Exception) -> None:
        # Nothing listens there: the other machine says so.
        if not self.answer.done():
            self.answer.set_result(False)


def _branch() -> str:
    return f"z9hG4bK{secrets.token_hex(12)}"


def _shown(name: tuple[str, int]) -> str:
    host, port = name[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
