"""The console on a database of its own, for tests: with or without a browser."""

import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ivr.app.rehearsing import TryParts, TryRoom
from ivr.audio.wav import encode_wav
from ivr.config.loading import PROGRAM_FOLDER
from ivr.core.pcm import Pcm
from ivr.core.staff import Role
from ivr.speech.recognizers.scripted import ScriptedRecognizer
from ivr.store.sounds import SoundFolder
from ivr.training.answers import variables
from ivr.training.company import CompanyDesk
from ivr.training.hearing import HearingDesk
from ivr.training.hint_desk import HintDesk
from ivr.training.in_turn import InTurn
from ivr.training.models_desk import ModelsDesk
from ivr.training.scripted import ScriptedEar, ScriptedWorkshop
from ivr.training.spoken import SpokenDesk
from ivr.training.trainer import Trainer
from ivr.understanding.actions.given import GIVEN
from ivr.understanding.scripted import ScriptedUnderstanding
from ivr.understanding.switching import Model, SwitchingUnderstanding
from ivr.web.admin.console import Console
from ivr.web.admin.part import admin_part
from tests.dialogue.talks import SCRIPT
from tests.training.rooms import Room, demo_company, open_room
from tests.web.shell import Browser, House, running_shell


@dataclass
class Office:
    house: House
    room: Room
    spoken: list[str]
    """What was said to admins who wanted to hear it."""
    trainer: Trainer
    workshop: ScriptedWorkshop
    active: list[str]
    """The models that calls used, the present one last."""
    speaking: InTurn
    """Does what is to be spoken."""
    ear: ScriptedEar

    async def admin(self, name: str = "anna", role: Role = Role.ADMIN) -> Browser:
        """Somebody in this role, signed in."""
        await self.house.add(name, role)
        browser = self.house.browser()
        await browser.sign_in(name)
        return browser


def profile() -> Mapping[str, Any]:
    """What is in the demo company's file."""
    return tomllib.loads((PROGRAM_FOLDER / "company.toml").read_text("utf-8"))


async def _nothing() -> None:
    """There is no Rasa to end."""


@asynccontextmanager
async def open_office(folder: Path, *, small: bool = True) -> AsyncIterator[Office]:
    async with open_room(folder / "training.sqlite", small=small) as room:
        spoken: list[str] = []

        async def speak(text: str) -> bytes:
            spoken.append(text)
            return encode_wav(Pcm(bytes(3200), 16_000))

        def words() -> tuple[str, ...]:
            return ("Musterfirma",)

        def present() -> str:
            return active[-1]

        workshop, active, ear, turn = ScriptedWorkshop(folder), [""], ScriptedEar(), InTurn()
        trainer = Trainer(room.shelf, room.jobs, workshop, lambda: "pipeline: []\n", present)
        models = ModelsDesk(room.jobs, workshop, present)
        console = Console(
            content=room.desk,
            hearing=HearingDesk(room.desk, ear, words, turn),
            spoken=SpokenDesk(room.desk, ear, words, turn, trainer.examiner, workshop, present),
            hints=HintDesk(room.shelf, room.desk, models, GIVEN),
            inbox=room.inbox,
            company=CompanyDesk(room.shelf, profile),
            models=models,
            trainer=trainer,
            jobs=room.jobs,
            talks=room.talks,
            zone=ZoneInfo("Europe/Berlin"),
            agent_minutes=6.0,
            variables=lambda: variables(demo_company()),
            queues=(("service", "Kundenservice"), ("technik", "Technik")),
            speak=speak,
            tries=_tries(room, workshop),
            sound=SoundFolder(folder / "recordings", 30).file,
        )
        async with running_shell(folder, [admin_part(console)]) as house:
            yield Office(house, room, spoken, trainer, workshop, active, turn, ear)


def _tries(room: Room, workshop: ScriptedWorkshop) -> TryRoom:
    """Without a Rasa of its own."""
    return TryRoom(
        TryParts(
            SwitchingUnderstanding(Model("", ScriptedUnderstanding(), _nothing)),
            None,
            workshop.file,
            str,
            lambda: SCRIPT,
            room.desk,
            ScriptedRecognizer(["Wann haben Sie geöffnet?"]),
        )
    )
