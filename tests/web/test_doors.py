"""Connections that say nothing, by real sockets: they must not take the room of others."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from ivr.web import doors as house
from ivr.web.doors import Doors
from ivr.web.server import Reach, serve
from tests.web.tls import certificate

HERE, NEIGHBOUR = "127.0.0.1", "127.0.0.2"


def nobody(_: str) -> bool:
    return False


@pytest.fixture(autouse=True)
def _loopback_is_like_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "_is_near", nobody)


def app() -> FastAPI:
    made = FastAPI(openapi_url=None)

    @made.get("/")
    async def front() -> str:
        return "Guten Tag"

    @made.get("/stream")
    async def stream() -> StreamingResponse:
        async def beats() -> AsyncIterator[str]:
            while True:
                yield "."
                await asyncio.sleep(0.05)

        return StreamingResponse(beats())

    return made


@asynccontextmanager
async def idle(port: int, number: int, address: str) -> AsyncIterator[list[asyncio.StreamReader]]:
    """Connections from `address` over which nothing is said."""
    made = [
        await asyncio.open_connection(HERE, port, local_addr=(address, 0)) for _ in range(number)
    ]
    try:
        yield [reader for reader, _ in made]
    finally:
        for _, writer in made:
            writer.close()


async def ended(readers: list[asyncio.StreamReader], number: int) -> int:
    """How many are over, once at least `number` are."""

    def over() -> int:
        return sum(reader.at_eof() or reader.exception() is not None for reader in readers)

    while over() < number:  # noqa: ASYNC110 - what is waited for lies outside the program
        await asyncio.sleep(0.01)
    return over()


async def greeted(port: int) -> bool:
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.get(f"http://{HERE}:{port}/")
        return answer.is_success


async def test_nobody_has_more_than_their_share() -> None:
    doors = Doors(nobody, most=100, most_each=5)
    async with (
        serve(app(), HERE, 0, "web.port", doors=doors) as port,
        idle(port, 30, NEIGHBOUR) as connections,
    ):
        assert await ended(connections, 25) == 25
        assert await greeted(port)
    assert doors.open == 0


async def test_where_there_is_no_room_the_longest_silent_go() -> None:
    doors = Doors(nobody, most=10, most_each=100)
    async with (
        serve(app(), HERE, 0, "web.port", doors=doors) as port,
        httpx.AsyncClient(trust_env=False) as browser,
        browser.stream("GET", f"http://{HERE}:{port}/stream") as stream,
    ):
        heard = stream.aiter_bytes()
        await anext(heard)
        async with idle(port, 9, NEIGHBOUR) as first:
            for _ in range(3):
                await anext(heard)
            async with idle(port, 5, NEIGHBOUR):
                assert await ended(first, 5) == 5
                assert await greeted(port)
                await anext(heard)
                assert doors.open <= 11


async def test_whoever_says_nothing_for_long_is_sent_away() -> None:
    doors = Doors(nobody, silent_s=0.2)
    async with (
        serve(app(), HERE, 0, "web.port", doors=doors) as port,
        idle(port, 3, NEIGHBOUR) as connections,
    ):
        assert await ended(connections, 3) == 3
        assert await greeted(port)


async def test_whoever_never_agrees_on_tls_counts_as_well(tmp_path: Path) -> None:
    made, key = await asyncio.to_thread(certificate, tmp_path)
    doors = Doors(nobody, most=100, most_each=5)
    context = ssl.create_default_context(cafile=str(made))
    async with (
        serve(app(), HERE, 0, "web.port", Reach(made, key), doors) as port,
        idle(port, 12, NEIGHBOUR) as connections,
        httpx.AsyncClient(verify=context, trust_env=False) as browser,
    ):
        assert await ended(connections, 7) == 7
        assert (await browser.get(f"https://{HERE}:{port}/")).json() == "Guten Tag"


async def test_a_proxy_has_all_visitors_connections() -> None:
    doors = Doors(NEIGHBOUR.__eq__, most=100, most_each=5)
    async with (
        serve(app(), HERE, 0, "web.port", doors=doors) as port,
        idle(port, 30, NEIGHBOUR) as connections,
    ):
        assert await greeted(port)
        assert doors.open >= 30
        assert not any(reader.at_eof() for reader in connections)
