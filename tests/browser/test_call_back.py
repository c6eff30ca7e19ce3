"""A customer who asked to be called back is called from the work list, in Chromium."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import expect

from ivr.core.records import CallStart, Message
from ivr.core.staffing import TaskState
from tests.browser.desks import CUSTOMER, Telephones, open_desk_in_browsers, tone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ANNA = 1130
NUMBER = "0561 4711"


async def test_a_customer_is_called_back_until_they_are_reached(tmp_path: Path) -> None:
    async with open_desk_in_browsers(tmp_path) as office:
        shop, telephones = office.shop, Telephones(busy=1)
        shop.desk.use_telephone(telephones, shop.register, "sip")
        await shop.store.begin(CallStart("c1", "musterfirma", "sip", datetime.now(UTC)))
        wish = Message("Frau Sommer", NUMBER, "Rechnung vom Mai", callback=True)
        await shop.store.add_fact("c1", wish)
        anna = await office.agent("anna", tone(tmp_path, ANNA))
        await anna.sees("Frau Sommer")
        await anna.presses("l")
        await anna.sees("Zurücklegen")
        await anna.presses("w")
        await anna.sees("Zuletzt versucht")
        await anna.shoot("call-back-busy")
        await anna.sees("Bereit für den nächsten Anruf")
        await anna.presses("w")
        await anna.sees("Auflegen")
        await anna.hears(CUSTOMER)
        await anna.shoot("call-back")
        await anna.presses("e")
        await anna.sees("Wie ist das Gespräch ausgegangen?")
        await anna.presses("1")
        await anna.sees("Bereit für den nächsten Anruf")
        await expect(anna.page.get_by_text("Frau Sommer")).to_have_count(0)
        task = await shop.house.work.task("message:1")
        assert task is not None
        assert (task.state, task.tries) == (TaskState.DONE, 2)
        assert telephones.dialled == ["05614711"] * 2
        assert anna.errors == []
