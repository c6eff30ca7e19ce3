"""A telephone that is not ours (SIPp) calls, misbehaves, and floods the line."""

import asyncio
import socket
from pathlib import Path

import psutil
import pytest

from ivr.config.sip import Sip, SipAccount
from ivr.core.measures import Tally
from tests.lines.sip import scenarios
from tests.lines.sip.house import connected, eventually, hotline, telephone, until_sound
from tests.lines.sip.sipp import sipp

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ONLY_ONE_PEER = SipAccount(
    name="trunk",
    user="hotline",
    server="127.0.0.1",
    registers=False,
    peers=("127.0.0.1",),
)


@pytest.mark.parametrize("transport", ["u1", "t1"])
async def test_a_call_from_answer_to_bye(tmp_path: Path, transport: str) -> None:
    async with hotline() as house:
        await sipp(tmp_path, scenarios.BASIC, house.line.port, "-m", "3", "-t", transport)
        records = await house.records(3)
    assert [record.end.cause for record in records if record.end] == ["caller"] * 3
    assert {record.start.caller for record in records} == {"sipp"}


async def test_a_cancel_while_it_rings(tmp_path: Path) -> None:
    async with hotline(Sip(port=0, rings=3)) as house:
        await sipp(tmp_path, scenarios.CANCELLED, house.line.port)
        await eventually(lambda: not house.line._calls.live)
        assert len(house.register) == 0


async def test_a_cancel_after_the_answer_ends_nothing(tmp_path: Path) -> None:
    async with hotline() as house:
        await sipp(tmp_path, scenarios.LATE_CANCEL, house.line.port)
        (record,) = await house.records()
    assert record.end is not None
    assert record.end.cause == "caller"


async def test_hold_and_resume_by_re_invite(tmp_path: Path) -> None:
    async with hotline() as house:
        calling = asyncio.create_task(sipp(tmp_path, scenarios.HOLD, house.line.port))
        leg = await house.leg()
        await eventually(lambda: leg.held_by_party)
        await eventually(lambda: not leg.held_by_party)
        await calling
        await house.records()


async def test_who_may_not_send_us_on_and_takes_us_off_hold_is_heard_again(tmp_path: Path) -> None:
    scenario = scenarios.HOLDS_AND_WANTS_TO_SEND_US_ON
    async with hotline() as house:
        calling = asyncio.create_task(sipp(tmp_path, scenario, house.line.port))
        leg = await house.leg()
        await eventually(lambda: leg.held_by_party)
        await eventually(lambda: not leg.held_by_party or calling.done())
        assert not leg.held_by_party
        await calling


async def test_a_codec_that_nobody_speaks_is_not_acceptable_here(tmp_path: Path) -> None:
    async with hotline() as house:
        await sipp(tmp_path, scenarios.UNSUPPORTED, house.line.port)
        await eventually(lambda: not house.line._calls.live)


async def test_the_caller_s_order_of_codecs_counts(tmp_path: Path) -> None:
    """As the documentation says: who wants G.722 has to offer it first."""
    async with hotline() as house:
        calling = asyncio.create_task(
            sipp(tmp_path, scenarios.OFFERS_A_LAW_FIRST, house.line.port)
        )
        leg = await house.leg()
        assert leg.rate == 8_000
        await calling


async def test_a_key_by_sip_info(tmp_path: Path) -> None:
    async with hotline() as house:
        calling = asyncio.create_task(sipp(tmp_path, scenarios.INFO_KEY, house.line.port))
        leg = await house.leg()
        pressed: list[str] = []
        leg.pressed = pressed.append  # type: ignore[assignment,method-assign]
        await calling
        assert pressed == ["0"]


async def test_both_sides_hang_up_at_once(tmp_path: Path) -> None:
    async with hotline() as house:
        calling = asyncio.create_task(sipp(tmp_path, scenarios.BOTH_HANG_UP, house.line.port))
        leg = await house.leg()
        await asyncio.sleep(0.5)
        await leg.hang_up()
        await calling
        await house.records()
        assert not house.line._calls.live


async def test_who_says_more_than_can_be_read_takes_no_line(tmp_path: Path) -> None:
    """Their call used to ring on unseen: twenty of them, and the line was full."""
    async with hotline() as house:
        await sipp(tmp_path, scenarios.HAS_MUCH_TO_SAY, house.line.port, "-m", "1", "-t", "t1")
        assert house.metrics.snapshot().tallies[Tally.REFUSED_NAMELESS] == 1
        assert not house.line._calls.live


MALFORMED = [
    b"",
    b"\r\n\r\n",
    b"INVITE",
    b"INVITE sip:hotline@127.0.0.1 SIP/2.0\r\n\r\n",
    b"INVITE sip:hotline@127.0.0.1 SIP/9.9\r\nVia: x\r\nCSeq: -1 BYE\r\n\r\n",
    b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9\r\nCSeq: 1 INVITE\r\n\r\n",
    b"\x00" * 1200,
    b"\xff" * 60_000,
    b"INVITE sip:" + b"a" * 60_000 + b"@x SIP/2.0\r\n\r\n",
    b"INVITE sip:hotline@x SIP/2.0\r\n" + b"Via: SIP/2.0/UDP 127.0.0.1\r\n" * 1500 + b"\r\n",
    b"INVITE sip:h@x SIP/2.0\r\nContent-Length: 99999999\r\nVia: SIP/2.0/UDP 127.0.0.1\r\n\r\nv=0",
    b"REGISTER sip:x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx\r\nCall-ID: x\r\n"
    b"From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n",
]


async def test_malformed_and_oversized_messages_change_nothing() -> None:
    async with hotline() as house, telephone(house.address) as phone:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for packet in MALFORMED * 5:
                sock.sendto(packet, ("127.0.0.1", house.line.port))
        for packet in MALFORMED:
            reader, writer = await asyncio.open_connection("127.0.0.1", house.line.port)
            writer.write(packet)
            writer.close()
        await until_sound(await connected(phone, house.address))
        assert house.metrics.snapshot().tallies[Tally.LINE_RESTARTS] == 0


async def test_a_flood_from_a_stranger_costs_next_to_nothing(tmp_path: Path) -> None:
    """200 INVITEs a second from an unknown address, while somebody has a call."""
    settings = Sip(port=0, accounts=(ONLY_ONE_PEER,))
    async with hotline(settings) as house, telephone(house.address) as phone:
        leg = await connected(phone, house.address)
        await until_sound(leg)
        assert house.line.pid is not None
        stack = psutil.Process(house.line.pid)
        flood = ("-m", "1000", "-r", "200", "-l", "2000")
        before = stack.cpu_times()
        began = asyncio.get_running_loop().time()
        await sipp(tmp_path, scenarios.KNOCK, house.line.port, *flood, source="127.9.9.9")
        seconds = asyncio.get_running_loop().time() - began
        after = stack.cpu_times()
        spent = after.user + after.system - before.user - before.system
        assert len(house.register) == 1
        assert spent / seconds < 0.3
        await leg.hang_up()


async def test_a_flood_of_calls_from_a_known_address_hears_the_busy_tone(tmp_path: Path) -> None:
    async with hotline(Sip(port=0, max_calls=2)) as house, telephone(house.address) as phone:
        leg = await connected(phone, house.address)
        await sipp(
            tmp_path, scenarios.KNOCK, house.line.port, "-m", "400", "-r", "200", "-l", "1000"
        )
        assert house.metrics.snapshot().tallies[Tally.REFUSED_FULL] >= 1
        assert sum(house.line._calls.live.values()) <= 2
        assert await house.line.ready()
        await leg.hang_up()
