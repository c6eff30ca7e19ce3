"""Everything that agents do in a call, done by key, in Chromium at every end."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import expect

from ivr.core.staffing import Wait
from ivr.desk.changes import change_wait
from ivr.desk.sheets import enrol
from tests.browser.callers import ABSENT
from tests.browser.desks import CUSTOMER, Seat, Telephones, open_desk_in_browsers, tone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CALLER, ANNA, BERT = 520, 1130, 1710
KEY_5 = 1336
"""Hertz of the higher of its two tones."""
ANSWERS = ("Der Versand kostet 4,90 Euro.", "Die Rückgabe ist 30 Tage lang möglich.")
_RECORD_NOTICES = """
window.notices = [];
const Real = Notification;
window.Notification = class extends Real {
  constructor(title, options) {
    super(title, options);
    notices.push(`${title}: ${options.body}`);
  }
};
"""


@asynccontextmanager
async def pressing(seat: Seat, key: str) -> AsyncIterator[None]:
    """A key again and again, as its tone is short."""

    async def press() -> None:
        while True:
            await seat.page.keyboard.press(key)
            await asyncio.sleep(0.1)

    task = asyncio.create_task(press())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def tries_the_headset(anna: Seat) -> None:
    """The dialog: the level moves, the tone plays, and one hears oneself."""
    page = anna.page
    await page.keyboard.press("o")
    loud = re.compile(r"--level: ?(1|0\.(0[1-9]|[1-9]))")
    await expect(page.locator("#try-level")).to_have_attribute("style", loud)
    await page.locator("#try-tone").click()
    await page.locator("#try-echo").click()
    await anna.sees("Jetzt drei Sekunden sprechen")
    await anna.look("set-up")
    await anna.sees("So klingen Sie")
    await anna.sees("Mich selbst hören")
    await page.keyboard.press("Escape")
    await anna.sees("Headset verbunden")


async def test_a_call_is_handled_by_key(tmp_path: Path) -> None:
    async with open_desk_in_browsers(tmp_path) as office:
        shop, store = office.shop, office.shop.desk.store
        shop.desk.use_telephone(telephones := Telephones(), shop.register, "sip")
        anna = await office.staff("anna", tone(tmp_path, ANNA))
        await anna.context.grant_permissions(["notifications"])
        await anna.page.add_init_script(_RECORD_NOTICES)
        await anna.page.goto(f"{office.address}/desk")
        await anna.presses("f")
        await anna.sees("Bereit für den nächsten Anruf")
        await tries_the_headset(anna)

        caller = await office.caller(tone(tmp_path, CALLER))
        await anna.sees("Sie melden sich mit")
        await anna.look("offer")
        [notice] = await anna.page.evaluate("notices")
        assert notice.startswith(f"{shop.desk.company.name}: Anruf von")
        await anna.presses("a")
        await anna.hears(CALLER)
        [talk] = shop.register.conversations()

        def answered(wait: Wait) -> Wait:
            return replace(wait, waiting=replace(wait.waiting, suggestions=ANSWERS))

        await change_wait(store, talk.call_id, answered)
        await anna.sees(ANSWERS[1])
        await anna.presses("2")
        said = anna.page.locator("#desk-talk .say-hotline").get_by_text(ANSWERS[1])
        await expect(said).to_be_visible()

        await anna.presses("m")
        await anna.sees("Ton an")
        await caller.hears_no(ANNA)
        await anna.presses("m")
        await caller.hears(ANNA)
        await anna.presses("k")
        async with pressing(anna, "5"):
            await caller.hears(KEY_5)
        await anna.page.keyboard.press("Escape")
        await caller.page.keyboard.press("4")
        await caller.page.keyboard.press("7")
        await expect(anna.page.locator(".desk-pressed")).to_have_text("47")
        await anna.look("call")

        bert = await office.agent("bert", tone(tmp_path, BERT))
        await anna.presses("t")
        await anna.sees("Rücksprache mit Bert")
        await anna.look("pass-on")
        await anna.presses("1")
        await bert.sees("Rücksprache mit Anna")
        await anna.presses("x")
        await bert.sees("Bereit für den nächsten Anruf")
        await anna.presses("t")
        await anna.presses("1")
        await bert.sees("Annehmen")
        await bert.presses("a")
        await anna.sees("Zu dritt sprechen")
        await anna.presses("d")
        await caller.hears(BERT)
        await caller.hears(ANNA)
        await bert.hears(CALLER)
        await anna.look("three-way")
        await anna.presses("b")
        await bert.sees("Wie ist das Gespräch ausgegangen?")
        await bert.presses("1")
        await bert.sees("Bereit für den nächsten Anruf")

        await anna.presses("t")
        await anna.sees("Direkt an Bert")
        await anna.presses("b")
        await anna.sees("Wie ist das Gespräch ausgegangen?")
        await anna.look("wrap-up")
        await bert.sees("Technik")
        await bert.presses("a")
        await bert.hears(CALLER)
        await bert.presses("t")
        await bert.presses("0")
        await bert.page.keyboard.type("0561 4711")
        await bert.page.keyboard.press("Enter")
        await bert.sees("Wie ist das Gespräch ausgegangen?")
        await caller.hears(CUSTOMER)
        assert telephones.dialled == ["05614711"]
        assert anna.errors == []
        assert bert.errors == []


async def test_whoever_has_a_telephone_is_at_the_desk_without_a_microphone(
    tmp_path: Path,
) -> None:
    async with open_desk_in_browsers(tmp_path) as office:
        anna = await office.staff("anna", ABSENT)
        agent = await enrol(office.shop.house.premises, "anna", "Anna")
        assert await office.shop.desk.store.save_agent(replace(agent, phone="0561 77"))
        await anna.page.goto(f"{office.address}/desk")
        await anna.look("telephone")
        await anna.presses("f")
        await anna.sees("Bereit für den nächsten Anruf")
        await anna.presses("g")
        await anna.sees("Guten Tag, Anna")
        assert anna.errors == []
