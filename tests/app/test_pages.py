"""The pages' start: whoever is to sign in first gets to know how, whatever happens before."""

import asyncio
import socket
from contextlib import suppress
from pathlib import Path

import httpx

from ivr.app.first_admin import FIRST_ADMIN
from ivr.app.pages import serve_shell
from ivr.config.web import Web
from ivr.core.errors import ConfigError, MissingPiece
from tests.ports import free_ports
from tests.web.shell import Browser, House, running_shell


async def start(house: House, web: Web) -> tuple[list[str], int]:
    """Lines that a start printed, and the status of a sign-in with the password in them."""
    lines: list[str] = []
    status = 0
    with suppress(MissingPiece, ConfigError):
        async with serve_shell(
            house.app, web, house.store, house.passwords, lines.append
        ) as address:
            for line in lines:
                if "one-time password:" in line:
                    async with Browser(base_url=address, trust_env=False) as browser:
                        answer = await browser.sign_in(FIRST_ADMIN, line.split()[-1])
                        status = answer.status_code
    return lines, status


async def test_the_first_password_is_told_once_and_opens_the_door(tmp_path: Path) -> None:
    [port] = free_ports(1)
    async with running_shell(tmp_path) as house:
        lines, status = await start(house, Web(port=port))
        assert status == httpx.codes.SEE_OTHER
        assert any(f"http://127.0.0.1:{port}/staff/sign-in" in line for line in lines)
        assert await start(house, Web(port=port)) == ([], 0)


async def test_a_start_that_fails_does_not_use_the_first_password_up(tmp_path: Path) -> None:
    broken = tmp_path / "cert.pem"
    await asyncio.to_thread(broken.write_text, "no certificate")
    async with running_shell(tmp_path) as house:
        with socket.create_server(("127.0.0.1", 0)) as other:
            web = Web(port=other.getsockname()[1])
            assert (await start(house, web))[0] == [], "the port is taken"
        unusable = web.model_copy(update={"certificate": broken, "certificate_key": broken})
        assert (await start(house, unusable))[0] == []
        assert not await house.store.anybody()
        _, status = await start(house, web)
        assert status == httpx.codes.SEE_OTHER
