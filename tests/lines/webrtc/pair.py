"""Two ends of a WebRTC connection on this machine: ours, and a browser's stand-in."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from aioice import stun
from aioice.ice import get_host_addresses

from ivr.config.webrtc import WebRtc
from ivr.lines.webrtc.accept import accept_offer, resume
from ivr.lines.webrtc.leg import WebRtcLeg
from ivr.lines.webrtc.offer import read_offer
from ivr.lines.webrtc.peer import Peer


async def come_back(ours: WebRtcLeg, theirs: WebRtcLeg) -> None:
    """The browser's new connection for a call that goes on."""
    peer = theirs.make_peer()
    answer = await resume(ours, read_offer(await peer.offer()))
    assert answer is not None
    await peer.accepted(answer)
    theirs.attach(peer)


@contextmanager
def silent_server() -> Iterator[tuple[str, list[bytes]]]:
    """Address of a STUN server that answers nobody, and what it was sent."""
    loop, sent = asyncio.get_running_loop(), list[bytes]()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("0.0.0.0", 0))  # noqa: S104 - it only listens
        server.setblocking(False)
        loop.add_reader(server, lambda: sent.append(server.recv(2000)))
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}", sent
        finally:
            loop.remove_reader(server)


@contextmanager
def stun_server(seen_at: tuple[str, int]) -> Iterator[str]:
    """Address of a STUN server that tells everybody that they are seen at this place."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        # Chromium asks nobody on loopback.
        server.bind((get_host_addresses(use_ipv4=True, use_ipv6=False)[0], 0))
        server.setblocking(False)

        def answer() -> None:
            data, who = server.recvfrom(2000)
            request = stun.parse_message(data)
            told = stun.Message(
                request.message_method, stun.Class.RESPONSE, request.transaction_id
            )
            told.attributes["XOR-MAPPED-ADDRESS"] = seen_at
            server.sendto(bytes(told), who)

        loop.add_reader(server, answer)
        try:
            yield "{}:{}".format(*server.getsockname())
        finally:
            loop.remove_reader(server)


@asynccontextmanager
async def pair(settings: WebRtc | None = None) -> AsyncIterator[tuple[WebRtcLeg, WebRtcLeg]]:
    """Our leg and the browser's, connected."""
    settings = settings or WebRtc()
    theirs = WebRtcLeg(settings)
    peer: Peer = theirs.make_peer()
    ours, answer = await accept_offer(read_offer(await peer.offer()), settings)
    try:
        await peer.accepted(answer)
        theirs.attach(peer)
        up = await asyncio.gather(ours.connected(), theirs.connected())
        assert all(up)
        yield ours, theirs
    finally:
        await asyncio.gather(ours.hang_up(), theirs.hang_up())
