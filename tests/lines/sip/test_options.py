"""Whether a call centre answers: asked of real sockets on loopback, answered by a few lines."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from ivr.lines.sip.options import Place, Prober, means_life, place_of, question

LONG_S, SHORT_S = 50.0, 0.7
Answer = Callable[[bytes], bytes | None]


class Exchange(asyncio.DatagramProtocol):
    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[bytes] = []

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.asked.append(data)
        if (told := self.answer(data)) is not None:
            self.transport.sendto(told, addr)


def answer(status: str, *, lost: int = 0) -> Answer:
    """As RFC 3261 § 8.2.6 wants it: Via, From, To, Call-ID and CSeq are copied."""
    left = [lost]

    def react(request: bytes) -> bytes | None:
        if left[0]:
            left[0] -= 1
            return None
        copied = [line for line in request.split(b"\r\n")[1:] if not line.startswith(b"Max")]
        return b"\r\n".join([f"SIP/2.0 {status}".encode(), *copied])

    return react


@asynccontextmanager
async def exchange(react: Answer) -> AsyncIterator[tuple[Exchange, str]]:
    loop = asyncio.get_running_loop()
    transport, it = await loop.create_datagram_endpoint(
        lambda: Exchange(react), local_addr=("127.0.0.1", 0)
    )
    try:
        port = transport.get_extra_info("sockname")[1]
        yield it, f"sip:hotline@127.0.0.1:{port}"
    finally:
        transport.close()


@pytest.mark.parametrize(
    ("status", "alive"),
    [
        ("200 OK", True),
        ("404 Not Found", True),
        ("405 Method Not Allowed", True),
        ("501 Not Implemented", True),
        ("503 Service Unavailable", False),
        ("408 Request Timeout", False),
    ],
)
async def test_what_an_answer_says_of_a_site(status: str, alive: bool) -> None:
    async with exchange(answer(status)) as (_, address):
        assert await Prober("127.0.0.1", LONG_S)(address) is alive


async def test_lost_packets_are_sent_again_and_the_same_question_is_asked() -> None:
    async with exchange(answer("200 OK", lost=2)) as (site, address):
        assert await Prober("127.0.0.1", LONG_S)(address)
        assert len(site.asked) == 3
        assert len(set(site.asked)) == 1, "a repetition is the same transaction"


async def test_nothing_there_is_told_by_the_machine_and_silence_by_patience() -> None:
    async with exchange(lambda _: None) as (site, address):
        assert not await Prober("127.0.0.1", SHORT_S)(address)
        assert len(site.asked) > 1
    assert not await Prober("127.0.0.1", SHORT_S)(address), "nothing listens there any more"


async def test_strangers_answers_and_provisional_ones_do_not_count() -> None:
    async with exchange(lambda _: b"SIP/2.0 200 OK\r\nVia: x;branch=z9hG4bKother\r\n\r\n") as (
        _,
        address,
    ):
        assert not await Prober("", SHORT_S)(address)
    assert means_life(b"SIP/2.0 100 Trying\r\nVia: x;branch=z9hG4bKa\r\n\r\n", "z9hG4bKa") is None


async def test_a_site_is_asked_over_tcp_where_its_address_says_so() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told = answer("200 OK")(await reader.readuntil(b"\r\n\r\n"))
        assert told is not None
        writer.write(told)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        address = f"sip:hotline@127.0.0.1:{port};transport=tcp"
        assert await Prober("127.0.0.1", LONG_S)(address)
    assert not await Prober("127.0.0.1", SHORT_S)(address)


def test_where_an_address_is_asked() -> None:
    assert place_of("sip:a@kapstadt.example") == Place("kapstadt.example", 5060, "udp")
    assert place_of("sip:kapstadt.example:5080") == Place("kapstadt.example", 5080, "udp")
    assert place_of("sip:a@h;transport=TCP") == Place("h", 5060, "tcp")
    assert place_of("sips:a@h") == Place("h", 5061, "tls")
    assert place_of("sip:a@[2001:db8::1]:5070") == Place("2001:db8::1", 5070, "udp")
    for number in ("+27215550100", "0561 471", "", "sip:a@h:99999"):
        assert place_of(number) is None


@given(st.binary(max_size=80), st.text("0123456789abcdef", min_size=8, max_size=8))
def test_no_packet_breaks_the_reading(packet: bytes, branch: str) -> None:
    assert means_life(packet, branch) in (True, False, None)


def test_the_question_is_a_whole_request() -> None:
    text = question("sip:a@h", "127.0.0.1:5062", "z9hG4bK0123456789abcdef", "udp").decode()
    head, _, body = text.partition("\r\n\r\n")
    assert body == ""
    names = [line.partition(":")[0] for line in head.split("\r\n")[1:]]
    for needed in ("Via", "Max-Forwards", "From", "To", "Call-ID", "CSeq"):
        assert names.count(needed) == 1, "RFC 3261 § 8.1.1"
