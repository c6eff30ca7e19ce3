"""A model is tried as the phone hears it, in Chromium: begun, watched, and its figures seen."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from ivr.core.training import Edit
from ivr.training import pieces as p
from tests.browser.admins import look, open_console
from tests.browser.test_console import train, use_wanted

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SAID = ["wann ist auf", "seid ihr da", "bis wann kann ich kommen", "habt ihr schon zu"]
TEST = {"file": p.TEST_FILE, "intent": "hours", "examples": SAID}


async def test_what_the_phone_hears_stands_beside_what_is_written(tmp_path: Path) -> None:
    async with open_console(tmp_path) as console:
        office = console.office
        await office.room.shelf.change([Edit(p.TEST, f"{p.TEST_FILE}#hours", TEST)], "nlu/")
        page = await console.admin("anna")
        await train(console, page)
        first = (await office.room.jobs.models())[0].key
        await office.room.jobs.activate(first, "Anna")
        await use_wanted(console)
        await office.room.desk.add_examples("hours", ["wann ist aus", "habt ihr schon"], "Anna")
        await train(console, page)
        second = (await office.room.jobs.models())[0].key
        await console.open(page, f"/admin/models/of/{second}")
        office.ear.mistakes = {
            "wann ist auf": "wann ist aus",
            "habt ihr schon zu": "habt ihr schon",
            "seid ihr da": "seid ihr da",
        }
        office.ear.waits_before = SAID[3]
        await page.get_by_role("button", name="Gesprochen prüfen").click()
        work = asyncio.create_task(office.speaking.work_once())
        await expect(page.locator("#spoken progress")).to_be_visible()
        await office.ear.waits.wait()
        await expect(page.locator("#spoken")).to_contain_text("3 von 4 Prüfsätzen")
        await look(page, "spoken-runs")
        await page.locator("#spoken").get_by_role("button", name="Abbrechen").click()
        await work
        await expect(page.locator("#spoken")).to_contain_text("Zuletzt abgebrochen")
        office.ear.waits_before = ""
        await page.get_by_role("button", name="Gesprochen prüfen").click()
        await office.speaking.work_once()
        # The page that watched it shows the figures by itself.
        await expect(page.locator("#spoken table")).to_contain_text("aktives, gesprochen")
        await expect(page.locator("#spoken .compared").first).to_contain_text("wann ist aus")
        await look(page, "spoken")
        await console.open(page, "/admin/models")
        await look(page, "models-dropped")
        await page.set_viewport_size({"width": 420, "height": 900})
        await console.open(page, f"/admin/models/of/{second}")
        await look(page, "spoken-narrow")
        assert console.errors == []
