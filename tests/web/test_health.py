"""What monitoring and containers ask of the program, over real HTTP."""

import asyncio
import socket
import time
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI

from ivr.core.errors import MissingPiece
from ivr.observe.metrics import Metrics
from ivr.observe.prometheus import Exposition
from ivr.web import health
from ivr.web.health import Ready, health_part
from ivr.web.server import serve


def health_app(
    parts: dict[str, Ready],
    token: str | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> FastAPI:
    app = FastAPI(openapi_url=None)
    public = health_part(parts, Exposition(Metrics()), token, clock=clock).public
    assert public is not None
    app.include_router(public)
    return app


async def get(port: int, path: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(f"http://127.0.0.1:{port}{path}")


async def test_alive_and_ready_are_two_things() -> None:
    works = False

    async def understanding() -> bool:
        return works

    async def line() -> bool:
        return True

    now = [0.0]
    app = health_app({"understanding": understanding, "line": line}, clock=lambda: now[0])
    async with serve(app, "127.0.0.1", 0, "web.port") as port:
        assert (await get(port, "/health")).json() == {"status": "ok"}
        degraded = await get(port, "/ready")
        assert degraded.status_code == 503
        assert degraded.json() == {"status": "degraded", "missing": ["understanding"]}
        works = True
        now[0] += 3
        ready = await get(port, "/ready")
        assert (ready.status_code, ready.json()) == (200, {"status": "ok"})


async def test_however_many_ask_the_parts_are_looked_at_once() -> None:
    looks, now = [0], [0.0]

    async def store() -> bool:
        looks[0] += 1
        await asyncio.sleep(0.05)
        return False

    transport = httpx.ASGITransport(health_app({"store": store}, clock=lambda: now[0]))
    async with httpx.AsyncClient(transport=transport, base_url="http://h") as client:
        answers = await asyncio.gather(*(client.get("/ready") for _ in range(50)))
        assert {answer.status_code for answer in answers} == {503}
        assert looks == [1]
        now[0] += 3
        await client.get("/ready")
        assert looks == [2]


async def test_a_part_that_hangs_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs() -> bool:
        await asyncio.Event().wait()
        return True

    monkeypatch.setattr(health, "_PATIENCE_S", 0.05)
    transport = httpx.ASGITransport(health_app({"voice": hangs, "store": _fine}))
    async with httpx.AsyncClient(transport=transport, base_url="http://h") as client:
        assert (await client.get("/ready")).json()["missing"] == ["voice"]


async def _fine() -> bool:
    return True


async def test_nothing_else_is_told() -> None:
    async with serve(health_app({}), "127.0.0.1", 0, "web.port") as port:
        for path in ("/", "/docs", "/openapi.json"):
            assert (await get(port, path)).status_code == 404


async def test_a_port_that_is_taken_names_the_setting_and_leaves_the_other_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(MissingPiece, match="`web.port`"):
            async with serve(health_app({}), "127.0.0.1", port, "web.port"):
                pass


async def test_the_port_is_free_again_afterwards() -> None:
    async with serve(health_app({}), "127.0.0.1", 0, "web.port") as port:
        await get(port, "/health")
    async with serve(health_app({}), "127.0.0.1", port, "web.port") as again:
        assert (await get(again, "/health")).status_code == 200


async def test_metrics_are_for_this_machine_alone() -> None:
    app = health_app({})
    for address, headers, status in (
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.1", {}, 403),
        ("a name", {}, 403),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.1"}, 403),
    ):
        transport = httpx.ASGITransport(app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://h") as client:
            assert (await client.get("/metrics", headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("given", "status"), [("Bearer right", 200), ("Bearer wrong", 403), ("Ω", 403), ("", 403)]
)
async def test_metrics_are_for_whoever_has_the_token(given: str, status: int) -> None:
    transport = httpx.ASGITransport(health_app({}, "right"), client=("192.0.2.1", 1))
    headers = [(b"authorization", given.encode())]
    async with httpx.AsyncClient(transport=transport, base_url="http://h") as client:
        answer = await client.get("/metrics", headers=headers)
    assert answer.status_code == status
    assert ("ivr_calls_now" in answer.text) == (status == 200)
