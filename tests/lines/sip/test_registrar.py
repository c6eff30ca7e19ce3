"""The line logs on at a registrar that is not ours, and calls go both ways through it."""

import asyncio
from pathlib import Path

import pytest

from ivr.app.lines import Lines
from ivr.config.sip import Sip, SipAccount, Transport
from ivr.core.telephony import DialFailure
from ivr.lines.sip.line import SipLine, open_sip_line
from ivr.lines.sip.registrations import Trouble
from ivr.observe.metrics import Metrics
from tests.lines.sip.house import (
    connected,
    eventually,
    hotline,
    speak,
    telephone,
    until_silence,
    until_sound,
)
from tests.lines.sip.registrar import PASSWORD, Registrar, registrar

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def account(at: Registrar, user: str = "hotline", transport: Transport = "udp") -> SipAccount:
    return SipAccount(
        name="pbx",
        user=user,
        server=at.place,
        password_env="PBX_PASSWORD",
        transport=transport,
    )


def settings(at: Registrar, **rest: object) -> Sip:
    return Sip.model_validate({"port": 0, "accounts": (account(at),), **rest})


PASSWORDS = {"PBX_PASSWORD": PASSWORD}


async def logged_on(line: SipLine) -> None:
    await eventually(lambda: not line.missing())


async def test_a_call_through_the_registrar_is_answered(tmp_path: Path) -> None:
    async with registrar(tmp_path) as pbx:
        to = f"sip:hotline@{pbx.place}"
        async with (
            hotline(settings(pbx), hears=["Wann haben Sie geöffnet?"], env=PASSWORDS) as house,
            telephone(to) as phone,
        ):
            await logged_on(house.line)
            assert house.line.addresses == [to]
            leg = await connected(phone, to)
            await until_sound(leg)
            await until_silence(leg)
            await speak(leg, 1.5)
            await until_sound(leg)
            await leg.hang_up()
            (record,) = await house.records()
    assert "Wann haben Sie geöffnet?" in [turn.text for turn in record.turns]
    assert record.start.called == "hotline"


async def test_a_call_out_shows_its_password_to_the_proxy(tmp_path: Path) -> None:
    async with registrar(tmp_path) as pbx:
        to = f"sip:colleague@{pbx.place}"
        colleague = settings(pbx, accounts=(account(pbx, "colleague"),), rtp_ports="20000-21999")
        async with (
            hotline(settings(pbx, dial_to=(to,)), env=PASSWORDS) as house,
            open_sip_line(colleague, Metrics(), PASSWORDS) as phone,
        ):
            await logged_on(house.line)
            await logged_on(phone)
            leg = await house.line.dial(to)
            assert not isinstance(leg, DialFailure), leg
            other = await anext(aiter(phone.incoming()))
            assert other.caller == "hotline"
            await leg.hang_up()
            await other.hang_up()


async def test_a_wrong_password_is_told_and_not_tried_again_and_again(tmp_path: Path) -> None:
    async with registrar(tmp_path) as pbx:
        async with open_sip_line(settings(pbx), Metrics(), {"PBX_PASSWORD": "falsch"}) as line:
            await eventually(lambda: line.missing() == [f"pbx {Trouble.REFUSED}"])
            parts = Lines(line).parts
            assert [name for name, works in parts.items() if not await works()] == [
                "line sip",
                "line sip, account pbx",
            ]
            await asyncio.sleep(8)
            assert pbx.attempts <= 3
        # The one with the right password is not locked out with it.
        async with open_sip_line(settings(pbx), Metrics(), PASSWORDS) as line:
            await logged_on(line)


async def test_a_registrar_that_goes_away_and_comes_back_knows_us_again(tmp_path: Path) -> None:
    async with registrar(tmp_path) as pbx:
        by_tcp = settings(pbx, accounts=(account(pbx, transport="tcp"),))
        to = f"sip:hotline@{pbx.place}"
        async with hotline(by_tcp, env=PASSWORDS) as house, telephone(to) as phone:
            await logged_on(house.line)
            await pbx.stop()
            await eventually(lambda: house.line.missing() == [f"pbx {Trouble.UNREACHABLE}"])
            assert not await house.line.ready()
            await pbx.start()
            await logged_on(house.line)
            await (await connected(phone, to)).hang_up()


async def test_a_registrar_that_is_not_there_keeps_nothing_from_starting(tmp_path: Path) -> None:
    nobody = Registrar(tmp_path)
    by_tcp = settings(nobody, accounts=(account(nobody, transport="tcp"),))
    async with open_sip_line(by_tcp, Metrics(), PASSWORDS) as line:
        await eventually(lambda: line.missing() == [f"pbx {Trouble.UNREACHABLE}"])
