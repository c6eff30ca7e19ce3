"""Two programs on one database, and one that dies."""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.config.desk import Desk as DeskSettings
from ivr.core.desk import Taken
from ivr.core.staffing import AgentState, Shift, Task, Wait, WaitEnd, WaitState
from ivr.desk import upkeep
from ivr.desk.hub import Hub
from ivr.desk.offers import Offers
from ivr.desk.office import open_office
from ivr.desk.premises import Premises
from ivr.desk.rings import ScriptedRing
from ivr.store.desk import SqlDesk
from ivr.store.owner import Owner, this_process
from ivr.store.sql import open_store
from ivr.store.worklist import SqlWorkList
from tests.desk.scene import (
    EveryoneAnswers,
    Scene,
    agent,
    answers,
    caller,
    in_virtual_time,
    one_site,
)

ROOT = Path(__file__).resolve().parents[2]
CALLS = 12


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_two_programs_offer_no_call_twice_and_ring_nobody_twice(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database = str(tmp_path / "h.sqlite")
    if kind == "postgresql":
        database = request.getfixturevalue("postgres_url")
    store = await open_store(database)
    try:
        desk = SqlDesk(store.sessions, "musterfirma", this_process())
        now = datetime.now(UTC)
        for name in ("anna", "bert", "carl"):
            shift = Shift(now, now)
            await desk.add_agent(
                agent(name, since=now, shift=shift, phone=f"sip:{name}@example.org", owner=None)
            )
        programs = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.desk.one_process", database, str(first), str(CALLS),
                cwd=ROOT, stdout=asyncio.subprocess.PIPE,
            )
            for first in (0, 100)
        ]  # fmt: skip
        outputs = [(await program.communicate())[0].decode() for program in programs]
        assert [program.returncode for program in programs] == [0, 0]
        rung = [line.split() for output in outputs for line in output.splitlines()]
        assert sorted(line[1] for line in rung) == sorted(
            f"c{first + number}" for first in (0, 100) for number in range(CALLS)
        )
        by_agent = sorted((who, float(began), float(ended)) for who, _, began, ended in rung)
        for (who, _, ended), (next_, began, _) in zip(by_agent, by_agent[1:], strict=False):
            assert who != next_ or ended <= began, "rung by both at once"
        stays = await desk.ended(datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC))
        assert [stay.end for stay in stays] == [WaitEnd.TAKEN] * 2 * CALLS
    finally:
        await store.close()


@pytest.mark.timeout(300)
async def test_the_caller_of_a_killed_program_is_on_the_work_list(tmp_path: Path) -> None:
    database = tmp_path / "h.sqlite"
    store = await open_store(database, client="musterfirma")
    try:
        desk = SqlDesk(store.sessions, "musterfirma", this_process())
        now = datetime.now(UTC)
        busy = agent("anna", since=now, state=AgentState.TALKING, call_id="x", owner=None)
        await desk.add_agent(replace(busy, phone="sip:anna@example.org"))
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.desk.one_caller", str(database),
            cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert program.stdout is not None
        assert await program.stdout.readline() == b"waits\n"
        program.kill()
        await program.communicate()
        work = SqlWorkList(store.sessions, "musterfirma")
        premises = Premises(
            desk, one_site(), DeskSettings(), ScriptedRing(answers), Hub(), work=work
        )
        async with open_office(premises):
            async with asyncio.timeout(20):
                task = await _first_of(work)
        assert (task.call_id, task.phone, task.callback) == ("c1", "+49561123456", True)
        lost = await desk.wait_of("c1")
        assert lost is not None
        assert lost.end is WaitEnd.LOST
    finally:
        await store.close()


async def test_another_machines_program_that_is_silent_starves_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "LOOKS_EVERY_S", 0.0)
    store, time_s = await open_store(tmp_path / "h.sqlite", client="musterfirma"), [0.0]
    try:
        there = SqlDesk(store.sessions, "musterfirma", Owner("an old container", 7, "x"))
        here = SqlDesk(store.sessions, "musterfirma", this_process(), lambda: time_s[0])
        now, ring = datetime.now(UTC), ScriptedRing(answers, after_s=0.0)
        anna = agent("anna", since=now, shift=Shift(now, now), phone="0561 7", owner=None)
        await there.add_agent(anna)
        rung = replace(anna, id="bert", state=AgentState.RINGING, call_id="x", holder=there.me)
        await there.add_agent(rung)
        old = Premises(there, one_site(), DeskSettings(), ring, Hub())
        await upkeep.Upkeep(old, _offers(old)).round()
        await there.join(Wait(caller(1, now - timedelta(minutes=5)), "service"))
        premises = Premises(here, one_site(), DeskSettings(wrap_up_s=0), ring, Hub())
        looking = upkeep.Upkeep(premises, _offers(premises))
        async with open_office(premises) as office:
            for _ in range(7):
                await looking.round()
                floor = await here.floor()
                assert [wait.call_id for wait in floor.waits] == ["c1"], "it may live still"
                time_s[0] += 9.9
            await looking.round()
            bert = await here.agent("bert")
            assert bert is not None
            assert (bert.state, bert.call_id) == (AgentState.FREE, None)
            *_, taken = [news async for news in office.enqueue(caller(2, now))]
            assert isinstance(taken, Taken)
            assert [offer.waiting.call_id for offer in ring.rung] == ["c2"]
    finally:
        await store.close()


async def _first_of(work: SqlWorkList) -> Task:
    while True:
        for task in await work.tasks(datetime.now(UTC)):
            return task
        await asyncio.sleep(0.05)


def _offers(at: Premises) -> Offers:
    return Offers(at.store, at.plan, at.settings, at.ring, at.clock)


def test_agents_in_a_dead_programs_hands_are_free_again_whatever_they_were_in() -> None:
    async def main() -> None:
        scene, talking = Scene(), AgentState.TALKING
        agents = [
            agent("consulted", state=AgentState.RINGING, call_id="c1", holder="old"),
            agent("took-over", state=talking, call_id="c1", holder="old"),
            agent("calls-out", state=AgentState.RESERVED, call_id="o1", holder="old"),
            agent("by-phone", state=talking, call_id="c1", holder="old", phone="1", owner=None),
            agent("ours", state=talking, call_id="c2", holder="here"),
        ]
        scene.shared.dead.add("old")
        async with scene.open(*agents):
            await asyncio.sleep(3)
            states = {who: scene.state(who) for who in scene.shared.agents}
        free, wrapping = AgentState.FREE, AgentState.WRAP_UP
        assert states == {
            "consulted": free,
            "took-over": wrapping,
            "calls-out": free,
            "by-phone": wrapping,
            "ours": talking,
        }
        assert {each.owner for each in scene.shared.agents.values()} == {"here", None}

    in_virtual_time(main())


def test_a_customer_who_was_still_rung_in_a_crash_is_called_again() -> None:
    async def main() -> None:
        scene = Scene(outward=EveryoneAnswers(rings_s=30))
        async with scene.open(agent("anna", owner="old"), me="old") as office:
            await office.call_back(caller(1, phone="0561 1"))
            await asyncio.sleep(10)
            assert scene.state("anna") is AgentState.TALKING
            crashed = dict(scene.shared.waits), dict(scene.shared.agents)
        scene.shared.waits, scene.shared.agents = crashed
        scene.shared.dead.add("old")
        async with scene.open(me="new"):
            await asyncio.sleep(3)
            (stay,) = scene.shared.waits.values()
            assert (stay.state, stay.kept, stay.owner) == (WaitState.WAITING, True, "new")
            assert scene.state("anna") is AgentState.WRAP_UP
            scene.shared.agents["anna"] = agent("anna", owner="new")
            await asyncio.sleep(40)
            assert next(iter(scene.shared.waits.values())).taken_at is not None

    in_virtual_time(main())


def test_after_a_crash_agents_go_on_and_those_who_wait_are_in_order() -> None:
    async def main() -> None:
        scene = Scene()
        busy = agent("anna", owner="old", state=AgentState.TALKING, call_id="c1")
        rung = agent("bert", owner="old", state=AgentState.RINGING, call_id="c2")
        async with scene.open(busy, rung, me="old"):
            pass
        shared = scene.shared
        old = [replace(caller(number), since=scene.now()) for number in range(5)]
        async with scene.open(me="old") as office:
            stays = [office.enqueue(who) for who in old[1:]]
            for stay in stays:
                await anext(stay)
        for number, state, whom in (
            (1, WaitState.TALKING, "anna"),
            (2, WaitState.OFFERED, "bert"),
        ):
            key = next(id_ for id_, wait in shared.waits.items() if wait.call_id == f"c{number}")
            shared.waits[key] = replace(shared.waits[key], state=state, agent=whom, site="haus")
        shared.waits[next(i for i, w in shared.waits.items() if w.call_id == "c4")] = replace(
            next(wait for wait in shared.waits.values() if wait.call_id == "c4"), kept=True
        )
        for stay in stays:
            await stay.aclose()  # Too late: that program is dead.
        shared.dead.add("old")
        async with scene.open(me="new") as office:
            await asyncio.sleep(3)
            ends = {wait.call_id: wait.end for wait in shared.waits.values()}
            assert ends == {
                "c1": WaitEnd.TAKEN,
                "c2": WaitEnd.LOST,
                "c3": WaitEnd.LOST,
                "c4": None,
            }
            kept = next(wait for wait in shared.waits.values() if wait.call_id == "c4")
            assert (kept.owner, kept.state) == ("new", WaitState.WAITING)
            assert scene.state("anna") is AgentState.WRAP_UP
            assert scene.state("bert") is AgentState.FREE
            shared.agents["bert"] = replace(shared.agents["bert"], owner="new")
            *_, taken = await scene.wait(office, caller(9))
            assert isinstance(taken, Taken)
            assert taken.agent == "bert"

    in_virtual_time(main())


def test_two_offices_keep_one_order() -> None:
    """A telephone that both can ring goes to whoever came first, wherever they wait."""

    async def main() -> None:
        scene = Scene()
        phone = agent("anna", phone="sip:anna@example.org", state=AgentState.TALKING, call_id="x")
        async with scene.open(phone, me="one") as one, scene.open(me="two") as two:
            order: list[str] = []

            async def wait(office: object, number: int) -> None:
                news = await scene.wait(office, caller(number))  # type: ignore[arg-type]
                assert isinstance(news[-1], Taken)
                order.append(f"c{number}")
                await asyncio.sleep(5)
                scene.shared.agents["anna"] = replace(
                    scene.shared.agents["anna"], state=AgentState.FREE
                )

            waits = []
            for number, office in enumerate([one, two, two, one]):
                waits.append(asyncio.create_task(wait(office, number)))
                await asyncio.sleep(0.2)
            scene.shared.agents["anna"] = replace(
                scene.shared.agents["anna"], state=AgentState.FREE
            )
            await asyncio.gather(*waits)
            assert order == ["c0", "c1", "c2", "c3"]

    in_virtual_time(main())
