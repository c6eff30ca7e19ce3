"""TLS by certificate, and whose word about a request's origin is taken."""

import asyncio
import socket
import ssl
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request

from ivr.config.web import Web
from ivr.config.webrtc import WebRtc
from ivr.core.errors import ConfigError
from ivr.web.server import Reach, serve
from tests.lines.webrtc.test_offer import CHROMIUM
from tests.web.calls.reception import open_front
from tests.web.shell import HTML, Browser, running_shell
from tests.web.tls import certificate


def origin_app() -> FastAPI:
    app = FastAPI(openapi_url=None)

    @app.get("/")
    async def origin(request: Request) -> list[str]:
        assert request.client is not None
        return [request.url.scheme, request.client.host]

    return app


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="the system has no IPv6")
async def test_everywhere_is_ipv4_too_and_addresses_are_told_as_such() -> None:
    async with (
        serve(origin_app(), "::", 0, "web.port") as port,
        httpx.AsyncClient(trust_env=False) as browser,
    ):
        answer = await browser.get(f"http://127.0.0.1:{port}/")
        assert answer.json() == ["http", "127.0.0.1"]


async def test_pages_come_by_tls(tmp_path: Path) -> None:
    made, key = await asyncio.to_thread(certificate, tmp_path)
    context = ssl.create_default_context(cafile=str(made))
    async with (
        serve(origin_app(), "127.0.0.1", 0, "web.port", Reach(made, key)) as port,
        httpx.AsyncClient(verify=context, trust_env=False) as browser,
    ):
        answer = await browser.get(f"https://127.0.0.1:{port}/")
        assert answer.json() == ["https", "127.0.0.1"]


async def test_a_renewed_certificate_is_used_without_a_new_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("ivr.web.certificates.EVERY_S", 0.01)
    made, key = await asyncio.to_thread(certificate, tmp_path)
    renewed = await asyncio.to_thread(certificate, tmp_path / "new")
    old, new = made.read_text("utf-8"), renewed[0].read_text("utf-8")
    async with serve(origin_app(), "127.0.0.1", 0, "web.port", Reach(made, key)) as port:

        async def shown() -> str:
            return await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", port))

        assert await shown() == old
        # The key comes a moment later, as with every tool that writes two files.
        renewed[0].replace(made)
        while not caplog.messages:
            assert await shown() == old
        assert "cannot be used" in caplog.messages[0]
        renewed[1].replace(key)
        while await shown() != new:
            pass


async def test_a_certificate_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "cert.pem"
    for content in (None, "no certificate"):
        if content is not None:
            wrong.write_text(content, encoding="utf-8")
        with pytest.raises(ConfigError, match=r"\[web\] certificate"):
            async with serve(origin_app(), "127.0.0.1", 0, "web.port", Reach(wrong, wrong)):
                pass


@pytest.mark.parametrize(
    ("trusted", "believed"),
    [
        ("", False),
        ("192.0.2.0/24", False),
        ("127.0.0.0/8", True),
        ("127.0.0.1", True),
        ("192.0.2.1, 127.0.0.5/24", True),
    ],
)
async def test_only_a_trusted_proxy_is_believed(
    trusted: str, believed: bool, caplog: pytest.LogCaptureFixture
) -> None:
    proxies = Web(trusted_proxies=trusted).proxies
    told = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
    async with (
        serve(origin_app(), "127.0.0.1", 0, "web.port", Reach(proxies=proxies)) as port,
        httpx.AsyncClient(trust_env=False) as browser,
    ):
        address = f"http://127.0.0.1:{port}/"
        await browser.get(address)
        assert not caplog.messages, "nobody names anybody"
        answer = await browser.get(address, headers=told)
        await browser.get(address, headers=told)
    assert len(caplog.messages) == (0 if believed else 1), "told once"
    assert all("[web] trusted_proxies" in each for each in caplog.messages)
    assert answer.json() == (["https", "198.51.100.7"] if believed else ["http", "127.0.0.1"])


PROXY = Reach(proxies=Web(trusted_proxies="127.0.0.1").proxies)


def behind_proxy(port: int, visitor: str) -> Browser:
    """A browser whose requests a proxy on this machine passes on, having taken them by TLS."""
    told = {"X-Forwarded-For": visitor, "X-Forwarded-Proto": "https", "Host": "hotline.example"}
    return Browser(base_url=f"http://127.0.0.1:{port}", headers=HTML | told, trust_env=False)


async def test_behind_a_proxy_names_are_locked_by_the_visitors_address(tmp_path: Path) -> None:
    async with (
        running_shell(tmp_path) as house,
        serve(house.app, "127.0.0.1", 0, "web.port", PROXY) as port,
        behind_proxy(port, "198.51.100.7") as guessing,
        behind_proxy(port, "198.51.100.8") as elsewhere,
    ):
        await house.add("erika")
        for browser in (guessing, elsewhere):
            visitor = (await browser.get("/staff/sign-in")).headers["set-cookie"]
            assert visitor.startswith("__Host-ivr_visitor=")
            # The proxy's way here is no TLS: httpx would keep the cookie back.
            browser.headers["Cookie"] = visitor.split(";")[0]
        for _ in range(5):
            assert (await guessing.sign_in("erika", "falsch")).status_code == 403
        assert (await guessing.sign_in("erika")).status_code == 429
        answer = await elsewhere.sign_in("erika")
        assert answer.status_code == 303
        assert answer.headers["set-cookie"].startswith("__Host-ivr_session=")
        assert "; secure" in answer.headers["set-cookie"].lower()


async def test_behind_a_proxy_callers_are_counted_by_their_own_address(tmp_path: Path) -> None:
    async with (
        open_front(tmp_path, WebRtc(offers_per_minute=2)) as front,
        serve(front.app, "127.0.0.1", 0, "web.port", PROXY) as port,
        behind_proxy(port, "198.51.100.7") as one,
        behind_proxy(port, "198.51.100.8") as other,
    ):
        origin = {"Origin": "https://hotline.example"}

        async def asks(browser: Browser) -> int:
            return (
                await browser.post("/calls", json={"sdp": CHROMIUM}, headers=origin)
            ).status_code

        assert [await asks(one) for _ in range(3)] == [201, 201, 429]
        assert await asks(other) == 201
