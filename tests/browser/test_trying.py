"""Trying a model in Chromium: what the microphone hears is recognized and answered."""

import array
from pathlib import Path

import pytest
from playwright.async_api import Page, Request, expect

from tests.browser.admins import look, open_console

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
FAKE_MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""Chromium's own: a beep each second."""
TWO_SECONDS = 2 * 16_000


def sounds(page: Page) -> list[list[int]]:
    """What the page sends to be recognized, from now on: samples at 16 kHz."""
    sent: list[list[int]] = []

    def keep(request: Request) -> None:
        if "/admin/try/hear" in request.url:
            sent.append(list(array.array("h", request.post_data_buffer or b"")))

    page.on("request", keep)
    return sent


async def test_what_is_spoken_into_the_microphone_is_answered(tmp_path: Path) -> None:
    async with open_console(tmp_path, *FAKE_MICROPHONE) as console:
        page = await console.admin("anna")
        sent = sounds(page)
        await console.open(page, "/admin/try")
        await expect(page.locator("[data-log]")).to_contain_text("was kann ich für Sie tun")
        speak = page.locator("[data-speak]")
        await speak.click()
        await expect(speak).to_have_attribute("aria-pressed", "true")
        await page.wait_for_timeout(2_500)
        await page.keyboard.press("F2")
        await expect(page.locator("[data-log]")).to_contain_text("bis 18 Uhr geöffnet")
        await expect(speak).to_have_attribute("aria-pressed", "false")
        await look(page, "spoken")
        assert len(sent[0]) > TWO_SECONDS
        assert max(sent[0]) > 1_000
        assert console.errors == []


async def test_a_refused_microphone_is_told_of_and_typing_goes_on(tmp_path: Path) -> None:
    async with open_console(tmp_path) as console:
        page = await console.admin("anna")
        await console.open(page, "/admin/try")
        await expect(page.locator("[data-log]")).to_contain_text("was kann ich für Sie tun")
        await page.locator("[data-speak]").click()
        await expect(page.locator(".toast")).to_be_visible()
        await page.locator("[data-say] [name=text]").fill("Wann haben Sie geöffnet?")
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-log]")).to_contain_text("bis 18 Uhr geöffnet")
        await look(page, "no-microphone")
        assert console.errors == []
