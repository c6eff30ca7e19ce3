"""A model tried on the test set as the phone hears it, on its page."""

import asyncio
from pathlib import Path

from ivr.core.training import Edit
from ivr.training import pieces as p
from tests.web.admin.console import open_office
from tests.web.admin.forms import send
from tests.web.admin.test_model_pages import TEST, trained, used

HOME = "/admin/models"


async def test_spoken_figures_stand_beside_written_ones_and_the_active_models(
    tmp_path: Path,
) -> None:
    async with open_office(tmp_path) as office:
        await office.room.shelf.change([Edit(p.TEST, f"{p.TEST_FILE}#hours", TEST)], "nlu/")
        browser = await office.admin()
        first = await trained(office, browser)
        await send(browser, HOME, f"{HOME}/of/{first}/activate", anyway="true")
        await used(office, first)
        await office.room.desk.add_examples("hours", ["wann ist aus", "seid ihr noch da"], "Anna")
        second = await trained(office, browser)
        page = f"{HOME}/of/{second}"
        office.ear.mistakes = {"wann ist auf": "wann ist aus", "seid ihr da": "seid ihr da"}
        office.ear.waits_before = "seid ihr da"
        asked = await send(browser, page, f"{page}/spoken")
        assert asked.headers["location"] == f"{page}#spoken"
        assert (await send(browser, page, f"{HOME}/of/{first}/spoken")).status_code == 409
        work = asyncio.create_task(office.speaking.work_once())
        await office.ear.waits.wait()
        now = await browser.get(f"{page}/spoken")
        assert "1 von 2 Prüfsätzen gesprochen" in now.text
        assert "HX-Refresh" not in now.headers
        assert "ein anderes Modell" in (await browser.get(f"{HOME}/of/{first}/spoken")).text
        await send(browser, page, f"{page}/spoken/cancel")
        await work
        over = await browser.get(f"{page}/spoken")
        assert "Zuletzt abgebrochen" in over.text
        # There may be figures now: the page is loaded anew.
        assert over.headers["HX-Refresh"] == "true"
        office.ear.waits_before = ""
        await send(browser, page, f"{page}/spoken")
        await office.speaking.work_once()
        shown = (await browser.get(page)).text
        assert "aktives, gesprochen" in shown
        assert "gehört: „wann ist aus“" in shown
        assert "Jetzt richtig: 1" in shown


async def test_an_active_model_that_cannot_be_tried_is_told_beside_the_new_one(
    tmp_path: Path,
) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        first = await trained(office, browser)
        await send(browser, HOME, f"{HOME}/of/{first}/activate", anyway="true")
        await used(office, first)
        await office.room.shelf.change([Edit(p.TEST, f"{p.TEST_FILE}#hours", TEST)], "nlu/")
        await office.room.desk.add_examples("hours", ["wann ist denn auf"], "Anna")
        office.workshop.broken.add(first)
        second = await trained(office, browser)
        assert second != first
        page = (await browser.get(f"{HOME}/of/{second}")).text
        assert "Das aktive Modell ließ sich nicht prüfen" in page
        assert "fertig" in str((await office.room.jobs.jobs())[0].step)
