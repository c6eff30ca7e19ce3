"""The console in Chromium: a new question until calls use it, two admins, the inbox."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from ivr.core.pcm import Pcm
from ivr.core.staff import Role
from ivr.core.training import ActivationState, JobState
from ivr.store.sounds import SoundFolder
from tests.browser.admins import Console, look, open_console
from tests.training import test_inbox as calls

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def use_wanted(console: Console) -> None:
    """As the hotline does it with an admin's wish."""
    wish = (await console.office.room.jobs.activations())[0]
    await console.office.room.jobs.settle(wish.number, ActivationState.ACTIVE)
    console.office.active.append(wish.model)


async def train(console: Console, page: Page) -> None:
    await console.open(page, "/admin/models")
    await page.get_by_role("button", name="Jetzt trainieren").click()
    await console.office.trainer.work_once()


async def test_a_new_question_is_learned_compared_and_used(tmp_path: Path) -> None:
    async with open_console(tmp_path) as console:
        page = await console.admin("anna")
        await console.open(page, "/admin/intents")
        await page.get_by_role("link", name="Neue Frage mit Antwort").click()
        await page.fill("#question", "Haben Sie Ersatzteile?")
        await page.fill("#more-examples", "gibt es Ersatzteile\nverkaufen Sie Ersatzteile")
        await page.locator("[name=wording]").fill("Ja, rufen Sie uns unter {telefon} an.")
        await expect(page.locator(".check-line")).to_contain_text("gut zu hören")
        await page.get_by_role("button", name="Anhören").click()
        await expect(page.locator("[data-heard]")).to_be_visible()
        await page.get_by_role("button", name="Anlegen").click()
        await expect(page.locator(".saved")).to_contain_text("Gespeichert")
        await look(page, "new-intent")
        await train(console, page)
        await console.open(page, "/admin/models")
        await page.get_by_role("link", name="Vergleichen").click()
        await page.get_by_role("button", name="Für Anrufe verwenden").click()
        await page.get_by_role("button", name="Trotzdem verwenden").click()
        await use_wanted(console)
        await console.open(page, "/admin/models")
        await expect(page.locator("tbody .badge-good").first).to_have_text("aktiv")
        await look(page, "models")
        model = console.office.workshop.file(console.office.active[-1])
        assert model is not None
        assert "verkaufen sie ersatzteile" in model.read_text("utf-8")
        assert console.errors == []


def written(file: Path, text: str) -> Path:
    file.write_text(text, "utf-8")
    return file


async def test_an_import_is_asked_about_and_taken_back(tmp_path: Path) -> None:
    async with open_console(tmp_path) as console:
        page = await console.admin("anna")
        await console.open(page, "/admin/files")
        intents = "".join(
            f"## intent:neu_{at}\n- Frage {at}\n- noch eine {at}\n\n" for at in range(80)
        )
        file = await asyncio.to_thread(written, tmp_path / "nlu.md", intents)
        await page.set_input_files("#files", file)
        await page.get_by_label("An die Stelle von allem").check()
        await page.get_by_role("button", name="Einlesen", exact=True).click()
        await expect(page.locator("h1")).to_have_text("Alles ersetzen?")
        await look(page, "replace")
        await page.get_by_role("button", name="Alles ersetzen").click()
        await expect(page.locator(".saved")).to_contain_text("übernommen")
        await look(page, "imported")
        await console.open(page, "/admin/changes")
        await look(page, "changes")
        await page.get_by_role("link", name="Ansehen und zurücknehmen").first.click()
        await page.get_by_role("button", name="Diesen Import zurücknehmen").click()
        await look(page, "import-undo")
        await page.get_by_role("button", name="Zurücknehmen", exact=True).last.click()
        await expect(page.get_by_text("Zurückgenommen.")).to_be_visible()
        names = [line.name for line in await console.office.room.desk.intents()]
        assert names == ["hours", "price"]
        await look(page, "changes-undone")
        assert console.errors == []


async def test_what_follows_is_decided_when_two_admins_set_it(tmp_path: Path) -> None:
    async with open_console(tmp_path) as console:
        anna, bert = await console.admin("anna"), await console.admin("bert")
        for page in (anna, bert):
            await console.open(page, "/admin/intents/hours")
        for page, choice in ((anna, "antworten und auflegen"), (bert, "antworten und an Mitarb")):
            value = "end" if page is anna else "hand_over"
            await page.locator("#then").select_option(value)
            assert choice in await page.locator("#then option:checked").inner_text()
            await page.locator("[data-follow] button").click()
        await expect(bert.locator("h1")).to_have_text("Jemand war schneller")
        await look(bert, "conflict-follow")
        await bert.get_by_role("button", name="Nur meine Fassung behalten").click()
        await expect(bert.locator(".saved")).to_contain_text("Gespeichert")
        assert (await console.office.room.desk.intents())[0].follow.then == "hand_over"


async def test_two_admins_on_one_intent_get_both_their_ways(tmp_path: Path) -> None:
    async with open_console(tmp_path) as console:
        anna, bert = await console.admin("anna"), await console.admin("bert")
        for page, words in ((anna, "seid ihr schon da"), (bert, "macht ihr heute auf")):
            await console.open(page, "/admin/intents/hours")
            await page.get_by_label("Neues Beispiel").fill(words)
            await page.keyboard.press("Enter")
        await anna.get_by_role("button", name="Beispiele speichern").click()
        await expect(anna.locator(".saved")).to_be_visible()
        await bert.get_by_role("button", name="Beispiele speichern").click()
        await expect(bert.get_by_role("heading", name="Jemand war schneller")).to_be_visible()
        await expect(bert.locator(".diff-come").first).to_have_text("neu: seid ihr schon da")
        await look(bert, "conflict")
        await bert.get_by_role("button", name="Beides zusammenführen").click()
        await expect(bert.locator(".saved")).to_be_visible()
        intent = await console.office.room.desk.intent("hours")
        assert intent is not None
        assert {"seid ihr schon da", "macht ihr heute auf"} <= set(map(str, intent.examples))
        assert console.errors == []


async def test_a_training_is_watched_and_cancelled(tmp_path: Path) -> None:
    async with open_console(tmp_path) as console:
        page = await console.admin("anna")
        await console.open(page, "/admin/models")
        await page.get_by_role("button", name="Jetzt trainieren").click()
        await expect(page.locator("progress")).to_be_visible()
        await look(page, "training")
        await page.get_by_role("button", name="Abbrechen").click()
        await expect(page.get_by_text("Das letzte Training wurde abgebrochen.")).to_be_visible()
        assert (await console.office.room.jobs.jobs())[0].state is JobState.CANCELLED
        assert console.errors == []


async def test_examples_are_spoken_watched_cancelled_and_let_go_of(tmp_path: Path) -> None:
    async with open_console(tmp_path) as console:
        office = console.office
        office.ear.mistakes["wann haben Sie geöffnet"] = "wann haben sie gelöffelt"
        office.ear.waits_before = "was kostet der Kocher"
        page = await console.admin("anna")
        await console.open(page, "/admin/intents")
        await page.get_by_role("button", name="Beispiele aller Absichten sprechen lassen").click()
        async with asyncio.TaskGroup() as group:
            group.create_task(office.speaking.work_once())
            await expect(page.get_by_text("2 von 4 Beispielen gesprochen")).to_be_visible()
            await look(page, "hearing")
            await page.locator("#heard").get_by_role("button", name="Abbrechen").click()
        await expect(page.get_by_text("was schon gehört war, ist geblieben")).to_be_visible()
        await console.open(page, "/admin/intents/hours")
        await page.get_by_text("1 gehörte Variante ansehen").click()
        await expect(page.locator(".heard li")).to_contain_text("gelöffelt")
        await look(page, "heard")
        await page.get_by_role("button", name="1 Variante entfernen").click()
        await expect(page.locator("#heard")).to_be_visible()
        await expect(page.locator(".heard li")).to_have_count(0)
        assert console.errors == []


async def test_the_inbox_is_worked_by_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "NOON", datetime.now(UTC) - timedelta(hours=3))
    async with open_console(tmp_path) as console:
        await calls.fill(console.office.room)
        page = await console.admin("anna")
        await console.open(page, "/admin/inbox")
        items = page.locator(".item")
        before = await items.count()
        await expect(items.first).to_be_focused()
        await look(page, "inbox")
        await page.keyboard.press("a")
        await page.locator("#decide-intent").fill("price")
        await page.keyboard.press("Enter")
        await expect(items).to_have_count(before - 1)
        await expect(items.first).to_be_focused()
        price = await console.office.room.desk.intent("price")
        assert price is not None
        assert calls.ASK in price.examples
        await page.keyboard.press("x")
        await expect(items).to_have_count(before - 2)
        await page.keyboard.press("u")
        await expect(items).to_have_count(before - 1)
        await page.keyboard.press("u")
        await expect(items).to_have_count(before)
        price = await console.office.room.desk.intent("price")
        assert price is not None
        assert calls.ASK not in price.examples
        assert console.errors == []


async def test_each_recorded_one_of_a_group_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "NOON", datetime.now(UTC) - timedelta(hours=3))
    async with open_console(tmp_path) as console:
        async with SoundFolder(tmp_path / "recordings", 30) as sounds:
            for name in "bc":
                sounds.keep(name, "1", Pcm(bytes(16_000), 16_000))
        for name in "abc":
            audio = None if name == "a" else "1"
            turn = calls.said("Brummbär", "hours", 0.2, understood=False, audio=audio)
            await calls.call(console.office.room, name, turn)
        page = await console.admin("anna")
        await console.open(page, "/admin/inbox")
        await page.get_by_text("2 weitere ähnliche, 2 mit Aufnahme").click()
        await look(page, "inbox-alike")
        async with page.expect_response("**/sound/c/1"):
            await page.locator("[data-hear$='/c/1']").click()
        await expect(page.locator("[data-playing]")).to_have_count(0)
        # The first one is silent: the key plays one that is alike.
        async with page.expect_response("**/sound/b/1"):
            await page.keyboard.press("s")
        assert console.errors == []


async def test_expected_words_are_added_found_and_taken_away(tmp_path: Path) -> None:
    async with open_console(tmp_path) as console:
        page = await console.admin("anna")
        await console.open(page, "/admin/words")
        await page.get_by_label("Neue erwartete Wörter").fill("Brotröster, Krümellade, Zirkus")
        await page.get_by_role("button", name="Hinzufügen").click()
        words = page.locator(".chip")
        await expect(words).to_have_count(3)
        await look(page, "words")
        await page.get_by_label("Suchen").fill("brot")
        await expect(words).to_have_count(1)
        await page.get_by_role("button", name="„Brotröster“ entfernen").click()
        await expect(words).to_have_count(2)
        await page.get_by_role("button", name="Zurücknehmen").click()
        await expect(words).to_have_count(3)
        assert console.errors == []


async def test_who_is_no_admin_is_kept_out(tmp_path: Path) -> None:
    async with open_console(tmp_path) as console:
        page = await console.admin("sven", Role.SUPERVISOR)
        assert await console.open(page, "/admin/intents") == 403
        assert await page.get_by_text("Assistent").count() == 0
