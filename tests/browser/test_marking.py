"""Examples in Chromium: words are marked by selecting them, and hints come while one writes."""

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from ivr.core.training import Edit
from ivr.training.pieces import PART
from tests.browser.admins import look, open_console

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
ENTITIES = {"file": "domain.yml", "key": "entities", "value": ["day", "product"]}


async def drag(page: Page, words: Locator, first: int, end: int) -> None:
    """Select these letters of an example with the mouse."""
    left, right, middle = await words.evaluate(
        """(node, [first, end]) => {
          const range = document.createRange();
          range.setStart(node.firstChild, first);
          range.setEnd(node.firstChild, end);
          const box = range.getBoundingClientRect();
          return [box.left + 1, box.right - 1, (box.top + box.bottom) / 2];
        }""",
        [first, end],
    )
    await page.mouse.move(left, middle)
    await page.mouse.down()
    await page.mouse.move(right, middle, steps=4)
    await page.mouse.up()


async def test_a_word_is_marked_by_selecting_it(tmp_path: Path) -> None:
    async with open_console(tmp_path) as console:
        edit = Edit(PART, "domain.yml#entities", ENTITIES)
        await console.office.room.shelf.change([edit], "nlu/")
        page = await console.admin("anna")
        await console.open(page, "/admin/intents/hours")
        await page.get_by_label("Neues Beispiel").fill("habt ihr Montag auf")
        await page.keyboard.press("Enter")
        words = page.locator(".example-fresh .words")
        # Some letters of the word: the whole word is meant.
        await drag(page, words, 10, 13)
        await expect(page.locator("#marker")).to_be_visible()
        await look(page, "marking")
        await page.locator("[data-mark=day]").click()
        await page.get_by_role("button", name="Beispiele speichern").click()
        await expect(page.locator(".saved")).to_be_visible()
        intent = await console.office.room.desk.intent("hours")
        assert intent is not None
        assert "habt ihr [Montag](day) auf" in intent.examples
        assert console.errors == []


async def test_hints_come_while_writing_and_a_new_entity_is_named(tmp_path: Path) -> None:
    async with open_console(tmp_path) as console:
        page = await console.admin("anna")
        await console.open(page, "/admin/intents/price")
        hints = page.locator("#hints")
        await page.get_by_label("Neues Beispiel").fill("wann haben Sie geöffnet")
        await expect(hints).to_contain_text("steht auch bei „hours“")
        await page.keyboard.press("Enter")
        await page.get_by_label("Neues Beispiel").fill("was kostet der rote Kocher")
        await page.keyboard.press("Enter")
        words = page.locator(".example-fresh .words").first
        await words.dblclick(position={"x": 2, "y": 8})
        await page.keyboard.press("Escape")
        await drag(page, words, 15, 19)
        await page.get_by_label("Name einer neuen Angabe").fill("farbe")
        await look(page, "new-entity")
        await page.get_by_role("button", name="Anlegen").click()
        await expect(page.locator("mark[data-entity=farbe]")).to_have_text("rote")
        await hints.locator("[data-example='1']").click()
        await expect(page.locator(".words:focus")).to_have_text("wann haben Sie geöffnet")
        await look(page, "hints-while-writing")
        await page.get_by_role("button", name="Beispiele speichern").click()
        await expect(page.locator(".saved")).to_contain_text("Gespeichert")
        assert "farbe" in (await console.office.room.desk.content()).entities()
        assert console.errors == []
