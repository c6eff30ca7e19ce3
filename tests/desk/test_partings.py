"""A caller goes from one agent to another: each has a stay, a code and times of their own."""

import asyncio

from ivr.core.desk import PartingHow, Taken
from ivr.core.staffing import AgentState, WaitEnd, WaitState
from ivr.desk.expectation import used_lines
from ivr.store.desk_memory import MemoryDesk
from tests.desk.scene import Scene, SilentLeg, agent, caller, in_virtual_time
from tests.desk.test_people import staffed


def test_who_takes_over_has_a_stay_of_their_own() -> None:
    async def main() -> None:
        scene = Scene()
        store = MemoryDesk(scene.shared)
        bert = agent("bert", state=AgentState.SIGNED_OUT)
        async with staffed(scene, agent("anna"), bert) as (office, people):
            await scene.wait(office, caller(1))
            await asyncio.sleep(60)
            assert await people.step_in("bert", "c1") is not None
            taken = Taken("bert", "Bert", "haus", SilentLeg(), why="übernommen")
            for _ in range(2):
                await office.passed("c1", "anna", taken)
            assert scene.state("anna") is AgentState.WRAP_UP
            assert used_lines((await store.floor()).waits, "haus") == 1
            await asyncio.sleep(10)
            await people.wrap_up("anna", "Erledigt", "von Anna")
            await asyncio.sleep(30)
            await office.parted("c1", "bert", PartingHow.DONE)
            await asyncio.sleep(20)
            await people.wrap_up("bert", "Rückruf vereinbart", "von Bert")
            annas, berts = await store.stays("c1")
            assert (annas.agent, berts.agent) == ("anna", "bert")
            assert (annas.note, annas.wrap_s, annas.passed_on) == ("von Anna", 10, False)
            assert (berts.note, berts.wrap_s, berts.passed_on) == ("von Bert", 20, True)
            assert (annas.talked_s, berts.talked_s, berts.waited_s) == (60, 40, 0)
            assert {annas.end, berts.end} == {WaitEnd.TAKEN}
            handled = await store.handled("bert", scene.start)
            assert (handled.calls, handled.mean_s) == (1, 60)

    in_virtual_time(main())


def test_who_was_only_asked_leaves_the_others_code_alone() -> None:
    async def main() -> None:
        scene = Scene()
        async with staffed(scene, agent("anna"), agent("bert")) as (office, people):
            await scene.wait(office, caller(1))
            mine = next(n for n in ("anna", "bert") if scene.state(n) is AgentState.TALKING)
            other = "bert" if mine == "anna" else "anna"
            assert await people.step_in(other, "c1") is not None
            await asyncio.sleep(60)
            await office.parted("c1", mine, PartingHow.DONE)
            await people.wrap_up(mine, "Erledigt", "meine Notiz")
            await office.parted("c1", other, PartingHow.DONE)
            assert scene.state(other) is AgentState.WRAP_UP
            await people.wrap_up(other, "Sonstiges", "andere Notiz")
            assert scene.state(other) is AgentState.FREE
            wait = await MemoryDesk(scene.shared).wait_of("c1")
            assert wait is not None
            assert (wait.state, wait.note) == (WaitState.ENDED, "meine Notiz")

    in_virtual_time(main())
