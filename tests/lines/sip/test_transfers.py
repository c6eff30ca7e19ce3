"""Callers are sent on by REFER, with telephones that are not ours at both other ends."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ivr.config.desk import Desk as DeskSettings
from ivr.config.desk_plan import Plan, Queue
from ivr.config.sip import Sip
from ivr.core.ports import Leg
from ivr.core.records import Outcome
from ivr.core.telephony import (
    DialFailure,
    DialReason,
    TransferFailure,
    TransferReason,
    Transferred,
)
from ivr.desk.hub import Hub
from ivr.desk.office import open_office
from ivr.desk.phones import PhoneRing
from ivr.desk.premises import Premises
from ivr.lines.sip.leg import SipLeg
from ivr.lines.sip.line import SipLine
from ivr.store.desk_memory import MemoryDesk
from tests.desk.scene import OWN
from tests.lines.sip import scenarios
from tests.lines.sip.baresip import RATE, softphone
from tests.lines.sip.house import House, eventually, hotline, over
from tests.lines.sip.sipp import TRACED, Called, called, received, sipp

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

GONE = TransferFailure(TransferReason.FAILED)
SILENCE = bytes(2 * RATE * 60)


@pytest.fixture
def folder() -> Iterator[Path]:
    """baresip's settings cannot name a folder with a space."""
    with tempfile.TemporaryDirectory(prefix="baresip-") as name:
        yield Path(name)


def allowing(target: Called) -> Sip:
    return Sip(port=0, dial_to=(target.address,))


async def turns(house: House) -> int:
    """How much has been said."""
    found = [await house.store.call(each.start.call_id) for each in await house.store.calls()]
    return sum(len(call.turns) for call in found if call is not None)


async def goes_on(house: House) -> None:
    """Until the assistant has said something more."""
    before = await turns(house)
    while await turns(house) == before:  # noqa: ASYNC110 - what is waited for has no event
        await asyncio.sleep(0.05)


async def test_a_telephone_calls_where_it_is_sent_and_is_ours_no_more(folder: Path) -> None:
    async with (
        called(folder / "there", scenarios.TAKES_A_CALL) as there,
        hotline(allowing(there)) as house,
    ):
        async with softphone(folder, house.address, SILENCE):
            leg = await house.leg()
            assert await leg.transfer(there.address) == Transferred()
            await house.records()
            assert not house.line._calls.live
        await there.finished()
    [refer] = there.received("INVITE")[:1]
    assert "anna" in refer


async def test_where_it_is_busy_the_caller_is_back_with_the_assistant(folder: Path) -> None:
    async with (
        called(folder / "there", scenarios.IS_BUSY) as there,
        hotline(allowing(there)) as house,
        softphone(folder, house.address, SILENCE),
    ):
        leg = await house.leg()
        failed = TransferFailure(TransferReason.FAILED, 486)
        assert await leg.transfer(there.address) == failed
        assert not leg.held_by_party
        await goes_on(house)


@pytest.mark.parametrize(
    ("caller", "result"),
    [
        (scenarios.is_sent_on("486 Busy Here"), TransferFailure(TransferReason.FAILED, 486)),
        (scenarios.is_sent_on(""), GONE),
        (
            scenarios.is_sent_on(refusal="405 Method Not Allowed"),
            TransferFailure(TransferReason.REFUSED, 405),
        ),
    ],
)
async def test_who_is_not_sent_on_hears_us_again(
    tmp_path: Path, caller: str, result: TransferFailure
) -> None:
    """The destination is busy, nobody ever says what came of it, the telephone does not do it:
    directly, and after a word with somebody there. Nobody is left on hold."""
    async with called(tmp_path / "there", scenarios.TAKES_A_CALL) as there:
        async with hotline(allowing(there)) as house:
            for attended in (False, True):
                calling = asyncio.create_task(
                    sipp(tmp_path / "caller", caller, house.line.port, *TRACED)
                )
                leg = await house.leg()
                if attended:
                    other = await house.line.dial(there.address)
                    assert not isinstance(other, DialFailure)
                    assert await leg.transfer_to(other, timeout_s=3) == result
                    await other.hang_up()
                else:
                    assert await leg.transfer(there.address, timeout_s=3) == result
                await goes_on(house)
                await leg.hang_up()
                await calling
        await there.finished()
    for changes in (received(tmp_path / "caller", "INVITE"), there.received("INVITE")):
        assert off_hold(changes)


async def test_nobody_stays_on_hold_whose_telephone_takes_its_time(tmp_path: Path) -> None:
    """The transfer has failed before the other telephone has even confirmed that it is held."""
    caller = scenarios.is_sent_on(refusal="405 Method Not Allowed")
    async with called(tmp_path / "there", scenarios.AGREES_LATE) as there:
        async with hotline(allowing(there)) as house:
            calling = asyncio.create_task(
                sipp(tmp_path / "caller", caller, house.line.port, *TRACED)
            )
            leg = await house.leg()
            other = await house.line.dial(there.address)
            assert not isinstance(other, DialFailure)
            refused = TransferFailure(TransferReason.REFUSED, 405)
            assert await leg.transfer_to(other, timeout_s=3) == refused
            await eventually(lambda: off_hold(there.received("INVITE")))
            assert off_hold(received(tmp_path / "caller", "INVITE"))
            await goes_on(house)
            await leg.hang_up()
            await calling
            await eventually(lambda: len(there.received("ACK")) == 3)
            await other.hang_up()
        await there.finished()


async def test_who_cannot_be_taken_off_hold_is_not_left_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("ivr.lines.sip.leg._TRIES", 1)
    caller = scenarios.is_sent_on(refusal="405 Method Not Allowed")
    async with (
        called(tmp_path / "there", scenarios.AGREES_LATE) as there,
        hotline(allowing(there)) as house,
    ):
        calling = asyncio.create_task(sipp(tmp_path / "caller", caller, house.line.port, *TRACED))
        leg = await house.leg()
        other = await house.line.dial(there.address)
        assert isinstance(other, SipLeg)
        await leg.transfer_to(other, timeout_s=3)
        await over(other)
        assert "could not be taken off hold" in caplog.text
        await leg.hang_up()
        await calling


def off_hold(changes: list[str]) -> bool:
    """Who was put on hold and is off it again, by the changes that came."""
    return any("a=sendonly" in change for change in changes) and "a=sendrecv" in changes[-1]


async def test_who_cannot_be_joined_with_somebody_stays_with_us(folder: Path) -> None:
    """Debian's baresip knows no `Replaces`: it is not even asked."""
    async with (
        called(folder / "there", scenarios.TAKES_A_CALL) as there,
        hotline(allowing(there)) as house,
        softphone(folder, house.address, SILENCE),
    ):
        leg = await house.leg()
        other = await house.line.dial(there.address)
        assert not isinstance(other, DialFailure)
        assert await leg.transfer_to(other) == TransferFailure(TransferReason.REFUSED)
        await other.hang_up()
        await there.finished()
        assert "a=sendrecv" in there.received("INVITE")[-1]
        await goes_on(house)


class LaterLine:
    """Implements `Dialler` for an office that opens before the line."""

    line: SipLine | None = None

    def allows(self, target: str) -> bool:
        return self.line is not None and self.line.allows(target)

    async def dial(
        self, target: str, *, headers: Mapping[str, str] | None = None, timeout_s: float = 30.0
    ) -> Leg | DialFailure:
        if self.line is None:
            return DialFailure(DialReason.LINE_DOWN)
        return await self.line.dial(target, headers=headers, timeout_s=timeout_s)


@asynccontextmanager
async def hotline_with(site: Called) -> AsyncIterator[House]:
    """People are at a call centre only, where callers are sent on to."""
    far = OWN.model_copy(
        update={"id": "fern", "name": "Fern", "trunk": site.address, "join": "transfer"}
    )
    plan = Plan(queues=(Queue(id="service", name="Service"),), sites=(far,))
    later = LaterLine()
    ring = PhoneRing(later, "Musterfirma")
    async with (
        open_office(Premises(MemoryDesk(), plan, DeskSettings(), ring, Hub())) as office,
        hotline(allowing(site), desk=office) as house,
    ):
        later.line = house.line
        yield house


async def test_a_caller_who_wants_somebody_is_sent_on_to_the_call_centre(tmp_path: Path) -> None:
    caller = scenarios.is_sent_on(wants_somebody=True)
    async with (
        called(tmp_path / "site", scenarios.TAKES_A_CALL) as site,
        hotline_with(site) as house,
    ):
        await sipp(tmp_path / "caller", caller, house.line.port, *TRACED)
        await site.finished()
        (record,) = await house.records()
        await eventually(lambda: not house.line._calls.live)
    assert record.end is not None
    assert (record.end.outcome, record.end.cause) == (Outcome.HANDED_OVER, "transferred")
    [refer] = received(tmp_path / "caller", "REFER")
    [invite] = site.received("INVITE")[:1]
    [call_id] = [line for line in invite.splitlines() if line.startswith("Call-ID: ")]
    assert f"Replaces={call_id.removeprefix('Call-ID: ')}%3B" in refer


async def test_who_cannot_be_sent_on_talks_with_the_call_centre_over_our_lines(
    tmp_path: Path,
) -> None:
    caller = scenarios.is_sent_on("503 Service Unavailable", wants_somebody=True)
    async with (
        called(tmp_path / "site", scenarios.TAKES_A_CALL) as site,
        hotline_with(site) as house,
    ):
        calling = asyncio.create_task(sipp(tmp_path / "caller", caller, house.line.port, *TRACED))
        await eventually(lambda: bool(received(tmp_path / "caller", "REFER")))
        await eventually(lambda: off_hold(received(tmp_path / "caller", "INVITE")))
        await eventually(lambda: off_hold(site.received("INVITE")))
        (talk,) = house.register.conversations()
        assert talk.connected
        talk.hang_up()
        await calling
        await site.finished()
        (record,) = await house.records()
    assert record.end is not None
    assert record.end.outcome is Outcome.HANDED_OVER
