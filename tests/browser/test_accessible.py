"""No barriers on the pages, in both themes, wide and narrow, in each state of a call."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from ivr.core.staff import Role
from ivr.speech.voices.pico import PicoVoice
from tests.browser.admins import open_console
from tests.browser.axe import barriers, by_keyboard, overflow
from tests.browser.callers import REFUSED, Caller, caller_at, speaking
from tests.browser.desks import open_desk_in_browsers, tone
from tests.browser.test_staff_pages import at_desk

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PHONE, SCREEN = (320, 640), (1280, 900)
LOOKS = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
SIZES = pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["narrow", "wide"])


async def check(page: Page, state: str = "") -> None:
    found = await barriers(page)
    assert not found, "\n".join([state, *found])


async def check_state(caller: Caller, name: str) -> None:
    await check(caller.page, name)
    assert await overflow(caller.page) <= 0, name
    await caller.look(f"a11y-{name}")


@LOOKS
async def test_the_call_page_in_each_state(tmp_path: Path, voice: PicoVoice, dark: bool) -> None:
    microphone = await speaking(tmp_path, voice, [])
    async with caller_at(tmp_path, microphone, voice, dark=dark, size=PHONE) as caller:
        page = caller.page
        await check_state(caller, "idle")
        await caller.call()
        await caller.sees_state("speaking")
        await caller.reads("hotline", "Guten Tag")
        [live] = caller.front.reception._live.values()
        for state in ("ringing", "speaking", "listening", "thinking", "hold", "colleague", "held"):
            note = {"type": "state", "state": state, "position": 2, "name": "Erika Sommer"}
            live.leg.tell(note)
            await caller.sees_state(state)
            await check_state(caller, state)
        await page.evaluate("document.getElementById('soundless').hidden = false")
        await check_state(caller, "soundless")
        await page.get_by_role("button", name="Tasten").click()
        await page.get_by_role("button", name="Stumm").click()
        await check_state(caller, "keypad")
        await caller.network_goes()
        await caller.sees_state("lost")
        await check_state(caller, "lost")
        await page.get_by_role("button", name="Auflegen").click()
        await caller.sees_state("ended")
        await check_state(caller, "ended")


@LOOKS
async def test_the_call_page_that_explains_what_is_wrong(
    tmp_path: Path, voice: PicoVoice, dark: bool
) -> None:
    async with caller_at(tmp_path, REFUSED, voice, dark=dark, size=PHONE) as caller:
        await caller.call()
        await expect(caller.page.get_by_role("alert")).to_be_visible()
        await check_state(caller, "refused")
        assert "Ohne Mikrofon anrufen, nur mit Tasten" in await by_keyboard(caller.page)


async def test_a_call_by_keyboard_alone(tmp_path: Path, voice: PicoVoice) -> None:
    microphone = await speaking(tmp_path, voice, [])
    async with caller_at(tmp_path, microphone, voice, size=PHONE) as caller:
        page = caller.page
        assert await by_keyboard(page) == ["Zum Inhalt", "Jetzt anrufen"]
        await page.get_by_role("button", name="Jetzt anrufen").focus()
        await page.keyboard.press("Enter")
        await caller.sees_state("speaking")
        reached = await by_keyboard(page)
        assert {"Stumm", "Auflegen", "Tasten"} <= set(reached)
        await page.get_by_role("button", name="Tasten").focus()
        await page.keyboard.press("Enter")
        assert {"1", "Stern", "Raute"} <= set(await by_keyboard(page))
        await page.get_by_role("button", name="Auflegen").focus()
        await page.keyboard.press("Space")
        await caller.sees_state("ended")


@LOOKS
@SIZES
async def test_signing_in_the_team_and_calls_live(
    tmp_path: Path, dark: bool, size: tuple[int, int]
) -> None:
    async with at_desk(tmp_path, dark=dark) as desk:
        await desk.page.set_viewport_size({"width": size[0], "height": size[1]})
        await desk.house.add("admin", Role.ADMIN)
        await desk.house.add("neu", settled=False)
        await desk.open("/staff/sign-in")
        await check(desk.page, "sign-in")
        assert await overflow(desk.page) <= 0
        assert "Anmelden" in await by_keyboard(desk.page)
        await desk.sign_in("neu", "falsch")
        await check(desk.page, "wrong password")
        await desk.sign_in("neu")
        await desk.reads("Sie haben ein Einmalpasswort.")
        await check(desk.page, "password")
        assert await overflow(desk.page) <= 0
        await desk.look(f"password-{size[0]}")
        await desk.context.clear_cookies()
        await desk.sign_in("admin")
        for path in ("/staff/people", "/live", "/nowhere"):
            await desk.open(path)
            await check(desk.page, path)


@LOOKS
async def test_the_desk_and_the_wallboard(tmp_path: Path, dark: bool) -> None:
    async with open_desk_in_browsers(tmp_path) as office:
        agent = await office.agent("erika", tone(tmp_path, 500), dark=dark)
        await check(agent.page, "desk, free")
        caller = await office.caller(tone(tmp_path, 700))
        await agent.sees("Annehmen")
        await check(agent.page, "desk, ringing")
        await agent.presses("a")
        await caller.sees("Sie sprechen mit", within_s=20)
        await check(agent.page, "desk, in a call")
        boss = await office.staff("chefin", tone(tmp_path, 900), Role.SUPERVISOR, dark=dark)
        for path in ("/wallboard", "/reports"):
            await boss.page.goto(f"{office.address}{path}")
            await check(boss.page, path)


@LOOKS
async def test_the_inbox(tmp_path: Path, dark: bool) -> None:
    async with open_console(tmp_path) as console:
        page = await console.admin("anna")
        await page.emulate_media(color_scheme="dark" if dark else "light")
        for path in ("/admin/inbox", "/admin/intents", "/admin/models"):
            assert await console.open(page, path) == 200
            await check(page, path)
