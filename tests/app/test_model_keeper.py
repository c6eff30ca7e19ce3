"""Admins' wishes for another model while calls go on, with models that need no Rasa."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ivr.app import model_keeper
from ivr.app.model_keeper import ModelKeeper, active_model
from ivr.core.errors import UnderstandingUnavailable
from ivr.core.training import ActivationState
from ivr.training.models_desk import ModelsDesk
from ivr.training.scripted import ScriptedWorkshop
from ivr.understanding.scripted import ScriptedUnderstanding
from ivr.understanding.switching import Model, SwitchingUnderstanding
from tests.training.rooms import Room, open_room


async def _nothing() -> None:
    """There is no Rasa to end."""


def model(key: str) -> Model:
    return Model(key, ScriptedUnderstanding(), _nothing)


@dataclass
class House:
    room: Room
    folder: Path
    understanding: SwitchingUnderstanding
    faults: list[Exception] = field(default_factory=list)
    """What goes wrong with the next models that are started."""
    wished: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self, file: Path) -> Model:
        if self.faults:
            raise self.faults.pop(0)
        return model(file.name)

    def locate(self, key: str) -> Path | None:
        return self.folder / key if key != "gone" else None

    @property
    def keeper(self) -> ModelKeeper:
        return ModelKeeper(
            self.understanding, self.start, self.room.jobs, self.locate, self.wished
        )

    async def states(self) -> list[tuple[str, str]]:
        return [(each.model, each.state.value) for each in await self.room.jobs.activations()]


@asynccontextmanager
async def open_house(folder: Path) -> AsyncIterator[House]:
    async with open_room(folder / "h.sqlite") as room:
        understanding = SwitchingUnderstanding(model("shipped"))
        yield House(room, folder, understanding)
        await understanding.close()


async def test_a_wish_is_fulfilled_and_there_is_a_way_back(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        wish = await house.room.jobs.activate("other", "eva", "trotzdem")
        await house.keeper.work_once()
        assert house.understanding.model == "other"
        assert await house.states() == [("shipped", "replaced"), ("other", "active")]
        workshop = ScriptedWorkshop(tmp_path)
        (tmp_path / "shipped").touch()
        desk = ModelsDesk(house.room.jobs, workshop, lambda: house.understanding.model)
        await desk.roll_back("eva")
        await house.keeper.work_once()
        assert house.understanding.model == "shipped"
        [first] = [
            each for each in await house.room.jobs.activations() if each.number == wish.number
        ]
        assert (first.state, first.note) == (ActivationState.REPLACED, "trotzdem")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (UnderstandingUnavailable("Rasa ended while it started"), "Rasa ended"),
        (OSError(11, "Resource temporarily unavailable"), "Betriebssystem"),
        (KeyError("model"), "Protokoll"),
    ],
)
async def test_a_model_that_cannot_be_started_is_told_and_the_next_one_is_taken(
    tmp_path: Path, fault: Exception, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_keeper, "LOOK_EVERY_S", 0.01)
    async with open_house(tmp_path) as house:
        house.faults.append(fault)
        work = asyncio.create_task(house.keeper.run())
        await house.room.jobs.activate("other", "eva")
        await _until(house, ("other", "failed"))
        failed = next(
            each
            for each in await house.room.jobs.activations()
            if each.state is ActivationState.FAILED
        )
        assert words in failed.note
        assert house.understanding.model == "shipped"
        await house.room.jobs.activate("third", "eva")
        await _until(house, ("third", "active"))
        work.cancel()
        await asyncio.wait({work})


async def _until(house: House, state: tuple[str, str]) -> None:
    while state not in await house.states():  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_the_program_begins_with_the_model_that_admins_chose(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        said: list[str] = []
        shipped = tmp_path / "shipped"

        async def first() -> Path:
            return await active_model(house.room.jobs, house.locate, shipped, said.append)

        await house.keeper.work_once()
        # What nobody has asked for is the shipped one, which may be another by now.
        assert await first() == shipped
        await house.room.jobs.activate("other", "eva")
        await house.keeper.work_once()
        assert await first() == tmp_path / "other"
        wish = await house.room.jobs.activate("gone", "eva")
        await house.room.jobs.settle(wish.number, ActivationState.ACTIVE)
        assert await first() == shipped
        assert "gone" in said[0]
