"""Telephone calls over loopback: our own line at both ends, scripted engines behind one."""

import asyncio
import os
import signal
import socket

import pytest

from ivr.config.sip import Sip, SipAccount
from ivr.core.errors import ConfigError, LineFailed
from ivr.core.measures import Tally
from ivr.core.records import Outcome
from ivr.core.telephony import (
    DialFailure,
    DialReason,
    TransferFailure,
    TransferReason,
)
from ivr.lines.sip.leg import SipLeg
from ivr.lines.sip.line import open_sip_line
from ivr.observe.metrics import Metrics
from tests.lines.sip.house import (
    connected,
    eventually,
    hotline,
    over,
    speak,
    telephone,
    until_silence,
    until_sound,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize(
    ("codec", "rate"), [("g722", 16_000), ("opus", 48_000), ("pcma", 8_000), ("pcmu", 8_000)]
)
async def test_a_question_by_telephone_is_answered(codec: str, rate: int) -> None:
    async with (
        hotline(hears=["Wann haben Sie geöffnet?"]) as house,
        telephone(house.address, codec=codec) as phone,
    ):
        leg = await connected(phone, house.address)
        assert leg.rate == rate
        await until_sound(leg)
        await until_silence(leg)
        await speak(leg, 1.5)
        await until_sound(leg)
        await leg.hang_up()
        (record,) = await house.records()
    assert "Wann haben Sie geöffnet?" in [turn.text for turn in record.turns]
    assert record.start.line == "sip"
    assert record.start.caller == "hotline"
    assert record.end is not None
    assert record.end.cause == "caller"


async def test_what_the_network_calls_the_call_is_on_record() -> None:
    async with hotline() as house, telephone(house.address) as phone:
        headers = {"X-Trace-ID": "4711", "X-Secret": "s", "Privacy": "id"}
        leg = await phone.dial(house.address, headers=headers)
        assert isinstance(leg, SipLeg)
        await leg.hang_up()
        (record,) = await house.records()
    trace = dict(record.start.trace)
    assert trace.pop("Call-ID") == leg.trace["Call-ID"]
    assert "baresip" in trace.pop("User-Agent")
    assert trace == {"X-Trace-ID": "4711", "Privacy": "id"}
    assert record.start.caller is None


async def test_keys_arrive_each_once_and_in_order() -> None:
    async with hotline() as house, telephone(house.address) as phone:
        other = await connected(phone, house.address)
        leg = await house.leg()
        pressed: list[str] = []
        leg.pressed = pressed.append  # type: ignore[assignment,method-assign]
        assert await other.send_keys("12#*0")
        await eventually(lambda: len(pressed) == 5)
        assert "".join(pressed) == "12#*0"
        await other.hang_up()


async def test_while_the_caller_holds_us_time_stands_still() -> None:
    """No no-input, no hang-up: the call is where it was when they come back."""
    async with hotline() as house, telephone(house.address) as phone:
        leg = await connected(phone, house.address)
        await until_silence(leg, frames=25)
        assert await leg.hold()
        await asyncio.sleep(9)
        assert len(house.register) == 1
        assert await leg.resume()
        await asyncio.sleep(0.5)
        await leg.hang_up()
        (record,) = await house.records()
    assert [turn.who for turn in record.turns] == ["hotline"] * len(record.turns)
    assert sum("?" in turn.text or "." in turn.text for turn in record.turns) <= 2


async def test_whom_we_have_called_and_who_holds_us_is_heard_all_the_same() -> None:
    """The hotline that is called here puts us on hold; it is silent, so music of ours is heard."""
    async with hotline() as house, telephone(house.address) as phone:
        leg = await connected(phone, house.address)
        await until_silence(leg, frames=25)
        assert await (await house.leg()).hold()
        await eventually(lambda: leg.held_by_party)
        await until_sound(leg)
        await speak(leg, 0.5)
        await leg.hang_up()


async def test_a_caller_who_gives_up_while_it_rings_leaves_nothing_behind() -> None:
    async with hotline(Sip(port=0, rings=2)) as house, telephone(house.address) as phone:
        failure = await phone.dial(house.address, timeout_s=1)
        assert failure == DialFailure(DialReason.NO_ANSWER)
        await eventually(lambda: not house.line._calls.live)
        assert len(house.register) == 0
        # The line is as good as before.
        dialling = asyncio.create_task(phone.dial(house.address))
        await asyncio.sleep(0.5)
        dialling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await dialling
        await eventually(lambda: not house.line._calls.live)


async def test_it_is_answered_after_the_rings() -> None:
    async with hotline(Sip(port=0, rings=1)) as house, telephone(house.address) as phone:
        began = asyncio.get_running_loop().time()
        leg = await connected(phone, house.address)
        assert asyncio.get_running_loop().time() - began > 4.5
        await leg.hang_up()


async def test_more_calls_than_lines_hear_the_busy_tone_and_are_counted() -> None:
    async with hotline(Sip(port=0, max_calls=1)) as house, telephone(house.address) as phone:
        leg = await connected(phone, house.address)
        failure = await phone.dial(house.address)
        assert failure == DialFailure(DialReason.BUSY, 486)
        assert house.metrics.snapshot().tallies[Tally.REFUSED_FULL] == 1
        await leg.hang_up()
        await house.records()
        await (await connected(phone, house.address)).hang_up()


async def test_calls_that_ring_somewhere_take_up_lines() -> None:
    async with hotline(Sip(port=0, rings=1)) as house, telephone(house.address, max_calls=1) as us:
        dialling = asyncio.create_task(us.dial(house.address))
        await eventually(lambda: bool(house.line._calls.live))
        assert await us.dial(house.address) == DialFailure(DialReason.FULL)
        leg = await dialling
        assert isinstance(leg, SipLeg)
        assert await us.dial(house.address) == DialFailure(DialReason.FULL)
        await leg.hang_up()
        await (await connected(us, house.address)).hang_up()


async def test_a_call_that_cannot_be_answered_takes_up_no_line() -> None:
    async with hotline(Sip(port=0, max_calls=1)) as house, telephone(house.address) as phone:
        calls, process = house.line._calls, house.line._process
        assert process is not None
        # The stack says that it has no such call, as it does when it has just ended.
        calls.happened(
            {
                "event": "incoming",
                "call": 999,
                "account": "local",
                "peer": "sip:x@127.0.0.1",
                "sip_id": "x",
                "headers": {"To": "<sip:hotline@127.0.0.1>"},
                "source": None,
                "registrar": False,
                "dialled": "",
            }
        )
        await eventually(lambda: not calls.live)
        await (await connected(phone, house.address)).hang_up()


async def test_both_hang_up_at_once() -> None:
    async with hotline() as house, telephone(house.address) as phone:
        legs = [await connected(phone, house.address) for _ in range(4)]
        await until_sound(legs[0])
        await asyncio.gather(*(leg.hang_up() for leg in legs), house.register.drain(0.0))
        assert len(house.register) == 0
        assert not house.line._calls.live


async def test_a_draining_line_takes_no_new_call_and_lets_live_ones_finish() -> None:
    async with hotline() as house, telephone(house.address) as phone:
        leg = await connected(phone, house.address)
        house.line.stop_taking()
        assert await phone.dial(house.address) == DialFailure(DialReason.BUSY, 486)
        draining = asyncio.create_task(house.register.drain(10))
        await until_sound(leg)
        await over(leg)
        await draining
        (record,) = await house.records()
    assert record.end is not None
    assert record.end.cause == "drain"


async def test_who_rings_when_the_line_drains_hears_the_busy_tone() -> None:
    """Instead of being answered and hung up on at once."""
    async with hotline(Sip(port=0, rings=1)) as house, telephone(house.address) as phone:
        dialling = asyncio.create_task(phone.dial(house.address))
        await eventually(lambda: bool(house.line._calls.live))
        house.line.stop_taking()
        assert await dialling == DialFailure(DialReason.BUSY, 486)
        assert not house.line._calls.live
        assert house.metrics.snapshot().tallies[Tally.REFUSED_DRAINING] == 1


async def test_a_stack_that_dies_is_started_again_and_told_of() -> None:
    async with hotline() as house, telephone(house.address) as phone:
        port = house.line.port
        leg = await connected(phone, house.address)
        await house.leg()
        assert house.line.pid is not None
        os.kill(house.line.pid, signal.SIGKILL)
        await eventually(lambda: bool(house.line.missing()))
        assert not await house.line.ready()
        (record,) = await house.records()
        assert record.end is not None
        assert record.end.outcome is not Outcome.FAILED
        await eventually(lambda: not house.line.missing())
        assert house.line.port == port
        assert house.metrics.snapshot().tallies[Tally.LINE_RESTARTS] == 1
        await leg.hang_up()
        await until_sound(await connected(phone, house.address))


async def test_a_stack_that_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.lines.sip.stack_process.PING_S", 1.0)
    async with hotline() as house, telephone(house.address) as phone:
        await connected(phone, house.address)
        await house.leg()
        await asyncio.sleep(3)
        assert house.metrics.snapshot().tallies[Tally.LINE_RESTARTS] == 0
        assert house.line.pid is not None
        os.kill(house.line.pid, signal.SIGSTOP)
        await house.records()
        await eventually(lambda: not house.line.missing())
        assert house.metrics.snapshot().tallies[Tally.LINE_RESTARTS] == 1
        await until_sound(await connected(phone, house.address))


async def test_only_what_is_allowed_is_called() -> None:
    async with hotline() as house, telephone(house.address) as phone:
        for target in ("sip:x@127.0.0.1:9", "+4956112345", house.address + ";x"):
            assert await phone.dial(target) == DialFailure(DialReason.NOT_ALLOWED)


async def test_somebody_who_is_not_there_cannot_be_reached() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        nobody = f"sip:x@127.0.0.1:{sock.getsockname()[1]}"
        async with telephone(nobody) as phone:
            failure = await phone.dial(nobody, timeout_s=2)
    assert failure == DialFailure(DialReason.NO_ANSWER)


async def test_a_blind_transfer_sends_the_caller_elsewhere_or_leaves_them_here() -> None:
    sip = Sip(port=0, dial_to=("sip:target@127.0.0.1:9",))
    async with hotline(sip) as house, telephone(house.address) as phone:
        await connected(phone, house.address)
        leg = await house.leg()
        assert await leg.transfer("+4956112345") == TransferFailure(TransferReason.NOT_ALLOWED)
        # The telephone at the other end is one of ours, and those refuse to be sent around.
        refused = await leg.transfer("sip:target@127.0.0.1:9", timeout_s=5)
        assert refused == TransferFailure(TransferReason.REFUSED, 501)
        assert len(house.register) == 1


async def test_a_port_that_is_taken_is_named_with_its_cure() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        with pytest.raises(LineFailed, match=f"{port}.*choose another `port` under"):
            async with open_sip_line(Sip(port=port), Metrics(), {}):
                pass


async def test_a_missing_password_is_told_before_anything_starts() -> None:
    account = SipAccount(name="a", user="u", server="x", password_env="SIP_SECRET")
    with pytest.raises(ConfigError, match="SIP_SECRET"):
        async with open_sip_line(Sip(port=0, accounts=(account,)), Metrics(), {}):
            pass
