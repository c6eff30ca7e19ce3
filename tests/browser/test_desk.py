"""Callers are handed over to agents at their desks, in Chromium at both ends."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from ivr.core.staff import Role
from ivr.core.staffing import AgentState
from tests.browser.callers import UNPLUGGED
from tests.browser.desks import open_desk_in_browsers, tone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CALLER, ANNA, BERT, CLARA = 520, 1130, 1710, 2330


async def test_a_caller_is_handed_over_spoken_with_and_wrapped_up(tmp_path: Path) -> None:
    async with open_desk_in_browsers(tmp_path) as office:
        anna = await office.agent("anna", tone(tmp_path, ANNA))
        await anna.shoot("free")
        caller = await office.caller(tone(tmp_path, CALLER))
        await anna.sees("Sie melden sich mit")
        await anna.shoot("offer")
        await anna.presses("a")
        await anna.sees("Auflegen")
        await anna.hears(CALLER)
        await caller.hears(ANNA)
        await anna.shoot("call")
        await anna.presses("h")
        await anna.sees("Anrufer hört Musik")
        await caller.hears_no(ANNA)
        await anna.hears_no(CALLER)
        await anna.shoot("hold")
        await anna.presses("h")
        await caller.hears(ANNA)
        await anna.presses("n")
        await anna.page.keyboard.type("Frau Sommer, ruft nächste Woche wieder an.")
        await anna.sees("gespeichert")
        await anna.page.keyboard.press("Escape")
        await anna.presses("e")
        await anna.sees("Wie ist das Gespräch ausgegangen?")
        await anna.shoot("wrap-up")
        await anna.presses("1")
        await anna.sees("Bereit für den nächsten Anruf")
        agent = await office.shop.desk.store.agent("anna")
        assert agent is not None
        assert agent.state is AgentState.FREE
        assert agent.calls_today == 1
        [call] = await office.shop.store.calls()
        wait = await office.shop.desk.store.wait_of(call.start.call_id)
        assert wait is not None
        assert (wait.code, wait.agent) == ("Erledigt", "anna")
        assert wait.note == "Frau Sommer, ruft nächste Woche wieder an."
        assert anna.errors == []
        assert caller.errors == []


async def test_a_session_that_is_over_does_not_cut_a_conversation(tmp_path: Path) -> None:
    async with open_desk_in_browsers(tmp_path) as office:
        anna = await office.agent("anna", tone(tmp_path, ANNA))
        caller = await office.caller(tone(tmp_path, CALLER))
        await anna.sees("Sie melden sich mit")
        await anna.presses("a")
        await caller.hears(ANNA)
        await anna.context.clear_cookies()
        office.shop.house.glances.close()
        await anna.sees("Ihre Anmeldung ist abgelaufen.")
        await caller.hears(ANNA)
        await anna.hears(CALLER)


async def test_a_headset_that_is_pulled_out_gives_way_to_another(tmp_path: Path) -> None:
    async with open_desk_in_browsers(tmp_path) as office:
        anna = await office.staff("anna", tone(tmp_path, ANNA))
        await anna.context.add_init_script(UNPLUGGED)
        await anna.page.goto(f"{office.address}/desk")
        await anna.presses("f")
        await anna.sees("Bereit für den nächsten Anruf")
        caller = await office.caller(tone(tmp_path, CALLER))
        await anna.sees("Sie melden sich mit")
        await anna.presses("a")
        await caller.hears(ANNA)
        await anna.page.evaluate("plugged = false; unplug()")
        await anna.sees("Es ist kein Mikrofon da.")
        await caller.hears_no(ANNA)
        await anna.hears(CALLER)
        await anna.page.evaluate("plugIn()")
        await anna.sees("Headset verbunden")
        await caller.hears(ANNA)


async def test_an_order_is_taken_from_the_fields_while_they_are_typed_in(tmp_path: Path) -> None:
    async with open_desk_in_browsers(tmp_path) as office:
        anna = await office.agent("anna", tone(tmp_path, ANNA))
        await office.caller(tone(tmp_path, CALLER))
        await anna.sees("Sie melden sich mit")
        await anna.presses("a")
        await anna.sees("Auflegen")
        await anna.page.get_by_text("Weitere Angaben").click()
        await anna.page.locator("#field-product").fill("Teekocher")
        # Leaving the field saves it, and draws the fields anew while the next one is typed in.
        await anna.page.locator("#field-quantity").press_sequentially("zwei Stück", delay=120)
        await expect(anna.page.locator("#field-product")).to_have_value("Wasserkocher")
        await expect(anna.page.locator("#field-quantity")).to_have_value("zwei Stück")
        await anna.page.get_by_role("button", name="Bestellung").click()
        await anna.sees("Es fehlt noch: Kunde")
        await expect(anna.page.locator("#field-quantity")).to_have_value("2")
        await anna.page.locator("#field-customer").fill("12345")
        await anna.page.get_by_role("button", name="Bestellung").click()
        await anna.sees("Bestellung 600001 ist aufgenommen.")
        await anna.shoot("order")
        order = await office.shop.store.find_order("600001")
        assert order is not None
        assert (order.product_name, order.quantity, order.customer) == ("Wasserkocher", 2, "12345")
        # Refusals of the server are errors to a browser, and told above.
        assert [error for error in anna.errors if "422" not in error] == []


async def test_an_agent_whose_page_was_killed_comes_back_to_the_call(tmp_path: Path) -> None:
    async with open_desk_in_browsers(tmp_path) as office:
        anna = await office.agent("anna", tone(tmp_path, ANNA))
        caller = await office.caller(tone(tmp_path, CALLER))
        await anna.sees("Annehmen")
        await anna.presses("a")
        await caller.hears(ANNA)
        await anna.page.close()
        await caller.hears_no(ANNA)
        [talk] = office.shop.register.conversations()
        async with asyncio.timeout(60):
            while talk.connected:  # noqa: ASYNC110 - nobody else needs an event for it
                await asyncio.sleep(0.1)
        assert talk.agent == "anna"
        anna.page = await anna.context.new_page()
        await anna.page.goto(f"{office.address}/desk")
        await anna.sees("Auflegen")
        await anna.hears(CALLER)
        await caller.hears(ANNA)


async def test_a_colleague_is_consulted_and_takes_over_while_a_supervisor_whispers(
    tmp_path: Path,
) -> None:
    async with open_desk_in_browsers(tmp_path) as office:
        anna = await office.agent("anna", tone(tmp_path, ANNA))
        caller = await office.caller(tone(tmp_path, CALLER))
        await anna.sees("Annehmen")
        await anna.presses("a")
        await anna.sees("Auflegen")
        bert = await office.agent("bert", tone(tmp_path, BERT))
        await anna.sees("Im Gespräch")
        await asyncio.sleep(6)
        await anna.presses("t")
        await anna.shoot("pass-on")
        await anna.presses("1")
        await bert.sees("Rücksprache mit")
        await bert.presses("a")
        await anna.sees("Rücksprache beenden")
        await anna.hears(BERT)
        await bert.hears(ANNA)
        await caller.hears_no(ANNA)
        await bert.shoot("consulted")
        await anna.presses("u")
        await anna.sees("Wie ist das Gespräch ausgegangen?")
        await bert.hears(CALLER)
        await caller.hears(BERT)
        await bert.sees("Auflegen")

        boss = await office.staff("clara", tone(tmp_path, CLARA), Role.SUPERVISOR)
        await boss.page.goto(f"{office.address}/wallboard")
        await boss.page.get_by_role("button", name="Einflüstern").click()
        await boss.sees("Verlassen")
        await bert.hears(CLARA)
        await caller.hears_no(CLARA)
        await boss.shoot("wallboard")
        await boss.page.get_by_role("button", name="Dazukommen").click()
        await caller.hears(CLARA)
        await boss.page.get_by_role("button", name="Verlassen").click()
        await caller.hears_no(CLARA)
        await boss.page.get_by_role("button", name="Übernehmen").click()
        await bert.sees("Wie ist das Gespräch ausgegangen?")
        await boss.sees("Auflegen")
        await caller.hears(CLARA)
        await boss.hears(CALLER)
        await caller.hears_no(BERT)
        await boss.presses("e")
        await boss.sees("Wie ist das Gespräch ausgegangen?")
        await bert.presses("1")
        await bert.sees("Bereit für den nächsten Anruf")
        assert bert.errors == []
