"""Admins at Chromium: the console with a workshop that needs no Rasa, and what they see."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

from ivr.core.staff import Role
from ivr.web.server import serve
from tests.browser.callers import FLAGS, SCREENSHOTS
from tests.web.admin.console import Office, open_office
from tests.web.shell import PASSWORD


@dataclass
class Console:
    office: Office
    browser: Browser
    address: str
    errors: list[str]
    """What browsers' consoles complained of."""

    async def admin(self, name: str, role: Role = Role.ADMIN) -> Page:
        """Somebody who has just signed in, in a browser of their own."""
        await self.office.house.add(name, role)
        page = await sign_in(self.browser, self.address, name)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    async def open(self, page: Page, path: str) -> int:
        answer = await page.goto(f"{self.address}{path}")
        assert answer is not None
        return answer.status


async def sign_in(browser: Browser, address: str, name: str) -> Page:
    """A window of their own for somebody who has `PASSWORD`."""
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="de-DE", base_url=address
    )
    page = await context.new_page()
    await page.goto(f"{address}/staff/sign-in")
    await page.fill("#name", name)
    await page.fill("#password", PASSWORD)
    await page.get_by_role("button", name="Anmelden").click()
    await expect(page.locator(".topbar-end")).to_be_visible()
    return page


async def look(page: Page, name: str) -> None:
    """Leave a picture for people."""
    await asyncio.to_thread(SCREENSHOTS.mkdir, parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"console-{name}.png", full_page=True)


@asynccontextmanager
async def open_console(folder: Path, *flags: str) -> AsyncIterator[Console]:
    """`flags` are Chromium's, for a microphone."""
    async with (
        open_office(folder) as office,
        serve(office.house.app, "127.0.0.1", 0, "web.port") as port,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*FLAGS, *flags]
        )
        try:
            yield Console(office, browser, f"http://127.0.0.1:{port}", [])
        finally:
            await browser.close()
