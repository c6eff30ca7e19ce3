"""A telephone of single packets: by the book, but its sound as lost and late as a test wants.

A-law and comfort noise (RFC 3389), UDP, no codec to choose from.
"""

import asyncio
import random
import re
import struct
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import cast

from typing_extensions import override

from ivr.audio.g711 import alaw_decode, alaw_encode
from ivr.core.pcm import FRAME_S, frame_bytes

RATE = 8_000
A_LAW, COMFORT_NOISE = 8, 13
_FRAME = frame_bytes(RATE)
_SAMPLES = _FRAME // 2
_HEAD = struct.Struct(">BBHII")
_LAST = 99
"""The number of a call's last request."""
_QUIET = bytes([60])
"""Comfort noise of 60 dB below full scale."""
_SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 8 13\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:13 CN/8000\r\na=ptime:20\r\n"
)


@dataclass(frozen=True, slots=True)
class Packet:
    """One RTP packet, and when it is sent: seconds from the beginning."""

    at_s: float
    number: int
    timestamp: int
    kind: int
    payload: bytes

    def on_the_wire(self) -> bytes:
        return _HEAD.pack(0x80, self.kind, self.number, self.timestamp, 4711) + self.payload


def packets_of(frames: Iterable[bytes | None]) -> Sequence[Packet]:
    """20 ms each; None is a frame of silence that is not sent, after one of comfort noise."""
    packets: list[Packet] = []
    quiet = False
    for place, pcm in enumerate(frames):
        if pcm is not None or not quiet:
            kind, payload = (A_LAW, alaw_encode(pcm)) if pcm else (COMFORT_NOISE, _QUIET)
            at_s, number = place * FRAME_S, len(packets)
            packets.append(Packet(at_s, number, place * _SAMPLES, kind, payload))
        quiet = pcm is None
    return packets


def comfort_noise(seconds: int, first: int) -> Sequence[Packet]:
    """All that a telephone sends while nobody speaks: one packet a second, after so many."""
    spoken = first * _SAMPLES
    return [
        Packet(at, first + at, spoken + at * RATE, COMFORT_NOISE, _QUIET) for at in range(seconds)
    ]


def over_a_bad_network(
    packets: Sequence[Packet], rng: random.Random, *, lost: float, late_s: float
) -> Sequence[Packet]:
    """Some are lost, all are late, each by as much as it happens: so they overtake each other."""
    kept = [packet for packet in packets if rng.random() >= lost]
    moved = [replace(each, at_s=each.at_s + rng.uniform(0, late_s)) for each in kept]
    return sorted(moved, key=lambda packet: packet.at_s)


class _Sip(asyncio.DatagramProtocol):
    """One call by UDP, that agrees to whatever is asked in it."""

    def __init__(self, hotline: int, rtp: int) -> None:
        self._there = ("127.0.0.1", hotline)
        self._sdp = _SDP.format(port=rtp)
        self._tag = ""
        self.answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        """The port of the hotline's RTP."""
        self.over = asyncio.Event()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)
        self._own = transport.get_extra_info("sockname")[1]

    def ask(self, method: str, number: int, body: str = "") -> None:
        content = "Content-Type: application/sdp\r\n" if body else ""
        self._send(
            f"{method} sip:hotline@127.0.0.1:{self._there[1]} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{self._own};branch=z9hG4bK{self._own}{method}{number}\r\n"
            f"From: <sip:packets@127.0.0.1:{self._own}>;tag=1\r\n"
            f"To: <sip:hotline@127.0.0.1:{self._there[1]}>{self._tag}\r\n"
            f"Call-ID: packets-{self._own}\r\nCSeq: {number} {method}\r\nMax-Forwards: 70\r\n"
            f"Contact: <sip:packets@127.0.0.1:{self._own}>\r\n"
            f"{content}Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def invite(self, number: int = 1) -> None:
        self.ask("INVITE", number, self._sdp)

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
        agreed = re.search(r"^CSeq: (\d+) INVITE", head, re.MULTILINE)
        if head.startswith("SIP/2.0 200") and agreed is not None:
            self._tag = _found(r"^To:[^\r]*(;tag=[^;\r]+)", head)
            self.ask("ACK", int(agreed[1]))
            if not self.answer.done():
                self.answer.set_result(int(_found(r"^m=audio (\d+)", body)))
        elif not head.startswith(("SIP/2.0", "ACK")):
            self._agree(head)

    def _agree(self, head: str) -> None:
        said = re.findall(r"^(?:Via|From|To|Call-ID|CSeq):[^\r]*", head, re.MULTILINE)
        body = self._sdp if head.startswith("INVITE") else ""
        lines = [
            "SIP/2.0 200 OK",
            *said,
            f"Contact: <sip:packets@127.0.0.1:{self._own}>",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self._send("\r\n".join(lines) + "\r\n\r\n" + body)
        if head.startswith("BYE"):
            self.over.set()

    def _send(self, message: str) -> None:
        self._transport.sendto(message.encode(), self._there)


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    assert match is not None, text
    return match[1]


class _Rtp(asyncio.DatagramProtocol):
    """Takes the hotline's sound."""

    def __init__(self) -> None:
        self.frames: asyncio.Queue[bytes] = asyncio.Queue()

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) > _HEAD.size and data[1] & 0x7F == A_LAW:
            self.frames.put_nowait(alaw_decode(data[_HEAD.size :]))


class PacketPhone:
    """In a call."""

    def __init__(self, sip: _Sip, rtp: asyncio.DatagramTransport, heard: _Rtp, port: int) -> None:
        self._sip = sip
        self._rtp = rtp
        self._heard = heard
        self._there = ("127.0.0.1", port)

    @property
    def over(self) -> bool:
        """Whether the hotline has hung up."""
        return self._sip.over.is_set()

    async def send(self, packets: Iterable[Packet]) -> float:
        """Each at its time; when the first second began, as the loop tells time."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        for packet in packets:
            await asyncio.sleep(max(0.0, began + packet.at_s - loop.time()))
            self._rtp.sendto(packet.on_the_wire(), self._there)
        return began

    async def frames(self) -> AsyncIterator[bytes]:
        """What comes, packet by packet as it comes."""
        while True:
            yield await self._heard.frames.get()

    def refresh(self, number: int, *, by_update: bool) -> None:
        """Keep the call alive as it is (RFC 4028), by this request of the call, counted from 2."""
        if by_update:
            self._sip.ask("UPDATE", number)
        else:
            self._sip.invite(number)

    def hang_up(self) -> None:
        self._sip.ask("BYE", _LAST)


@asynccontextmanager
async def packet_phone(hotline: int) -> AsyncIterator[PacketPhone]:
    """A call that the hotline on this port has answered; hung up at the end."""
    loop = asyncio.get_running_loop()
    local = ("127.0.0.1", 0)
    rtp, heard = await loop.create_datagram_endpoint(_Rtp, local_addr=local)
    port = rtp.get_extra_info("sockname")[1]
    transport, sip = await loop.create_datagram_endpoint(
        lambda: _Sip(hotline, port), local_addr=local
    )
    try:
        sip.invite()
        yield PacketPhone(sip, rtp, heard, await sip.answer)
        sip.ask("BYE", _LAST)
        with suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await sip.over.wait()
    finally:
        transport.close()
        rtp.close()
