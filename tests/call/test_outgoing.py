"""Calls that we make for an agent: what agent and customer hear, and what is kept."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from ivr.call.desk_scripted import ScriptedDesk
from ivr.call.outgoing import OutgoingCalls
from ivr.call.register import Register
from ivr.core.desk import CallOutEnd, PartingHow, Waiting
from ivr.core.ports import Leg
from ivr.core.records import CallRecord, HandOver, HandOverReason, Outcome
from ivr.core.telephony import DialFailure, DialReason
from ivr.lines.paced import PacedLeg
from tests.call.people import Agent, Person, connected
from tests.call.virtual import RATE, House, in_virtual_time
from tests.desk.scene import NOON


class Telephone:
    """Implements `Dialler`: what is dialled rings for 8 s, and then this comes of it."""

    def __init__(self, answer: Person | DialReason) -> None:
        self.answer = answer
        self.dialled: list[str] = []
        self.taken_back = False

    def allows(self, target: str) -> bool:
        return target.replace(" ", "").startswith("0561")

    async def dial(
        self, target: str, *, headers: Mapping[str, str] | None = None, timeout_s: float = 30.0
    ) -> Leg | DialFailure:
        self.dialled.append(target)
        try:
            await asyncio.sleep(8.0)
        except asyncio.CancelledError:
            self.taken_back = True
            raise
        if isinstance(self.answer, DialReason):
            return DialFailure(self.answer)
        return PacedLeg(self.answer, RATE)


def wish(phone: str = "0561 471-108") -> Waiting:
    fact = HandOver(HandOverReason.ASKED, "Frau Sommer", phone, None, summary="Rechnung")
    return Waiting("d1", "musterfirma", fact, NOON)


@asynccontextmanager
async def outgoing(
    telephone: Telephone, desk: ScriptedDesk, house: House
) -> AsyncIterator[tuple[Register, OutgoingCalls]]:
    async with house.opened(desk=desk) as register:
        yield register, OutgoingCalls(telephone, register, "sip")


async def nothing() -> None:
    pass


def test_the_agent_hears_it_ring_and_then_the_customer_and_nothing_is_written_down() -> None:
    customer = Person((0.5, "Sommer"), (4.0, "Worum geht es"), leaves_at=14.0)
    agent = Agent(Person((10.0, "Musterfirma")))
    desk, house, telephone = ScriptedDesk(), House(), Telephone(customer)
    reached = list[float]()

    async def main() -> CallOutEnd:
        async def note() -> None:
            reached.append(asyncio.get_running_loop().time())

        async with outgoing(telephone, desk, house) as (_, calls):
            return await calls.call(wish(), agent.taken(), note)

    assert in_virtual_time(main) is CallOutEnd.REACHED
    assert len(reached) == 1
    assert telephone.dialled == ["0561471108"]
    assert agent.person.loud_share(0.2, 0.9) == 1.0, "the tone that it rings"
    assert agent.person.loud_share(1.2, 4.8) == 0.0
    assert "Sommer" in agent.person.heard_words()
    assert "Worum geht es" in agent.person.heard_words()
    assert customer.heard_words().strip() == "Musterfirma", "no machine speaks to them"
    [record] = asyncio.run(calls_of(house))
    assert record.start.outbound
    assert record.start.caller == "0561 471-108"
    assert record.start.call_id != "d1"
    assert record.turns == ()
    assert record.end is not None
    assert record.end.outcome is Outcome.HANDED_OVER
    assert ("d1", "frau schulz", PartingHow.DONE) in desk.partings


def test_who_does_not_answer_costs_no_record_and_the_agent_hears_the_busy_tone() -> None:
    agent = Agent()
    house, telephone = House(), Telephone(DialReason.BUSY)

    async def main() -> CallOutEnd:
        async with outgoing(telephone, ScriptedDesk(), house) as (_, calls):
            return await calls.call(wish(), agent.taken(), nothing)

    assert in_virtual_time(main) is CallOutEnd.BUSY
    assert asyncio.run(calls_of(house)) == []
    assert agent.person.loud_share(8.2, 8.4) == 1.0


def test_an_agent_who_hangs_up_takes_the_call_back_and_a_forbidden_number_is_not_dialled() -> None:
    telephone = Telephone(Person())

    async def main() -> tuple[CallOutEnd, CallOutEnd]:
        async with outgoing(telephone, ScriptedDesk(), House()) as (_, calls):
            gone = await calls.call(wish(), Agent(Person(leaves_at=3.0)).taken(), nothing)
            no = await calls.call(wish("0900 1"), Agent().taken(), nothing)
            return gone, no

    assert in_virtual_time(main) == (CallOutEnd.GIVEN_UP, CallOutEnd.NOT_ALLOWED)
    assert telephone.taken_back
    assert telephone.dialled == ["0561471108"]


def test_the_desk_finds_the_call_by_its_own_name_and_holds_it() -> None:
    customer = Person(*((1.0 + n, f"Kunde {n}") for n in range(0, 20, 2)), leaves_at=20.0)
    agent = Agent()

    async def during(register: Register) -> None:
        talk = await connected(register)
        assert talk.call_id == "d1"
        assert register.conversation("d1") is talk
        await asyncio.sleep(6.0)
        talk.hold()

    async def main() -> CallOutEnd:
        async with outgoing(Telephone(customer), ScriptedDesk(), House()) as (register, calls):
            calling = asyncio.create_task(calls.call(wish(), agent.taken(), nothing))
            await during(register)
            return await calling

    assert in_virtual_time(main) is CallOutEnd.REACHED
    assert "Kunde 2" in agent.person.heard_words()
    assert "Kunde 12" not in agent.person.heard_words()
    assert customer.loud_share(10.0, 15.0) > 0.9, "music"


async def calls_of(house: House) -> list[CallRecord]:
    return list(await house.store.calls())
