"""Two programs on one database, and one that dies."""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.core.desk import Taken
from ivr.core.staffing import AgentState, Shift, WaitEnd, WaitState
from ivr.store.desk import SqlDesk
from ivr.store.owner import this_process
from ivr.store.sql import open_store
from tests.desk.scene import Scene, agent, caller, in_virtual_time

ROOT = Path(__file__).resolve().parents[2]
CALLS = 12


@pytest.mark.slow
@pytest.mark.timeout(180)
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
