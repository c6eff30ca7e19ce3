"""The web shell on a database of its own, with a clock that tests move."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI

from ivr.config.web import Web
from ivr.core.staff import Person, Role
from ivr.store.sql import open_store
from ivr.store.staff import StaffStore
from ivr.web.app import Shell, make_app
from ivr.web.part import Part
from ivr.web.staff.entrance import Entrance
from ivr.web.staff.passwords import CHEAP, Passwords

PASSWORD = "ein guter Satz"
HTML = {"accept": "text/html"}


@dataclass
class House:
    """What tests need of a running shell."""

    app: FastAPI
    store: StaffStore
    entrance: Entrance
    passwords: Passwords
    clock: list[datetime] = field(default_factory=list)

    def later(self, by: timedelta) -> None:
        self.clock[0] += by

    async def add(self, name: str, role: Role = Role.AGENT, *, settled: bool = True) -> Person:
        """Somebody with `PASSWORD`, their own if `settled`."""
        hashed = await self.passwords.hash(PASSWORD)
        person = await self.store.add(name, name.title(), role, hashed, self.clock[0])
        assert person is not None
        if settled:
            await self.store.set_password(person.id, hashed, must_change=False)
        return person

    def browser(self, address: str = "192.0.2.7", base: str = "http://hotline.test") -> "Browser":
        transport = httpx.ASGITransport(
            self.app, client=(address, 4711), raise_app_exceptions=False
        )
        return Browser(transport=transport, base_url=base, headers=HTML)


class Browser(httpx.AsyncClient):
    """Keeps cookies, and sends forms with the token of the page they are on."""

    async def send_form(self, page: str, **fields: str) -> httpx.Response:
        """Load `page`, then send its form to the same address."""
        token = csrf(await self.get(page))
        return await self.post(page, data={"csrf": token, **fields})

    async def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        return await self.send_form("/staff/sign-in", name=name, password=password)


def csrf(page: httpx.Response) -> str:
    """The token that scripts on this page send along."""
    found = re.search(r'X-CSRF-Token": "([^"]+)"', page.text)
    assert found is not None
    return found[1]


@asynccontextmanager
async def running_shell(
    folder: Path, parts: Sequence[Part] = (), settings: Web | None = None
) -> AsyncIterator[House]:
    clock = [datetime(2026, 11, 24, 9, tzinfo=UTC)]
    store = await open_store(folder / "web.sqlite")
    try:
        staff, passwords = StaffStore(store.sessions), Passwords(CHEAP)
        entrance = Entrance(staff, settings or Web(), passwords, lambda: clock[0])
        shell = Shell("Musterfirma", ZoneInfo("Europe/Berlin"), entrance)
        yield House(make_app(shell, parts), staff, entrance, passwords, clock)
    finally:
        await store.close()
