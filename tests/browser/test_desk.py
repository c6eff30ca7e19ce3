"""Callers are handed over to agents at their desks, in Chromium at both ends."""

from pathlib import Path

import pytest

from ivr.core.staffing import AgentState
from tests.browser.desks import open_desk_in_browsers, tone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

CALLER, ANNA, BERT = 520, 1130, 1710


async def test_a_caller_is_handed_over_spoken_with_and_wrapped_up(tmp_path: Path) -> None:
    async with open_desk_in_browsers(tmp_path) as office:
        anna = await office.agent("anna", tone(tmp_path, ANNA))
        await anna.shoot("free")
        caller = await office.caller(tone(tmp_path, CALLER))
        await anna.sees("Sie melden sich mit")
        await anna.shoot("offer")
        await anna.page.keyboard.press("a")
        await anna.sees("Verbunden")
        await anna.hears(CALLER)
        await caller.hears(ANNA)
        await anna.shoot("call")
        await anna.page.keyboard.press("h")
        await anna.sees("Anrufer hört Musik")
        await caller.hears_no(ANNA)
        await anna.hears_no(CALLER)
        await anna.shoot("hold")
        await anna.page.keyboard.press("h")
        await caller.hears(ANNA)
        await anna.page.keyboard.press("n")
        await anna.page.keyboard.type("Frau Sommer, ruft nächste Woche wieder an.")
        await anna.sees("gespeichert")
        await anna.page.keyboard.press("Escape")
        await anna.page.keyboard.press("e")
        await anna.sees("Wie ist das Gespräch ausgegangen?")
        await anna.shoot("wrap-up")
        await anna.page.keyboard.press("1")
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
