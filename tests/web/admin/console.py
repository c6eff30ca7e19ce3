"""The console on a database of its own, for tests: with or without a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.audio.wav import encode_wav
from ivr.core.pcm import Pcm
from ivr.core.staff import Role
from ivr.training.answers import variables
from ivr.training.hint_desk import HintDesk
from ivr.web.admin.console import Console
from ivr.web.admin.part import admin_part
from tests.training.rooms import Room, demo_company, open_room
from tests.web.shell import Browser, House, running_shell


@dataclass
class Office:
    house: House
    room: Room
    spoken: list[str]
    """What was said to admins who wanted to hear it."""

    async def admin(self, name: str = "anna", role: Role = Role.ADMIN) -> Browser:
        """Somebody in this role, signed in."""
        await self.house.add(name, role)
        browser = self.house.browser()
        await browser.sign_in(name)
        return browser


@asynccontextmanager
async def open_office(folder: Path, *, small: bool = True) -> AsyncIterator[Office]:
    async with open_room(folder / "training.sqlite", small=small) as room:
        spoken: list[str] = []

        async def speak(text: str) -> bytes:
            spoken.append(text)
            return encode_wav(Pcm(bytes(3200), 16_000))

        console = Console(
            room.desk,
            HintDesk(room.shelf, room.desk),
            room.inbox,
            lambda: variables(demo_company()),
            (("service", "Kundenservice"), ("technik", "Technik")),
            speak,
        )
        async with running_shell(folder, [admin_part(console)]) as house:
            yield Office(house, room, spoken)
