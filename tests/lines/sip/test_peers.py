"""Who may call: an account's peers or the server it is logged on at; nobody else, at no cost."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import psutil
import pytest

from ivr.config.sip import Sip
from ivr.core.telephony import DialFailure
from ivr.lines.sip.line import open_sip_line
from ivr.observe.metrics import Metrics
from tests.lines.sip import scenarios
from tests.lines.sip.house import House, connected, eventually, hotline, telephone, until_sound
from tests.lines.sip.registrar import PASSWORD, Registrar, registrar
from tests.lines.sip.sipp import called, sipp

log = logging.getLogger(__name__)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PASSWORDS = {"PBX_PASSWORD": PASSWORD}
FLOOD = ("-m", "1000", "-r", "200", "-l", "2000")


def trunk(name: str, *peers: str, numbers: Sequence[str] = ()) -> Mapping[str, object]:
    return {
        "name": name,
        "user": name,
        "server": "127.0.0.1",
        "registers": False,
        "peers": peers,
        "numbers": numbers,
    }


def logged_on(at: Registrar) -> Mapping[str, object]:
    return {
        "name": "pbx",
        "user": "hotline",
        "server": at.place,
        "password_env": "PBX_PASSWORD",
    }


def settings(*accounts: Mapping[str, object], **rest: object) -> Sip:
    return Sip.model_validate({"port": 0, "accounts": accounts, **rest})


@pytest.mark.parametrize("name", ["127.0.0.5", "localhost"])
async def test_whom_we_call_is_heard_though_they_are_no_peer(tmp_path: Path, name: str) -> None:
    host = "127.0.0.1" if name == "localhost" else name
    async with called(tmp_path / "there", scenarios.TAKES_A_CALL, host) as there:
        target = there.address.replace(host, name)
        only = settings(trunk("trunk", "127.0.0.2"), dial_to=[target])
        async with open_sip_line(only, Metrics(), {}) as line:
            leg = await line.dial(target)
            assert not isinstance(leg, DialFailure), leg
            await leg.hang_up()
            # They may be called; calling in is for peers.
            await sipp(tmp_path / "in", scenarios.BUSY, line.port, source=host)
        await there.finished()


async def test_each_account_has_its_own_peers(tmp_path: Path) -> None:
    two = settings(trunk("hotline", "127.0.0.2"), trunk("other", "127.0.0.3", numbers=["056110"]))
    async with hotline(two) as house:
        await sipp(tmp_path / "2", scenarios.BASIC, house.line.port, source="127.0.0.2")
        await sipp(tmp_path / "3", scenarios.BUSY, house.line.port, source="127.0.0.3")
        await sipp(
            *(tmp_path / "4", scenarios.BASIC, house.line.port, "-m", "1", "-s", "056110"),
            source="127.0.0.3",
        )
        assert len(await house.records(2)) == 2


async def test_who_logs_on_is_called_from_there_only(tmp_path: Path) -> None:
    async with registrar(tmp_path) as pbx, hotline(settings(logged_on(pbx)), env=PASSWORDS) as us:
        await eventually(lambda: not us.line.missing())
        await sipp(tmp_path / "pbx", scenarios.BASIC, us.line.port)
        await sipp(tmp_path / "stranger", scenarios.FORBIDDEN, us.line.port, source="127.9.9.9")
        by_tcp = (tmp_path / "tcp", scenarios.BUSY, us.line.port, "-m", "1", "-t", "t1")
        await sipp(*by_tcp, source="127.9.9.9")
        assert len(await us.records()) == 1


async def _floods(house: House, folder: Path) -> float:
    """The part of a processor that the stack takes meanwhile."""
    assert house.line.pid is not None
    stack = psutil.Process(house.line.pid)
    before, began = stack.cpu_times(), asyncio.get_running_loop().time()
    await sipp(folder, scenarios.KNOCK, house.line.port, *FLOOD, source="127.9.9.9")
    seconds = asyncio.get_running_loop().time() - began
    after = stack.cpu_times()
    return (after.user + after.system - before.user - before.system) / seconds


@pytest.mark.parametrize("beside_a_trunk", [False, True])
async def test_a_flood_costs_little_where_the_kernel_cannot_tell_strangers(
    tmp_path: Path, beside_a_trunk: bool
) -> None:
    async with registrar(tmp_path) as pbx:
        accounts = [logged_on(pbx)]
        if beside_a_trunk:
            accounts.append(trunk("trunk", "127.0.0.1"))
        async with hotline(settings(*accounts), env=PASSWORDS) as house, AsyncExitStack() as more:
            await eventually(lambda: not house.line.missing())
            directly = f"sip:hotline@127.0.0.1:{house.line.port}"
            phone = await more.enter_async_context(telephone(directly))
            leg = await connected(phone, directly)
            await until_sound(leg)
            part = await _floods(house, tmp_path / "flood")
            log.info("the stack took %.0f %% of a processor", 100 * part)
            assert part < 0.5
            assert len(house.register) == 1
            await leg.hang_up()
