"""What fails around the office: the store, a ring, a site. Callers are served, or told."""

import asyncio
from dataclasses import replace

import pytest
from typing_extensions import override

from ivr.config.desk import Desk as DeskSettings
from ivr.config.desk_plan import Plan, Queue
from ivr.core.desk import Nobody, Taken
from ivr.core.errors import StoreUnavailable
from ivr.core.staffing import (
    Agent,
    AgentState,
    Floor,
    OfferMade,
    Wait,
    WaitEnd,
    WaitState,
)
from ivr.desk.rings import Answered, Offer, Refused, RingResult
from ivr.store.desk_memory import MemoryDesk
from tests.desk.scene import (
    OWN,
    Scene,
    SilentLeg,
    agent,
    caller,
    in_virtual_time,
)


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
