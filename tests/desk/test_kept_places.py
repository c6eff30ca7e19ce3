"""Places that are kept for a call back, and wishes that nobody could fulfil at once."""

import asyncio
from dataclasses import replace

from typing_extensions import override

from ivr.config.desk_plan import Plan, Queue
from ivr.config.hours import Week
from ivr.core.desk import CallOutEnd, Nobody, NobodyReason, PartingHow, Place, Taken, Waiting
from ivr.core.staffing import (
    AgentState,
    WaitEnd,
    WaitState,
)
from tests.desk.scene import (
    OWN,
    EveryoneAnswers,
    Reached,
    Scene,
    agent,
    caller,
    in_virtual_time,
    one_site,
)


def test_a_place_kept_for_a_call_back_has_its_turn_and_the_agent_is_joined() -> None:
    async def main() -> None:
        called: list[tuple[str, str]] = []

        class Line(EveryoneAnswers):
            @override
            async def call(self, waiting: Waiting, taken: Taken, reached: Reached) -> CallOutEnd:
                called.append((waiting.call_id, taken.agent))
                return await super().call(waiting, taken, reached)

        scene = Scene(outward=Line())
        async with scene.open(agent("anna", state=AgentState.TALKING, call_id="x")) as office:
            waiting = asyncio.create_task(scene.wait(office, caller(1)))
            await asyncio.sleep(5)
            waiting.cancel()
            await asyncio.sleep(1)
            await office.call_back(caller(1, phone="0561 1"))
            later = asyncio.create_task(scene.wait(office, caller(2)))
            await asyncio.sleep(5)
            assert called == []
            scene.shared.agents["anna"] = replace(
                scene.shared.agents["anna"], state=AgentState.FREE
            )
            office.wake()
            await asyncio.sleep(10)
            assert called == [("c1", "anna")], "before those who came later"
            assert not later.done()
            await asyncio.sleep(60)
            later.cancel()
        assert scene.shared.waits[1].end is WaitEnd.CALL_BACK

    in_virtual_time(main())


def test_a_call_back_in_vain_stays_a_wish_and_a_forbidden_number_costs_nobody_time() -> None:
    async def main() -> None:
        scene = Scene(outward=EveryoneAnswers(CallOutEnd.NO_ANSWER))
        async with scene.open(agent("anna")) as office:
            await office.call_back(caller(1, phone="0049900 1"))
            await office.call_back(caller(2, phone="0561 1"))
            await asyncio.sleep(30)
            assert [offer.waiting.call_id for offer in scene.ring.rung] == ["c2"]
        (in_vain,) = scene.shared.waits.values()
        assert in_vain.end is WaitEnd.CALL_BACK
        assert in_vain.taken_at is None, "or the work list would show it as done"

    in_virtual_time(main())


def test_who_cannot_be_called_back_keeps_nobody_waiting() -> None:
    async def main() -> None:
        scene = Scene(plan=one_site(longest_wait_s=60))
        busy = agent("anna", state=AgentState.TALKING, call_id="x")
        async with scene.open(busy) as office:
            for number in range(5):  # The telephone line is not up yet.
                await office.call_back(caller(number, phone="0561 1"))
            assert await office.outlook("m") == Place(1, None)
            waiting = asyncio.create_task(scene.wait(office, caller(7)))
            await asyncio.sleep(2)
            scene.shared.agents["anna"] = replace(
                scene.shared.agents["anna"], state=AgentState.FREE
            )
            told = await waiting
            assert [news.position for news in told if isinstance(news, Place)] == [1]
            assert isinstance(told[-1], Taken)
        scene = Scene(outward=EveryoneAnswers())
        async with scene.open(replace(busy)) as office:
            waiting = asyncio.create_task(scene.wait(office, caller(1)))
            await asyncio.sleep(1)
            await office.call_back(caller(1, phone="0049900 1"))
            waiting.cancel()
            await asyncio.sleep(1)
        stay = scene.shared.waits[1]
        assert (stay.state, stay.end) == (WaitState.ENDED, WaitEnd.CALL_BACK)

    in_virtual_time(main())


def test_a_wish_from_when_nobody_was_there_is_seen_to_after_those_on_the_line() -> None:
    async def main() -> None:
        scene = Scene(outward=EveryoneAnswers())
        away = agent("anna", state=AgentState.BREAK)
        async with scene.open(away) as office:
            assert await scene.wait(office, caller(1)) == [Nobody(NobodyReason.UNSTAFFED)]
            await office.call_back(caller(1, phone="0561 1"))
            await asyncio.sleep(3600)
            back = replace(scene.shared.agents["anna"], state=AgentState.TALKING, call_id="x")
            scene.shared.agents["anna"] = back
            live = asyncio.create_task(scene.wait(office, caller(2)))
            await asyncio.sleep(2)
            scene.shared.agents["anna"] = replace(back, state=AgentState.FREE, call_id=None)
            assert isinstance((await live)[-1], Taken)
            await office.parted("c2", "anna", PartingHow.DONE)
            await asyncio.sleep(scene.settings.wrap_up_s + 10)
            assert [offer.waiting.call_id for offer in scene.ring.rung] == ["c2", "c1"]
            await asyncio.sleep(120)
        turned_away, called = (
            stay for stay in scene.shared.waits.values() if stay.call_id == "c1"
        )
        assert turned_away.end is WaitEnd.UNSTAFFED
        assert called.end is WaitEnd.CALL_BACK
        assert called.taken_at is not None

    in_virtual_time(main())


def test_who_left_the_line_in_the_evening_is_not_called_at_night() -> None:
    async def main() -> None:
        days = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), ["8-15"])
        hours = Week.model_validate(days)
        site = OWN.model_copy(update={"hours": hours})  # 15 h in Berlin is 13 h UTC.
        plan = Plan(queues=(Queue(id="service", name="Service"),), sites=(site,))
        scene = Scene(plan=plan, outward=EveryoneAnswers())
        async with scene.open(agent("anna", state=AgentState.TALKING, call_id="x")) as office:
            await asyncio.sleep(3500)
            await office.call_back(replace(caller(1, phone="0561 1"), since=scene.now()))
            await asyncio.sleep(3600)
            scene.shared.agents["anna"] = agent("anna", since=scene.now())
            await asyncio.sleep(8 * 3600)
            assert scene.ring.rung == []

    in_virtual_time(main())


def test_a_caller_who_is_back_before_their_agent_is_let_go_leaves_nothing_behind() -> None:
    async def main() -> None:
        site = OWN.model_copy(update={"lines": 2})
        plan = Plan(queues=(Queue(id="service", name="Service"),), sites=(site,))
        scene = Scene(plan=plan)
        async with scene.open(agent("anna"), agent("bert")) as office:
            *_, taken = await scene.wait(office, caller(1))
            assert isinstance(taken, Taken)
            again = replace(caller(1, scene.now()), priority=100)
            *_, other = [news async for news in office.enqueue(again)]
            assert isinstance(other, Taken)
            assert other.agent != taken.agent
            await office.parted("c1", taken.agent, PartingHow.DROPPED)
            assert scene.state(taken.agent) is AgentState.WRAP_UP
            assert scene.state(other.agent) is AgentState.TALKING
            await office.parted("c1", other.agent, PartingHow.DONE)
        first, second = scene.shared.waits.values()
        assert (first.end, first.agent) == (WaitEnd.TAKEN, taken.agent)
        assert (second.end, second.agent) == (WaitEnd.TAKEN, other.agent)

    in_virtual_time(main())
