"""Staff at Chromium: signing in, what is refused, and the live page as calls come and go."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, ConsoleMessage, Page, async_playwright, expect

from ivr.call.live import LiveBoard
from ivr.core.actions import Ask, Say
from ivr.core.records import CallEnd, CallRecord, CallStart, Outcome, Turn
from ivr.core.staff import Role
from ivr.store.memory import MemoryStore
from ivr.web.live.part import live_part
from ivr.web.server import serve
from ivr.web.staff.people import People
from ivr.web.staff.people_part import people_part
from tests.browser.callers import FLAGS, SCREENSHOTS
from tests.web.shell import PASSWORD, House, running_shell

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@dataclass
class Desk:
    """A browser in front of a hotline's pages."""

    house: House
    board: LiveBoard
    page: Page
    context: BrowserContext
    address: str
    complaints: list[str]
    looks: str

    async def open(self, path: str) -> None:
        await self.page.goto(self.address + path)

    async def sign_in(self, name: str, password: str = PASSWORD) -> None:
        await self.open("/staff/sign-in")
        await self.page.get_by_label("Name").fill(name)
        await self.page.get_by_label("Passwort").fill(password)
        await self.page.get_by_role("button", name="Anmelden").click()

    async def reads(self, text: str) -> None:
        await expect(self.page.get_by_text(text).first).to_be_visible()

    async def cut(self) -> None:
        """The stream breaks off, and no new one can be had."""
        await self.page.route("**/events", lambda route: route.abort())
        # Chromium's offline switch leaves streams alone that are open already.
        self.board.close()

    async def restore(self) -> None:
        self.board.closed = False
        await self.page.unroute("**/events")

    async def look(self, name: str) -> None:
        """Leave a picture for people."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        file = SCREENSHOTS / f"staff-{name}-{self.looks}.png"
        await self.page.screenshot(path=file, full_page=True)


@asynccontextmanager
async def at_desk(folder: Path, *, dark: bool = False) -> AsyncIterator[Desk]:
    board = LiveBoard()
    async with running_shell(folder) as bare:
        people = People(bare.store, bare.passwords)
    parts = [live_part(board, MemoryStore()), people_part(people)]
    async with (
        running_shell(folder, parts) as house,
        serve(house.app, "127.0.0.1", 0, "web.port") as port,
        async_playwright() as playwright,
    ):
        people._store = house.store
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(FLAGS)
        )
        try:
            context = await browser.new_context(
                color_scheme="dark" if dark else "light",
                viewport={"width": 1366, "height": 820},
                locale="de-DE",
            )
            page, complaints = await context.new_page(), list[str]()
            page.on("pageerror", lambda error: complaints.append(str(error)))

            def listen(said: ConsoleMessage) -> None:
                if "Content Security" in said.text:
                    complaints.append(said.text)

            page.on("console", listen)
            address, looks = f"http://127.0.0.1:{port}", "dark" if dark else "light"
            yield Desk(house, board, page, context, address, complaints, looks)
            assert complaints == []
        finally:
            board.close()
            await browser.close()


@pytest.mark.parametrize("dark", [False, True])
async def test_signing_in_and_being_refused(tmp_path: Path, dark: bool) -> None:
    async with at_desk(tmp_path, dark=dark) as desk:
        await desk.house.add("admin", Role.ADMIN)
        await desk.house.add("erika")
        await desk.open("/live")
        await expect(desk.page.get_by_role("heading", name="Anmelden")).to_be_visible()
        await desk.look("sign-in")
        await desk.sign_in("erika", "falsch")
        await desk.reads("Name oder Passwort stimmen nicht.")
        await desk.look("wrong-password")
        await desk.sign_in("erika")
        await desk.open("/live")
        await desk.reads("nicht freigegeben")
        await desk.look("another-role")
        await desk.context.clear_cookies()
        for _ in range(5):
            await desk.sign_in("admin", "falsch")
        await desk.sign_in("admin")
        await desk.reads("für eine Viertelstunde gesperrt")
        await desk.look("locked")


async def test_a_form_of_an_older_page_is_refused(tmp_path: Path) -> None:
    async with at_desk(tmp_path) as desk:
        await desk.house.add("admin", Role.ADMIN)
        await desk.sign_in("admin")
        await desk.open("/staff/people")
        await desk.page.evaluate(
            "document.querySelectorAll('[name=csrf]').forEach(field => { field.value = 'x'; })"
        )
        await desk.page.get_by_role("button", name="Neues Passwort …").click()
        await desk.reads("Neues Passwort für Admin?")
        await desk.page.get_by_role("button", name="Neues Passwort vergeben").click()
        await desk.reads("Diese Seite ist nicht mehr gültig.")
        await desk.look("csrf")


@pytest.mark.parametrize("dark", [False, True])
async def test_an_admin_adds_somebody_by_keyboard(tmp_path: Path, dark: bool) -> None:
    async with at_desk(tmp_path, dark=dark) as desk:
        await desk.house.add("admin", Role.ADMIN)
        await desk.sign_in("admin")
        await desk.open("/staff/people")
        await desk.page.keyboard.press("n")
        await desk.page.keyboard.type("Erika Mustermann")
        await desk.page.keyboard.press("Tab")
        await desk.page.keyboard.type("Erika Mustermann")
        await desk.look("people-add")
        await desk.page.keyboard.press("Enter")
        # A sign-in name has no space: the dialog is still there, with what was typed.
        await desk.reads("Ein Anmeldename hat 2 bis 40 Zeichen")
        field = desk.page.get_by_label("Anmeldename")
        await expect(field).to_have_value("Erika Mustermann")
        await field.fill("e.mustermann")
        await desk.page.keyboard.press("Enter")
        await desk.reads("Einmalpasswort für Erika Mustermann")
        await desk.look("people")


_OUT_OF_SIGHT = """
hidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""
"""Without a window, Chromium takes all tabs for visible ones."""


async def test_a_session_that_is_over_leads_to_signing_in_again(tmp_path: Path) -> None:
    async with at_desk(tmp_path) as desk:
        await desk.house.add("chefin", Role.SUPERVISOR)
        await desk.sign_in("chefin")
        await expect(desk.page.locator("#stream-state")).to_have_text("Aktuell")
        desk.house.later(timedelta(hours=13))
        desk.board.close()
        await expect(desk.page.get_by_role("heading", name="Anmelden")).to_be_visible()
        # And back to where one was.
        desk.board.closed = False
        await desk.page.get_by_label("Name").fill("chefin")
        await desk.page.get_by_label("Passwort").fill(PASSWORD)
        await desk.page.get_by_role("button", name="Anmelden").click()
        await expect(desk.page.locator("#stream-state")).to_have_text("Aktuell")


async def test_tabs_out_of_sight_leave_connections_for_others(tmp_path: Path) -> None:
    async with at_desk(tmp_path) as desk:
        await desk.house.add("chefin", Role.SUPERVISOR)
        await desk.sign_in("chefin")
        tabs = [desk.page]
        for _ in range(7):
            await expect(tabs[-1].locator("#stream-state")).to_have_text("Aktuell")
            await tabs[-1].evaluate(_OUT_OF_SIGHT, arg=True)
            tabs.append(await desk.context.new_page())
            await tabs[-1].goto(f"{desk.address}/live")
        start = CallStart("c1", "m", "sip", datetime.now(UTC), "+49 30 5550123")
        desk.board.watch(start)
        rows = desk.page.locator("#calls [data-row=c1]")
        await expect(tabs[-1].locator("#calls [data-row=c1]")).to_have_count(1)
        await expect(rows).to_have_count(0)
        # Who looks at it again sees what has happened meanwhile.
        await desk.page.evaluate(_OUT_OF_SIGHT, arg=False)
        await expect(rows).to_have_count(1)


@pytest.mark.parametrize("dark", [False, True])
async def test_the_live_page_is_right_after_the_network_was_away(
    tmp_path: Path, dark: bool
) -> None:
    async with at_desk(tmp_path, dark=dark) as desk:
        await desk.house.add("chefin", Role.SUPERVISOR)
        await desk.sign_in("chefin")
        rows = desk.page.locator("#calls [data-row]:not([data-row=nothing])")
        await desk.reads("Gerade ruft niemand an.")
        await expect(desk.page.locator("#stream-state")).to_have_text("Aktuell")
        await desk.look("live-empty")
        now = datetime.now(UTC)
        first = CallStart("c1", "m", "sip", now - timedelta(seconds=75), "+49 30 5550123")
        tell = desk.board.watch(first)
        assert tell.on_turn is not None
        assert tell.on_action is not None
        tell.on_turn(Turn("caller", "Wo bleibt meine Bestellung?", 4, 6, intent="late_delivery"))
        tell.on_turn(Turn("hotline", "Ich sehe nach.", 6.6, 8, response_s=0.61))
        tell.on_action(Say(2, "Ihre Bestellung kommt voraussichtlich morgen."))
        await expect(rows).to_have_count(1)
        await desk.reads("Wo bleibt meine Bestellung?")
        await desk.look("live")
        await desk.page.get_by_role("link", name="+49 30 5550123").click()
        await desk.reads("nach 0,61 s")
        await desk.look("call")
        await desk.page.keyboard.press("Escape")
        await expect(desk.page.locator("#stream-state")).to_have_text("Aktuell")
        # The network goes; meanwhile this call ends and two others begin.
        await desk.cut()
        await expect(desk.page.locator("#stream-state")).to_have_text("Verbindung unterbrochen")
        desk.board.end(CallRecord(first, end=CallEnd(Outcome.ANSWERED, now)))
        for number in (2, 3):
            start = CallStart(f"c{number}", "m", "webrtc", now)
            other = desk.board.watch(start)
            assert other.on_action is not None
            other.on_action(Ask(1, "Frage"))
        await desk.restore()
        await expect(desk.page.locator("#stream-state")).to_have_text("Aktuell", timeout=20_000)
        await expect(rows).to_have_count(2)
        await expect(desk.page.locator("#ended [data-row=c1]")).to_contain_text("1:15")
        await expect(desk.page.locator("#figures .figure-value").first).to_have_text("2")
        await desk.look("live-later")
