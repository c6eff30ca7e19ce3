"""Trainings and models in the console, with a workshop that needs no Rasa."""

from pathlib import Path

from ivr.core.training import ActivationState, Edit, JobState
from ivr.training import pieces as p
from ivr.web.admin.models import places_of
from tests.web.admin.console import Office, open_office
from tests.web.admin.forms import send
from tests.web.shell import Browser

HOME = "/admin/models"
TEST = {"file": p.TEST_FILE, "intent": "hours", "examples": ["wann ist auf", "seid ihr da"]}


async def trained(office: Office, browser: Browser) -> str:
    """Train by the page's button; the model's key."""
    await send(browser, HOME, f"{HOME}/train")
    await office.trainer.work_once()
    return (await office.room.jobs.models())[0].key


async def used(office: Office, model: str) -> None:
    """As the hotline takes a wish up."""
    wish = (await office.room.jobs.activations())[0]
    assert wish.model == model
    await office.room.jobs.settle(wish.number, ActivationState.ACTIVE)
    office.active.append(model)


async def test_from_a_new_example_to_the_model_that_calls_use(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        await office.room.shelf.change([Edit(p.TEST, f"{p.TEST_FILE}#hours", TEST)], "nlu/")
        browser = await office.admin()
        first = await trained(office, browser)
        await send(browser, HOME, f"{HOME}/of/{first}/activate", anyway="true")
        await used(office, first)
        await office.room.desk.add_examples("hours", ["Wann ist auf!", "seid ihr da?"], "Anna")
        page = (await browser.get(HOME)).text
        assert "1 Änderung ist noch nicht gelernt" in page
        second = await trained(office, browser)
        assert second != first
        await send(browser, HOME, f"{HOME}/of/{second}/activate", anyway="true")
        await used(office, second)
        await send(browser, HOME, f"{HOME}/back")
        await used(office, first)


async def test_a_worse_model_needs_a_deliberate_word(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        model = await trained(office, browser)
        # Nothing is in the test set, so nothing is proven.
        asked = await send(browser, HOME, f"{HOME}/of/{model}/activate")
        assert asked.status_code == 409
        assert "Trotzdem" in asked.text
        assert await office.room.jobs.activations() == []
        await send(browser, HOME, f"{HOME}/of/{model}/activate", anyway="true")
        assert len(await office.room.jobs.activations()) == 1


async def test_a_training_is_cancelled(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        await send(browser, HOME, f"{HOME}/train")
        waiting = (await office.room.jobs.jobs())[0]
        again = await send(browser, HOME, f"{HOME}/train")
        assert again.status_code == 409
        await send(browser, HOME, f"{HOME}/cancel", number=str(waiting.number))
        assert (await office.room.jobs.jobs())[0].state is JobState.CANCELLED
        assert "abgebrochen" in (await browser.get(HOME)).text


async def test_a_failed_training_says_why(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        office.workshop.words = "OSError: [Errno 28] No space left on device"
        await send(browser, HOME, f"{HOME}/train")
        await office.trainer.work_once()
        page = (await browser.get(HOME)).text
        assert "Auf der Festplatte ist kein Platz mehr." in page


async def test_a_fault_in_a_rule_is_corrected_on_its_intents_page(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        steps = [{"intent": "hours"}, {"action": "utter_hours"}]
        rule = {"file": "d.yml", "title": "Öffnung & Pause?", "steps": steps}
        story = {"file": "d.yml", "title": "leer", "steps": [{"action": "utter_hours"}]}
        await office.room.shelf.change(
            [Edit(p.RULE, "Öffnung & Pause?", rule), Edit(p.STORY, "leer", story)], "eva"
        )
        content = await office.room.desk.content()
        named = [f"{p.RULE}/Öffnung & Pause?#3", f"{p.STORY}/leer", f"{p.FILE}/data/nlu.yml#7"]
        found = places_of(content, named)
        assert found[0] == ("/admin/intents/hours", "Regel „Öffnung & Pause?“")
        browser = await office.admin()
        for address, label in found:
            page = await browser.get(address)
            assert page.status_code == 200
            assert "leer" not in label or "leer" in page.text
