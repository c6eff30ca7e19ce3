"""Callers, agents and the office between them, from ring to wrap-up, in virtual time."""

import asyncio
from dataclasses import replace

import pytest
from typing_extensions import override

from ivr.config.desk import Desk as DeskSettings
from ivr.config.desk_plan import Plan, Queue
from ivr.config.hours import Week
from ivr.core.desk import CallOutEnd, Nobody, NobodyReason, PartingHow, Place, Taken, Waiting
from ivr.core.errors import StoreUnavailable
from ivr.core.staffing import (
    Agent,
    AgentState,
    Floor,
    OfferEnd,
    OfferMade,
    Wait,
    WaitEnd,
    WaitState,
)
from ivr.desk.rings import Answered, NotAnswered, Offer, Refused, RingResult
from ivr.store.desk_memory import MemoryDesk
from tests.desk.scene import (
    OWN,
    EveryoneAnswers,
    Reached,
    Scene,
    SilentLeg,
    agent,
    caller,
    in_virtual_time,
    one_site,
)


def test_a_caller_gets_a_free_agent_and_the_agent_gets_wrap_up() -> None:
    async def main() -> None:
        scene = Scene()
        async with scene.open(agent("anna")) as office:
            assert await office.outlook("musterfirma") == Place(1, 0.0)
            *places, taken = await scene.wait(office, caller(1))
            assert places == [Place(1, 0.0)]
            assert isinstance(taken, Taken)
            assert (taken.agent, taken.name, taken.site) == ("anna", "Anna", "haus")
            assert taken.why == "Musterfirma: frei, deutsch, 0,00 €/min"
            assert scene.state("anna") is AgentState.TALKING
            await asyncio.sleep(120)
            await office.parted("c1", "anna", PartingHow.DONE)
            assert scene.state("anna") is AgentState.WRAP_UP
            await asyncio.sleep(scene.settings.wrap_up_s + 2)
            assert scene.state("anna") is AgentState.FREE
        stay = scene.shared.waits[1]
        assert stay.end is WaitEnd.TAKEN
        assert stay.talked_s == 120
        assert scene.shared.agents["anna"].calls_today == 1

    in_virtual_time(main())


def test_who_refuses_is_passed_over_and_three_misses_put_an_agent_aside() -> None:
    async def main() -> None:
        def react(offer: Offer) -> RingResult:
            assert offer.agent is not None
            if offer.agent.id == "anna":
                return NotAnswered()
            return Answered(SilentLeg())

        scene = Scene(react=react)
        bert = agent("bert", calls_today=100, day=scene.start.date())
        async with scene.open(agent("anna"), bert) as office:
            for number in range(1, 4):
                *_, taken = await scene.wait(office, caller(number))
                assert isinstance(taken, Taken)
                assert taken.agent == "bert"
                await office.parted(f"c{number}", "bert", PartingHow.DONE)
                await asyncio.sleep(70)
            assert scene.state("anna") is AgentState.NOT_ANSWERING
        missed = [offer.end for offer in scene.shared.offers if offer.agent == "anna"]
        assert missed == [OfferEnd.MISSED] * 3

    in_virtual_time(main())


def test_an_offer_that_nobody_reacts_to_ends_by_itself() -> None:
    async def main() -> None:
        scene = Scene()
        scene.ring.after_s = 10_000
        async with scene.open(agent("anna")) as office:
            waiting = asyncio.create_task(scene.wait(office, caller(1)))
            await asyncio.sleep(scene.settings.offer_s + 1)
            assert scene.shared.offers[0].end is OfferEnd.MISSED
            assert scene.shared.offers[0].rang_s == scene.settings.offer_s
            assert scene.state("anna") is AgentState.FREE
            waiting.cancel()

    in_virtual_time(main())


def test_a_caller_who_leaves_while_it_rings_frees_the_agent_and_is_on_record() -> None:
    async def main() -> None:
        scene = Scene()
        scene.ring.after_s = 15
        async with scene.open(agent("anna")) as office:
            waiting = asyncio.create_task(scene.wait(office, caller(1)))
            await asyncio.sleep(5)
            assert scene.state("anna") is AgentState.RINGING
            waiting.cancel()
            await asyncio.sleep(0.1)
            assert scene.state("anna") is AgentState.FREE
            assert scene.ring.ringing == {}
        assert scene.shared.waits[1].end is WaitEnd.ABANDONED
        assert scene.shared.waits[1].waited_s is not None
        assert scene.shared.offers[0].end is OfferEnd.WITHDRAWN
        assert scene.shared.agents["anna"].misses == 0

    in_virtual_time(main())


def test_callers_are_told_when_their_place_changes_and_served_in_order() -> None:
    async def main() -> None:
        scene = Scene()
        taken_order: list[str] = []

        async def talk(who: Waiting) -> list[int]:
            news = await scene.wait(office, who)
            assert isinstance(news[-1], Taken)
            taken_order.append(who.call_id)
            await asyncio.sleep(60)
            await office.parted(who.call_id, news[-1].agent, PartingHow.DONE)
            return [place.position for place in news if isinstance(place, Place)]

        async with scene.open(agent("anna")) as office:
            talks = []
            for number in range(1, 4):
                talks.append(asyncio.create_task(talk(caller(number))))
                await asyncio.sleep(0.5)
            positions = await asyncio.gather(*talks)
        assert taken_order == ["c1", "c2", "c3"]
        assert sorted(positions[2], reverse=True) == positions[2], "nobody falls back"
        assert set(positions[2]) == {2, 1}

    in_virtual_time(main())


def test_a_call_that_lost_its_agent_goes_to_the_front() -> None:
    async def main() -> None:
        scene = Scene()
        async with scene.open(agent("anna")) as office:
            *_, taken = await scene.wait(office, caller(1))
            assert isinstance(taken, Taken)
            first = scene.shared.waits[1].waiting.since
            second = asyncio.create_task(scene.wait(office, caller(2)))
            await asyncio.sleep(5)
            lost = replace(caller(1, first), priority=1)
            again = office.enqueue(lost)
            await office.parted("c1", "anna", PartingHow.DROPPED)
            async for news in again:
                if isinstance(news, Taken):
                    break
            assert not second.done()
            second.cancel()

    in_virtual_time(main())


def test_nobody_signed_in_is_said_at_once_and_nobody_left_after_a_grace() -> None:
    async def main() -> None:
        scene = Scene(settings=Scene().settings.model_copy(update={"away_s": 10.0}))
        async with scene.open() as office:
            assert await office.outlook("m") == Nobody(NobodyReason.UNSTAFFED)
            assert await scene.wait(office, caller(1)) == [Nobody(NobodyReason.UNSTAFFED)]
        scene = Scene()
        async with scene.open(agent("anna", state=AgentState.TALKING)) as office:
            waiting = asyncio.create_task(scene.wait(office, caller(1)))
            await asyncio.sleep(5)
            gone = replace(scene.shared.agents["anna"], state=AgentState.BREAK)
            scene.shared.agents["anna"] = gone
            began = asyncio.get_running_loop().time()
            assert (await waiting)[-1] == Nobody(NobodyReason.UNSTAFFED)
            assert 25 <= asyncio.get_running_loop().time() - began <= 35
        assert scene.shared.waits[1].end is WaitEnd.UNSTAFFED

    in_virtual_time(main())


def test_the_longest_wait_and_the_longest_queue_are_kept() -> None:
    async def main() -> None:
        scene = Scene(plan=one_site(longest_wait_s=100, limit=1))
        async with scene.open(agent("anna", state=AgentState.TALKING)) as office:
            waiting = asyncio.create_task(scene.wait(office, caller(1)))
            await asyncio.sleep(1)
            assert await office.outlook("m") == Nobody(NobodyReason.FULL)
            assert await scene.wait(office, caller(2)) == [Nobody(NobodyReason.FULL)]
            assert (await waiting)[-1] == Nobody(NobodyReason.TOO_LONG)
            assert 99 <= asyncio.get_running_loop().time() <= 103

    in_virtual_time(main())


def test_the_expected_wait_is_measured_and_there_is_none_before() -> None:
    async def main() -> None:
        scene = Scene()
        async with scene.open(agent("anna")) as office:
            for number in range(1, 6):
                *_, taken = await scene.wait(office, caller(number))
                assert isinstance(taken, Taken)
                await asyncio.sleep(1)
                seen = await office.outlook("m")
                assert seen == Place(1, None)
                await asyncio.sleep(99)
                await office.parted(f"c{number}", "anna", PartingHow.DONE)
                await asyncio.sleep(100)
            await scene.wait(office, caller(9))
            await asyncio.sleep(20)
            # Five talks of 100 s with 60 s of wrap-up, and one agent.
            assert await office.outlook("m") == Place(1, 180.0)

    in_virtual_time(main())


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


class Fragile(MemoryDesk):
    """A store that can be away."""

    away = False
    hangs = False

    @override
    async def floor(self) -> Floor:
        if self.hangs:
            await asyncio.Event().wait()
        if self.away:
            raise StoreUnavailable("away")
        return await super().floor()

    @override
    async def settle(
        self, wait: Wait | None, agent: Agent | None, offer: OfferMade | None
    ) -> bool:
        if self.away or self.hangs:
            raise StoreUnavailable("away")
        return await super().settle(wait, agent, offer)


@pytest.mark.parametrize("fault", ["away", "hangs"])
def test_nobody_hears_music_for_ever_while_the_store_is_away(fault: str) -> None:
    async def main() -> None:
        scene, began = Scene(), asyncio.get_running_loop().time
        busy = agent("anna", state=AgentState.TALKING, call_id="x")
        store = Fragile(scene.shared)
        async with scene.open(busy, store=store) as office:
            waiting = asyncio.create_task(scene.wait(office, caller(1)))
            await asyncio.sleep(5)
            setattr(store, fault, True)
            from_s = began()
            with pytest.raises(StoreUnavailable):
                await waiting
            assert 29 <= began() - from_s <= 36
            with pytest.raises(StoreUnavailable):
                await scene.wait(office, caller(2))
            store.away = store.hangs = False
            if fault == "away":
                await asyncio.sleep(10)
                assert scene.shared.waits[1].end is WaitEnd.ABANDONED, "nobody waits there now"

    in_virtual_time(main())


def test_who_was_taken_for_dead_goes_on_waiting() -> None:
    async def main() -> None:
        scene = Scene()
        busy = agent("anna", state=AgentState.TALKING, call_id="x")
        async with scene.open(busy) as office:
            waiting = asyncio.create_task(scene.wait(office, caller(1)))
            await asyncio.sleep(3)
            lost = replace(scene.shared.waits[1], state=WaitState.ENDED, end=WaitEnd.LOST)
            scene.shared.waits[1] = replace(lost, ended_at=scene.now())
            await asyncio.sleep(3)
            scene.shared.agents["anna"] = agent("anna", since=scene.now())
            assert isinstance((await waiting)[-1], Taken)

    in_virtual_time(main())


def test_a_ring_that_breaks_costs_neither_the_caller_nor_the_office() -> None:
    async def main() -> None:
        broken = ["once"]

        def react(offer: Offer) -> RingResult:
            if broken:
                broken.pop()
                raise ZeroDivisionError
            return Refused() if offer.agent and offer.agent.id == "anna" else Answered(SilentLeg())

        scene = Scene(react=react)
        async with scene.open(agent("anna"), agent("bert")) as office:
            *_, taken = await scene.wait(office, caller(1))
            assert isinstance(taken, Taken)

    in_virtual_time(main())


def test_a_silent_site_gets_no_calls_until_it_answers_and_then_one_as_a_trial() -> None:
    async def main() -> None:
        far = OWN.model_copy(update={"id": "fern", "trunk": "sip:fern@example.org", "lines": 5})
        plan = Plan(queues=(Queue(id="service", name="Service"),), sites=(far,))
        scene = Scene(plan=plan, settings=DeskSettings(site_check_s=30, site_pause_s=30))

        def silent() -> bool:
            return scene.shared.sites["fern"].silent

        async with scene.open() as office:
            scene.ring.down.add("fern")
            await asyncio.sleep(31)
            assert silent()
            assert isinstance(await office.outlook("m"), Nobody)
            await asyncio.sleep(120)
            assert isinstance(await office.outlook("m"), Nobody), "time alone is no answer"
            scene.ring.down.clear()
            await asyncio.sleep(31)
            assert not silent()
            waits = [asyncio.create_task(scene.wait(office, caller(n))) for n in (1, 2)]
            await asyncio.sleep(0.9)
            assert len(scene.ring.rung) == 1, "one call is the trial"
            told = await asyncio.gather(*waits)
            assert all(isinstance(news[-1], Taken) for news in told)
            assert scene.shared.sites["fern"].failures == 0

    in_virtual_time(main())


def test_a_site_that_comes_and_goes_is_left_alone_for_longer_each_time() -> None:
    async def main() -> None:
        far = OWN.model_copy(update={"id": "fern", "trunk": "sip:fern@example.org"})
        plan = Plan(queues=(Queue(id="service", name="Service"),), sites=(far,))
        scene = Scene(plan=plan, settings=DeskSettings(site_check_s=10, site_pause_s=30))
        async with scene.open():
            back = 0
            was_silent = False
            for number in range(180):
                # Ten seconds there, ten seconds gone, for half an hour.
                (scene.ring.down.add if number % 2 else scene.ring.down.discard)("fern")
                await asyncio.sleep(10)
                state = scene.shared.sites.get("fern")
                silent = state is not None and state.silent
                back += was_silent and not silent
                was_silent = silent
            assert back <= 9, "every twenty seconds it would be ninety times"

    in_virtual_time(main())
