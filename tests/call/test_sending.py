"""A caller is sent on to a call centre where their line can do that, and stays bridged if not."""

import asyncio

from ivr.call.desk_scripted import After, ScriptedDesk
from ivr.core.desk import PartingHow, Taken
from ivr.core.ports import Leg
from ivr.core.records import CallRecord, Outcome
from ivr.core.telephony import TransferFailure, TransferReason, Transferred, TransferResult
from ivr.lines.paced import PacedLeg
from tests.call.people import NOW, Person
from tests.call.virtual import RATE, House, in_virtual_time


class TransferableLeg(PacedLeg):
    """A telephone that takes a second to be sent on; on success both legs end before it is told,
    as they do in SIP."""

    result: TransferResult = Transferred()
    site_leaves = False

    async def transfer(self, target: str, *, timeout_s: float = 30.0) -> TransferResult:
        raise NotImplementedError

    async def transfer_to(self, other: Leg, *, timeout_s: float = 30.0) -> TransferResult:
        await asyncio.sleep(1.0)
        if isinstance(self.result, Transferred):
            self._finish()
        if isinstance(self.result, Transferred) or self.site_leaves:
            await other.hang_up()
            await asyncio.sleep(0.5)
        return self.result


def call(leg: PacedLeg, site: PacedLeg) -> tuple[CallRecord, ScriptedDesk]:
    taken = Taken("kapstadt", "Kapstadt", "kapstadt", site, by_phone=True, send_on=True)
    desk = ScriptedDesk((After(0.5, NOW), After(5.0, taken)))
    house = House()

    async def main() -> CallRecord:
        async with house.opened(desk=desk) as register:
            return await register.take(leg, "sip")

    return in_virtual_time(main), desk


def people() -> tuple[Person, Person]:
    caller = Person((7.0, "Einen Mitarbeiter bitte"), (25.0, "Anrufer"), leaves_at=40.0)
    return caller, Person(*((5.0 * n, f"Kapstadt {n}") for n in range(1, 8)))


def test_who_was_sent_on_is_no_longer_ours_and_the_record_says_so() -> None:
    caller, there = people()
    record, desk = call(TransferableLeg(caller, RATE), PacedLeg(there, RATE))
    assert record.end is not None
    assert (record.end.outcome, record.end.cause) == (Outcome.HANDED_OVER, "transferred")
    assert [(who, how) for _, who, how in desk.partings] == [("kapstadt", PartingHow.SENT_ON)]


def test_if_it_fails_they_talk_on_over_our_lines() -> None:
    caller, there = people()
    leg = TransferableLeg(caller, RATE)
    leg.result = TransferFailure(TransferReason.REFUSED, 405)
    record, desk = call(leg, PacedLeg(there, RATE))
    assert "Kapstadt 3" in caller.heard_words()
    assert "Anrufer" in there.heard_words()
    assert record.end is not None
    assert record.end.cause == "caller"
    assert [how for _, _, how in desk.partings] == [PartingHow.DONE]


def test_a_site_that_hangs_up_while_it_fails_ends_the_call() -> None:
    caller, there = people()
    leg = TransferableLeg(caller, RATE)
    leg.result = TransferFailure(TransferReason.FAILED, 503)
    leg.site_leaves = True
    record, _ = call(leg, PacedLeg(there, RATE))
    assert record.end is not None
    assert record.end.cause == "agent"


def test_a_browser_cannot_be_sent_on_and_is_bridged() -> None:
    caller, there = people()
    record, _ = call(PacedLeg(caller, RATE), PacedLeg(there, RATE))
    assert "Anrufer" in there.heard_words()
    assert record.end is not None
    assert record.end.cause == "caller"
