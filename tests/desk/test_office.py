"""Callers, agents and the office between them, from ring to wrap-up, in virtual time."""

import asyncio
from dataclasses import replace

from ivr.core.desk import Nobody, NobodyReason, PartingHow, Place, Taken, Waiting
from ivr.core.staffing import (
    AgentState,
    OfferEnd,
    WaitEnd,
)
from ivr.desk.rings import Answered, NotAnswered, Offer, RingResult
from tests.desk.scene import (
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
