"""What agents may do in which state, and what the law on working time allows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from ivr.core.desk import PartingHow, Taken
from ivr.core.desk_store import WorkList
from ivr.core.errors import RecordRefused, StoreUnavailable
from ivr.core.staffing import Agent, AgentState, OfferMade, Shift, Wait, WaitState
from ivr.desk.colleagues import ask_in
from ivr.desk.hub import News, QueueChanged, Subscription
from ivr.desk.office import Office, open_office
from ivr.desk.people import People
from ivr.desk.premises import Premises
from ivr.desk.sheets import keep_note
from ivr.desk.worktime import Rest, begin_work, due, pause_work, worked_s
from ivr.store.desk_memory import MemoryDesk
from tests.desk.scene import NOON, Scene, agent, caller, in_virtual_time

HOUR = 3600


@asynccontextmanager
async def staffed(scene: Scene, *agents: object) -> AsyncIterator[tuple[Office, People]]:
    store = MemoryDesk(scene.shared)
    premises = Premises(store, scene.plan, scene.settings, scene.ring, scene.hub, scene.now)
    async with scene.open(*agents) as office:  # type: ignore[arg-type]
        yield office, People(premises, office)


class Quicker(MemoryDesk):
    """A store in which somebody else's change of a stay comes through before each first one."""

    was_quicker = False

    @override
    async def settle(
        self, wait: Wait | None, agent: Agent | None, offer: OfferMade | None
    ) -> bool:
        if wait is not None and not self.was_quicker:
            self.was_quicker = True
            await super().settle(replace(wait, note="halb getippt", code=""), None, None)
        return await super().settle(wait, agent, offer)


async def _queues(news: Subscription) -> list[QueueChanged]:
    """What is told of the queue, until this is cancelled."""
    told: list[News] = []
    with suppress(asyncio.CancelledError):
        while True:
            told.append(await news.next())
    return [each for each in told if isinstance(each, QueueChanged)]


def test_a_day_of_an_agent() -> None:
    async def main() -> None:
        scene = Scene()
        off = agent("anna", state=AgentState.SIGNED_OUT, shift=Shift(), owner=None)
        async with staffed(scene, off) as (office, people):
            assert await people.take_break("anna", "Pause") is None, "who is out has no break"
            assert await people.connected("anna") is not None
            signed_in = await people.sign_in("anna")
            assert signed_in is not None
            assert signed_in.state is AgentState.FREE
            assert await people.sign_in("anna") is None
            *_, taken = await scene.wait(office, caller(1))
            assert isinstance(taken, Taken)
            assert await people.sign_out("anna") is None, "nobody leaves in the middle of a call"
            await asyncio.sleep(100)
            await office.parted("c1", "anna", PartingHow.DONE)
            with pytest.raises(RecordRefused):
                await people.wrap_up("anna", "no such code")
            await asyncio.sleep(20)
            done = await people.wrap_up("anna", "Erledigt", "alles gut")
            assert done is not None
            assert done.state is AgentState.FREE
            today = await people.today(done)
            assert (today.calls, today.mean_handling_s) == (1, 120)
            (kept,) = scene.shared.waits.values()
            assert (kept.code, kept.note, kept.wrap_s) == ("Erledigt", "alles gut", 20)
            with pytest.raises(RecordRefused):
                await people.take_break("anna", "keine Lust")
            assert await people.take_break("anna", "Mittag") is not None
            assert await people.sign_out("anna") is not None

    in_virtual_time(main())


def test_a_wrap_up_code_is_kept_though_the_note_is_saved_at_the_same_moment() -> None:
    """A click on a code leaves the note's field, whose page saves it: two changes of one stay."""

    async def main() -> None:
        scene = Scene()
        async with staffed(scene, agent("anna")) as (office, people):
            await scene.wait(office, caller(1))
            await office.parted("c1", "anna", PartingHow.DONE)
            store = Quicker(scene.shared)
            premises = Premises(
                store, scene.plan, scene.settings, scene.ring, scene.hub, scene.now
            )
            done = await People(premises, office).wrap_up("anna", "Erledigt", "zu Ende getippt")
            assert store.was_quicker
            assert done is not None
            assert done.state is AgentState.FREE
            (kept,) = scene.shared.waits.values()
            assert (kept.code, kept.note) == ("Erledigt", "zu Ende getippt")
            late = await keep_note(premises, "c1", "anna", "halb getippt")
            assert not late

    in_virtual_time(main())


def test_pages_are_told_of_the_queue_only_when_it_changes() -> None:
    async def main() -> None:
        scene = Scene()
        busy = agent("anna", state=AgentState.TALKING, call_id="c0")
        async with scene.open(busy) as office, scene.hub.listen(None) as news:
            waits = asyncio.create_task(scene.wait(office, caller(1)))
            told = asyncio.create_task(_queues(news))
            await asyncio.sleep(30)
            told.cancel()
            waits.cancel()
            await asyncio.wait([told, waits])
            assert told.result() == [QueueChanged(1, scene.start)]

    in_virtual_time(main())


def test_an_agent_whose_page_stays_away_is_signed_out_and_one_who_comes_back_is_not() -> None:
    async def main() -> None:
        scene = Scene()
        async with staffed(scene, agent("anna"), agent("bert")) as (_, people):
            await people.disconnected("anna")
            await people.disconnected("bert")
            await asyncio.sleep(60)
            await people.connected("bert")
            await asyncio.sleep(90)
            assert scene.state("anna") is AgentState.SIGNED_OUT
            assert scene.shared.agents["anna"].reason == "away"
            assert scene.state("bert") is AgentState.FREE

    in_virtual_time(main())


def test_a_page_that_is_open_rings_again_after_its_program_was_taken_for_dead() -> None:
    async def main() -> None:
        scene = Scene()
        async with staffed(scene, agent("anna", owner=None)), scene.hub.listen("anna"):
            await asyncio.sleep(2)
            assert scene.shared.agents["anna"].owner == "here"

    in_virtual_time(main())


def test_what_is_claimed_is_everybodys_when_its_agent_signs_out_or_stays_away() -> None:
    class Kept:
        given_back: ClassVar[list[str]] = []

        async def release_all(self, agent_id: str) -> int:
            self.given_back.append(agent_id)
            return 1

    async def main() -> None:
        scene, work = Scene(), cast(WorkList, Kept())
        store = MemoryDesk(scene.shared)
        premises = Premises(
            store, scene.plan, scene.settings, scene.ring, scene.hub, scene.now, work=work
        )
        for each in (agent("anna"), agent("bert", owner=None), agent("carl")):
            await store.add_agent(each)
        async with open_office(premises) as office:
            assert await People(premises, office).sign_out("anna") is not None
            await asyncio.sleep(scene.settings.away_s + 5)
        assert Kept.given_back == ["anna", "bert"]

    in_virtual_time(main())


def test_a_colleague_who_was_rung_when_the_store_failed_is_free_again() -> None:
    class Fails(MemoryDesk):
        down = False

        @override
        async def save_agent(self, agent: Agent) -> Agent | None:
            if self.down:
                raise StoreUnavailable("away")
            saved = await super().save_agent(agent)
            self.down = agent.state is AgentState.RESERVED
            return saved

    async def main() -> None:
        scene = Scene()
        store = Fails(scene.shared)
        premises = Premises(store, scene.plan, scene.settings, scene.ring, scene.hub, scene.now)
        async with scene.open(agent("bert"), store=store) as office:
            wait = Wait(caller(1), "service", state=WaitState.TALKING, agent="anna")
            with pytest.raises(StoreUnavailable):
                await ask_in(premises, office.let_go, "bert", await store.join(wait), "Frage")
            assert scene.state("bert") is AgentState.RESERVED
            store.down = False
            await asyncio.sleep(10)
            assert scene.state("bert") is AgentState.FREE
            assert scene.shared.waits[1].state is WaitState.TALKING, "the caller is with anna"

    in_virtual_time(main())


async def test_what_a_supervisor_types_is_checked() -> None:
    scene = Scene()
    async with staffed(scene, agent("anna")) as (_, people):
        with pytest.raises(RecordRefused):
            await people.set_skills("anna", skills={"orders": 6})
        with pytest.raises(RecordRefused):
            await people.set_skills("anna", queues=["x"])
        with pytest.raises(RecordRefused):
            await people.set_skills("anna", languages=[])
        changed = await people.set_skills("anna", skills={"orders": 5}, capacity=80)
        assert changed is not None
        assert (changed.skills, changed.capacity) == ({"orders": 5}, 80)


def shift_of(*parts: tuple[str, float]) -> tuple[Shift, datetime]:
    """Work and breaks in hours, one after the other, and the moment they end at."""
    shift, now = begin_work(Shift(), NOON), NOON
    for what, hours in parts:
        shift = begin_work(shift, now) if what == "work" else pause_work(shift, now)
        now += timedelta(hours=hours)
    return begin_work(shift, now), now


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([("work", 5.9)], None),
        ([("work", 6.1)], Rest.BREAK),
        ([("work", 4), ("rest", 0.2), ("work", 2.1)], Rest.BREAK),
        ([("work", 4), ("rest", 0.25), ("work", 2.1)], Rest.BREAK),
        ([("work", 4), ("rest", 0.5), ("work", 2.1)], None),
        ([("work", 4), ("rest", 0.5), ("work", 5.1)], Rest.BREAK),
        ([("work", 4), ("rest", 0.75), ("work", 5.1)], None),
        ([("work", 4), ("rest", 0.75), ("work", 5.9), ("rest", 0.5), ("work", 1)], Rest.DAY_OVER),
        ([("work", 6), ("rest", 11), ("work", 1)], None),
    ],
)
def test_breaks_are_those_of_the_law(
    parts: list[tuple[str, float]], expected: Rest | None
) -> None:
    shift, now = shift_of(*parts)
    assert due(shift, now, 0.0, 10 * HOUR) == expected


@given(st.lists(st.tuples(st.sampled_from(["work", "rest"]), st.floats(0.01, 3)), max_size=12))
def test_no_minute_of_work_is_forgotten(parts: list[tuple[str, float]]) -> None:
    """What counts is at least the work itself: short breaks are added, never taken off."""
    shift, now = shift_of(*parts)
    work = sum(hours for what, hours in parts if what == "work") * HOUR
    span = (now - NOON).total_seconds()
    assert work - 1e-3 <= worked_s(shift, now) + 1e-6 or shift.began != NOON
    assert worked_s(shift, now) + shift.rested_s <= span + 1e-3


def test_who_is_due_for_a_break_gets_no_more_calls() -> None:
    async def main() -> None:
        scene = Scene()
        began = NOON - timedelta(hours=5.97)
        tired = agent("anna", shift=Shift(began, began))
        async with scene.open(tired, agent("bert", since=NOON + timedelta(hours=1))) as office:
            *_, taken = await scene.wait(office, caller(1))
            assert isinstance(taken, Taken)
            assert taken.agent == "bert", "a call of four minutes would exceed six hours"

    in_virtual_time(main())


@pytest.mark.parametrize(
    "state", [AgentState.SIGNED_OUT, AgentState.FREE, AgentState.BREAK, AgentState.WRAP_UP]
)
def test_a_supervisor_steps_in_from_wherever_they_are_but_a_call(state: AgentState) -> None:
    async def main() -> None:
        scene = Scene()
        async with staffed(scene, agent("clara", state=state)) as (_, people):
            taken = await people.step_in("clara", "c1")
            assert taken is not None
            assert (taken.state, taken.call_id) == (AgentState.TALKING, "c1")
            assert await people.step_in("clara", "c2") is None, "nobody has two calls"

    in_virtual_time(main())
