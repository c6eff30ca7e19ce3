"""Whatever callers and agents do, in any order: nobody is lost and nobody is rung twice."""

import asyncio
import random
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ivr.config.desk_plan import Plan, Queue
from ivr.core.desk import Nobody, PartingHow, Taken, Waiting
from ivr.core.staffing import AgentState, WaitEnd, WaitState
from ivr.desk.office import Office
from ivr.desk.people import People
from ivr.desk.premises import Premises
from ivr.desk.rings import Answered, NotAnswered, Offer, Refused, RingResult, Unreachable
from ivr.store.desk_memory import MemoryDesk
from tests.desk.scene import OWN, Scene, SilentLeg, agent, caller, in_virtual_time
from tests.desk.test_routing import site

PLAN = Plan(
    queues=(Queue(id="service", name="Service", longest_wait_s=600),),
    sites=(OWN.model_copy(update={"lines": 3}), site("kapstadt", "0.21", lines=1)),
)


class Storm:
    """One random afternoon."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - no secret
        self.scene = Scene(plan=PLAN, react=self._react)
        self.legs: list[SilentLeg] = []
        self.talking: dict[str, str] = {}
        self.fates: dict[str, str] = {}

    def _react(self, offer: Offer) -> RingResult:
        """Who is rung is in no other call: the ring itself refuses two offers at once."""
        assert offer.agent is None or offer.agent.id not in self.talking
        self._lines_are_kept()
        chance = self.dice.random()
        if chance < 0.6:
            self.legs.append(SilentLeg())
            return Answered(self.legs[-1])
        not_taken: tuple[RingResult, ...] = (Refused(), NotAnswered(), Unreachable())
        return self.dice.choice(not_taken)

    def _lines_are_kept(self) -> None:
        busy = [
            wait.site
            for wait in self.scene.shared.waits.values()
            if wait.state in (WaitState.OFFERED, WaitState.TALKING)
        ]
        for there in PLAN.sites:
            assert busy.count(there.id) <= there.lines

    async def call(self, office: Office, number: int) -> None:
        await asyncio.sleep(self.dice.uniform(0, 600))
        who = replace(caller(number), since=self.scene.now())
        patience_s = self.dice.choice([5, 40, 2000])
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self._wait(office, number, who)
        self.fates.setdefault(who.call_id, "left")

    async def _wait(self, office: Office, number: int, who: Waiting) -> None:
        call_id = f"c{number}"
        stay = office.enqueue(who)
        try:
            async for news in stay:
                if isinstance(news, Nobody):
                    self.fates[call_id] = "nobody"
                if isinstance(news, Taken):
                    self.fates[call_id] = "taken"
                    await self._talk(office, call_id, news)
        finally:
            await stay.aclose()

    async def _talk(self, office: Office, call_id: str, taken: Taken) -> None:
        if taken.agent != "kapstadt":
            assert taken.agent not in self.talking, "an agent has two calls"
            self.talking[taken.agent] = call_id
        try:
            await asyncio.sleep(self.dice.uniform(1, 90))
        finally:
            self.talking.pop(taken.agent, None)
            await office.parted(call_id, taken.agent, PartingHow.DONE)

    async def meddle(self, people: People) -> None:
        """Agents come, go, take breaks, and lose their pages."""
        for _ in range(60):
            await asyncio.sleep(self.dice.uniform(1, 20))
            who = f"a{self.dice.randrange(4)}"
            deeds = (
                partial(people.make_free, who),
                partial(people.sign_in, who),
                partial(people.sign_out, who),
                partial(people.take_break, who, "Pause"),
                partial(people.disconnected, who),
                partial(people.connected, who),
                partial(people.set_skills, who, capacity=self.dice.randrange(1, 200)),
            )
            await self.dice.choice(deeds)()

    async def blow(self) -> None:
        store = MemoryDesk(self.scene.shared)
        premises = Premises(
            store, PLAN, self.scene.settings, self.scene.ring, self.scene.hub, self.scene.now
        )
        agents = [agent(f"a{number}") for number in range(4)]
        async with self.scene.open(*agents) as office, asyncio.TaskGroup() as tasks:
            for number in range(30):
                tasks.create_task(self.call(office, number))
            tasks.create_task(self.meddle(People(premises, office)))
            await asyncio.sleep(3000)


@pytest.mark.timeout(120)
@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.integers(0, 10**6))
def test_nobody_is_lost_and_nobody_has_two_calls(seed: int) -> None:
    storm = Storm(seed)
    in_virtual_time(storm.blow())
    waits = storm.scene.shared.waits.values()
    assert {wait.call_id for wait in waits} == {f"c{number}" for number in range(30)}
    assert all(wait.state is WaitState.ENDED for wait in waits), "somebody still waits"
    assert storm.scene.ring.ringing == {}
    for wait in waits:
        fate = storm.fates[wait.call_id]
        if fate == "taken":
            assert wait.end is WaitEnd.TAKEN
        elif fate == "left":
            # Accepted in the very moment the caller left, perhaps.
            assert wait.end in (WaitEnd.ABANDONED, WaitEnd.TAKEN)
        else:
            assert wait.end in (
                WaitEnd.UNSTAFFED, WaitEnd.TOO_LONG, WaitEnd.FULL, WaitEnd.CLOSED,
            )  # fmt: skip
    stuck = (AgentState.RESERVED, AgentState.RINGING, AgentState.TALKING)
    assert not [a.id for a in storm.scene.shared.agents.values() if a.state in stuck]
    spans = sorted(storm.scene.shared.spans, key=lambda span: (span.agent, span.began_at))
    for before, after in zip(spans, spans[1:], strict=False):
        if before.agent == after.agent:
            assert before.ended_at == after.began_at, "an agent's day has a gap"
