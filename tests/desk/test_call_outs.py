"""An agent calls a customer back from the work list: what of it is kept, and what is refused."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typing_extensions import override

from ivr.config.desk import Desk as DeskSettings
from ivr.core.desk import CallOutEnd, Taken, Waiting
from ivr.core.errors import StoreUnavailable
from ivr.core.records import CallStart, Message
from ivr.core.staffing import Agent, AgentState, TaskState, Wait, WaitEnd
from ivr.desk.call_outs import CallOuts, CannotCall, open_call_outs
from ivr.desk.hub import Hub
from ivr.desk.office import open_office
from ivr.desk.premises import Premises, WayOut
from ivr.desk.rings import Offer, RingResult, ScriptedRing, Unreachable
from ivr.store.desk import SqlDesk
from ivr.store.owner import this_process
from ivr.store.sql import open_store
from ivr.store.worklist import SqlWorkList
from tests.desk.scene import Reached, SilentLeg, agent, answers, caller, one_site

NOW = datetime.now(UTC)
WISHES = ("0561 471", "0900 1", "")


@dataclass
class Customers:
    """Rings until told what comes of it."""

    def __post_init__(self) -> None:
        self.result: asyncio.Future[CallOutEnd] = asyncio.get_running_loop().create_future()
        self.rings = asyncio.Event()
        self.talk_over = asyncio.Event()
        self.called: list[str] = []

    def allows(self, number: str) -> bool:
        return number.startswith("0561")

    async def reach(self, number: str) -> Taken | CallOutEnd:
        return CallOutEnd.LINE_DOWN

    async def call(self, waiting: Waiting, taken: Taken, reached: Reached) -> CallOutEnd:
        self.called.append(waiting.hand_over.phone or "")
        self.rings.set()
        end = await self.result
        if end is CallOutEnd.REACHED:
            await reached()
            await self.talk_over.wait()
        return end


class FragileDesk(SqlDesk):
    """Cannot be written to while it is away."""

    away = False

    @override
    async def join(self, wait: Wait) -> Wait:
        if self.away:
            raise StoreUnavailable("away")
        return await super().join(wait)

    @override
    async def save_agent(self, agent: Agent) -> Agent | None:
        if self.away:
            raise StoreUnavailable("away")
        return await super().save_agent(agent)


class FragileList(SqlWorkList):
    away = False

    @override
    async def claim(self, task_id: str, agent: str, now: datetime) -> bool:
        if self.away:
            raise StoreUnavailable("away")
        return await super().claim(task_id, agent, now)


@dataclass
class Desk:
    outs: CallOuts
    store: "FragileDesk"
    work: "FragileList"
    customers: Customers

    async def state(self) -> AgentState:
        found = await self.store.agent("anna")
        assert found is not None
        return found.state

    async def until(self, state: AgentState) -> None:
        while True:
            if await self.state() is state:
                return
            await asyncio.sleep(0.02)


@asynccontextmanager
async def desk(folder: Path, react: RingResult | None = None) -> AsyncIterator[Desk]:
    store = await open_store(folder / "h.sqlite", client="musterfirma")
    try:
        await store.begin(CallStart("c1", "musterfirma", "sip", NOW))
        for phone in WISHES:
            await store.add_fact("c1", Message("Müller", phone, "Rechnung", callback=True))
        repository = FragileDesk(store.sessions, "musterfirma", this_process())
        await repository.add_agent(replace(agent("anna"), owner=None, since=NOW))

        def reaction(offer: Offer) -> RingResult:
            return answers(offer) if react is None else react

        customers, work = Customers(), FragileList(store.sessions, "musterfirma")
        premises = Premises(
            repository,
            one_site(),
            DeskSettings(),
            ScriptedRing(reaction, after_s=0.0),
            Hub(),
            outward=WayOut(customers),
        )
        async with (
            open_office(premises) as office,
            open_call_outs(premises, work, office, "musterfirma") as outs,
        ):
            yield Desk(outs, repository, work, customers)
    finally:
        await store.close()


async def test_a_customer_who_is_reached_is_done_and_on_record(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        leg = SilentLeg()
        assert await here.outs.begin("anna", "message:1", leg) is None
        await here.customers.rings.wait()
        assert await here.state() is AgentState.RINGING
        assert not leg.hung_up
        assert await here.outs.begin("anna", "message:1", SilentLeg()) is CannotCall.NOT_FREE
        here.customers.result.set_result(CallOutEnd.REACHED)
        await here.until(AgentState.TALKING)
        assert not here.outs.give_up("anna"), "a talk is ended as any other"
        here.customers.talk_over.set()
        await here.until(AgentState.WRAP_UP)
        task = await here.work.task("message:1")
        assert task is not None
        assert (task.state, task.tries, task.tried_end) == (
            TaskState.DONE,
            1,
            CallOutEnd.REACHED,
        )
        [stay] = await here.store.ended(NOW, datetime.now(UTC))
        assert (stay.agent, stay.end, stay.waiting.caller) == (
            "anna",
            WaitEnd.CALL_BACK,
            "0561 471",
        )
        assert leg.hung_up


@pytest.mark.parametrize("end", [CallOutEnd.BUSY, CallOutEnd.NO_ANSWER, CallOutEnd.LINE_DOWN])
async def test_who_is_not_reached_stays_on_the_list(tmp_path: Path, end: CallOutEnd) -> None:
    async with desk(tmp_path) as here:
        await here.outs.begin("anna", "message:1", SilentLeg())
        await here.customers.rings.wait()
        here.customers.result.set_result(end)
        await here.until(AgentState.FREE)
        task = await here.work.task("message:1")
        assert task is not None
        assert (task.state, task.agent, task.tries, task.tried_end) == (
            TaskState.CLAIMED,
            "anna",
            1,
            end,
        )
        assert await here.store.ended(NOW, datetime.now(UTC)) == []


async def test_ringing_is_given_up(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.outs.begin("anna", "message:1", SilentLeg())
        await here.customers.rings.wait()
        assert here.outs.give_up("anna")
        await here.until(AgentState.FREE)
        task = await here.work.task("message:1")
        assert task is not None
        assert task.tried_end is CallOutEnd.GIVEN_UP


async def test_an_agent_with_a_telephone_is_rung_before_the_customer(tmp_path: Path) -> None:
    async with desk(tmp_path, Unreachable()) as here:
        assert await here.outs.begin("anna", "message:1", None) is None
        await here.until(AgentState.FREE)
        task = await here.work.task("message:1")
        assert task is not None
        assert task.tried_end is CallOutEnd.AGENT_AWAY
        assert here.customers.called == []


async def test_a_store_that_hiccups_keeps_nobody_in_a_call_back(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.outs.begin("anna", "message:1", SilentLeg())
        await here.customers.rings.wait()
        here.store.away = True
        here.customers.result.set_result(CallOutEnd.REACHED)
        await asyncio.sleep(0)
        here.customers.talk_over.set()
        async with asyncio.timeout(10):
            while here.outs.of("anna") is not None:  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0.02)
            here.store.away = False
            await here.until(AgentState.FREE)


async def test_a_claim_that_fails_lets_the_agent_go(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        for twice in range(2):
            here.work.away = twice == 0
            if here.work.away:
                with pytest.raises(StoreUnavailable):
                    await here.outs.begin("anna", "message:1", SilentLeg())
                assert await here.state() is AgentState.FREE
            else:
                assert await here.outs.begin("anna", "message:1", SilentLeg()) is None


async def test_nobody_is_called_from_the_list_while_their_place_has_its_turn(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as here:
        who = caller(1, NOW, phone="0561 471")  # The call that the message is of.
        kept = await here.store.join(Wait(who, "service", kept=True))
        await here.outs.begin("anna", "message:1", SilentLeg())
        await here.customers.rings.wait()
        assert (await here.store.floor()).waits == ()
        here.customers.result.set_result(CallOutEnd.BUSY)
        await here.until(AgentState.FREE)
        assert here.customers.called == ["0561 471"], "not again for the place"
        over = await here.store.wait_of(kept.call_id)
        assert over is not None
        assert over.taken_at is None


async def test_what_does_not_even_begin(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        begin = here.outs.begin
        assert await begin("anna", "message:2", SilentLeg()) is CannotCall.NOT_ALLOWED
        assert await begin("anna", "message:3", SilentLeg()) is CannotCall.NO_NUMBER
        assert await begin("anna", "message:99", SilentLeg()) is CannotCall.TAKEN
        await here.work.claim("message:1", "bert", NOW)
        assert await begin("anna", "message:1", SilentLeg()) is CannotCall.TAKEN
        assert await here.state() is AgentState.FREE
        assert here.customers.called == []
