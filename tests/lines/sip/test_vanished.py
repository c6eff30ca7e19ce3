"""Parties that are not heard, vanish, or hold us for ever: their calls come to an end."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.config.sip import Sip
from ivr.core.measures import Tally
from ivr.core.pcm import FRAME_S
from ivr.core.records import CallRecord
from tests.lines.sip import scenarios
from tests.lines.sip.baresip import RATE, softphone
from tests.lines.sip.house import (
    House,
    connected,
    eventually,
    hotline,
    telephone,
    tone,
    until_sound,
)
from tests.lines.sip.packets import comfort_noise, packet_phone, packets_of
from tests.lines.sip.sipp import called, sipp

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def folder() -> Iterator[Path]:
    """baresip's settings cannot name a folder with a space."""
    with tempfile.TemporaryDirectory(prefix="baresip-") as name:
        yield Path(name)


async def ended(house: House) -> CallRecord:
    (record,) = await house.records()
    await eventually(lambda: not house.line._calls.live)
    return record


async def test_who_is_never_heard_is_told_of_and_cut_off(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with hotline(Sip(port=0, rtp_timeout_s=7)) as house:
        await sipp(tmp_path, scenarios.IS_SILENT, house.line.port)
        record = await ended(house)
        assert house.metrics.snapshot().tallies[Tally.ONE_WAY_CALLS] == 1
    assert record.end is not None
    assert record.end.cause == "network"
    [told] = [each for each in caplog.records if "no sound comes" in each.msg]
    assert vars(told)["account"] == "local"
    assert vars(told)["sip_call"] == record.start.trace["Call-ID"]


async def test_who_vanishes_without_a_word_is_cut_off(folder: Path) -> None:
    silence = bytes(2 * RATE * 60)
    async with (
        hotline(Sip(port=0, rtp_timeout_s=5)) as house,
        softphone(folder, house.address, silence) as phone,
    ):
        await house.leg()
        await asyncio.sleep(2)
        phone.freeze()
        record = await ended(house)
        assert house.metrics.snapshot().tallies[Tally.ONE_WAY_CALLS] == 0
    assert record.end is not None
    assert record.end.cause == "network"


@pytest.mark.parametrize("spoken", [0, 50])
async def test_whose_comfort_noise_is_all_that_comes_is_not_cut_off_until_it_stops(
    spoken: int,
) -> None:
    async with (
        hotline(Sip(port=0, rtp_timeout_s=5)) as house,
        packet_phone(house.line.port) as phone,
    ):
        await phone.send(packets_of([tone(8_000, FRAME_S)] * spoken))
        await phone.send(comfort_noise(seconds=9, first=spoken))
        assert not phone.over
        record = await ended(house)
    assert record.end is not None
    assert record.end.cause == "network"


async def test_who_holds_us_for_ever_is_cut_off(tmp_path: Path) -> None:
    async with hotline(Sip(port=0, rtp_timeout_s=5, longest_hold_s=10)) as house:
        await sipp(tmp_path, scenarios.HOLDS_FOR_EVER, house.line.port)
        record = await ended(house)
    assert record.end is not None
    assert record.end.cause == "hold"


async def test_whom_we_call_and_never_hear_is_cut_off(tmp_path: Path) -> None:
    """A site whose sound is lost would otherwise keep its caller and a line for ever."""
    async with called(tmp_path, scenarios.TAKES_A_CALL) as there:
        async with hotline(Sip(port=0, rtp_timeout_s=5, dial_to=(there.address,))) as house:
            other = await connected(house.line, there.address)
            async for _ in other.frames():
                pass
            assert other.ended_by == "network"
        await there.finished()


async def test_whom_we_call_and_hear_is_not_cut_off() -> None:
    settings = Sip(port=0, rtp_timeout_s=5)
    async with hotline(settings) as house, telephone(house.address, rtp_timeout_s=5) as phone:
        leg = await connected(phone, house.address)
        await until_sound(leg)
        await asyncio.sleep(7)
        assert len(house.register) == 1
        assert leg.ended_by is None
        await leg.hang_up()
