"""What a hotline does while nobody calls: little, and yet it notices everything soon."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from ivr.app.fast_clock import FastLoop
from ivr.app.live_company import LiveCompany
from ivr.app.model_keeper import ModelKeeper
from ivr.app.rasa import running
from ivr.config.loading import PROGRAM_FOLDER
from ivr.core.staffing import AgentState
from ivr.core.training import Activation, ActivationState, Job
from ivr.desk.gauges import Gauges
from ivr.desk.hub import AgentChanged
from ivr.observe.metrics import Metrics
from ivr.store.desk import SqlDesk
from ivr.store.desk_memory import MemoryDesk
from ivr.store.owner import this_process
from ivr.store.sql import open_store
from ivr.store.training_content import SqlShelf
from ivr.store.training_jobs import SqlJobs
from ivr.training.models_desk import ModelsDesk
from ivr.training.scripted import ScriptedWorkshop
from ivr.training.trainer import Trainer
from ivr.understanding.scripted import ScriptedUnderstanding
from ivr.understanding.switching import Model, SwitchingUnderstanding
from tests.desk.scene import Scene, agent, in_virtual_time
from tests.training.rooms import CLIENT, open_room

MOST_A_SECOND = 3


@contextmanager
def counted() -> Iterator[list[str]]:
    """What databases are asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def _nothing() -> None:
    """There is no Rasa to end."""


def understanding() -> SwitchingUnderstanding:
    return SwitchingUnderstanding(Model("shipped", ScriptedUnderstanding(), _nothing))


async def _start(file: Path) -> Model:
    return Model(file.name, ScriptedUnderstanding(), _nothing)


def test_the_database_of_an_idle_hotline_is_hardly_asked(tmp_path: Path) -> None:
    async def idle() -> list[str]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, FastLoop)
        store = await open_store(tmp_path / "h.sqlite", client=CLIENT, working=loop.working)
        shelf, jobs = SqlShelf(store.sessions, CLIENT), SqlJobs(store.sessions, CLIENT)
        workshop, scene = ScriptedWorkshop(tmp_path), Scene()
        keeper = ModelKeeper(understanding(), _start, jobs, workshop.file, asyncio.Event())
        desk = SqlDesk(store.sessions, CLIENT, this_process())
        works = (
            LiveCompany(PROGRAM_FOLDER / "company.toml").follow(shelf),
            keeper.run(),
            Trainer(shelf, jobs, workshop, str, str).run(),
            Gauges(desk, scene.plan, Metrics(), scene.now).run(),
        )
        try:
            async with scene.open(store=desk), running(*works):
                with counted() as asked:
                    await asyncio.sleep(60)
                return asked
        finally:
            await store.close()

    asked = in_virtual_time(idle())
    assert 0 < len(asked) <= 60 * MOST_A_SECOND


def test_an_open_page_is_told_within_a_second_of_what_other_programs_do() -> None:
    async def told_after_s() -> float:
        scene, loop = Scene(), asyncio.get_running_loop()
        async with scene.open(agent("anna", state=AgentState.SIGNED_OUT, owner=None)):
            await asyncio.sleep(7)  # Nobody is there, so it is looked seldom.
            async with scene.hub.listen(None) as page:
                other = MemoryDesk(scene.shared, "there")
                anna = await other.agent("anna")
                assert anna is not None
                await other.save_agent(replace(anna, state=AgentState.FREE, owner="there"))
                began = loop.time()
                news = await page.next()
                assert isinstance(news, AgentChanged)
                assert news.agent.state is AgentState.FREE
                return loop.time() - began

    assert in_virtual_time(told_after_s()) <= 1.0


async def test_what_admins_ask_for_here_is_begun_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever waited for the next look would run into the limit of this test.
    for module in ("ivr.app.model_keeper", "ivr.training.trainer"):
        monkeypatch.setattr(f"{module}.LOOK_EVERY_S", 3600.0)
    (tmp_path / "other").touch()
    async with open_room(tmp_path / "h.sqlite") as room:
        workshop, used = ScriptedWorkshop(tmp_path), understanding()
        models = ModelsDesk(room.jobs, workshop, lambda: used.model)
        keeper = ModelKeeper(used, _start, room.jobs, workshop.file, models.wished)
        trainer = Trainer(room.shelf, room.jobs, workshop, lambda: "pipeline: []\n", str)
        async with running(keeper.run(), trainer.run()):
            # Both have looked then, and would look again in an hour.
            while not await room.jobs.activations():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            wish = await models.activate("other", "eva", anyway=True)
            assert isinstance(wish, Activation)
            while await _state(room.jobs, wish) is not ActivationState.ACTIVE:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            job = await trainer.ask("eva")
            assert isinstance(job, Job)
            await workshop.begun.wait()
        assert used.model == "other"
        await used.close()


async def _state(jobs: SqlJobs, wish: Activation) -> ActivationState:
    return next(each.state for each in await jobs.activations() if each.number == wish.number)
