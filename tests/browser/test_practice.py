"""A trainee practises at the desk, in Chromium."""

from pathlib import Path

import pytest

from ivr.core.staff import Role
from tests.browser.desks import open_desk_in_browsers, tone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ANNA, CLARA = 1130, 2330


async def test_a_practice_call_from_the_menu_to_the_result(tmp_path: Path) -> None:
    async with open_desk_in_browsers(tmp_path) as office:
        anna = await office.agent("anna", tone(tmp_path, ANNA))
        await anna.sees("Übungsanruf")
        await anna.presses("u")
        await anna.look("practice-menu")
        await anna.presses("1")
        await anna.sees("Sie melden sich mit")
        await anna.look("practice-offer")
        await anna.presses("a")
        await anna.sees("Auflegen")
        await anna.look("practice-call")
        await anna.presses("e")
        await anna.sees("Wie ist das Gespräch ausgegangen?")
        await anna.presses("1")
        await anna.sees("Letztes Ergebnis")
        await anna.page.goto(f"{office.address}/practice")
        await anna.look("practice-home")
        await anna.page.locator("table a").first.click()
        await anna.sees("Checkliste")
        await anna.look("practice-result")
        assert await office.shop.store.calls() == []
        assert anna.errors == []

        clara = await office.staff("clara", tone(tmp_path, CLARA), Role.SUPERVISOR)
        await clara.page.goto(f"{office.address}/practice/team")
        await clara.sees("Fortschritt")
        await clara.look("practice-team")
        await clara.page.goto(f"{office.address}/practice/exercises/new")
        await clara.look("practice-exercise")
        assert clara.errors == []
