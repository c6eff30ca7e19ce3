"""A customer who asked to be called back is called from the work list, in Chromium."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import expect

from ivr.audio.resample import to_pcm
from ivr.core.pcm import FRAME_S, LISTEN_RATE, frame_bytes
from ivr.core.ports import Leg
from ivr.core.records import CallStart, Message
from ivr.core.staffing import TaskState
from ivr.core.telephony import DialFailure, DialReason
from ivr.lines.paced import PacedLeg
from tests.browser.desks import open_desk_in_browsers, tone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

CUSTOMER, ANNA = 500, 1130
"""Hertz. Of the customer's tone a frame holds whole cycles."""
NUMBER = "0561 4711"


class Customer:
    """Says a tone, in beats, until hung up on."""

    def __init__(self) -> None:
        at = np.arange(round(LISTEN_RATE * FRAME_S)) / LISTEN_RATE
        self._frame = to_pcm(9000 * np.sin(2 * np.pi * CUSTOMER * at))
        self._beat = 0

    def exchange(self, heard: bytes) -> bytes | None:
        self._beat += 1
        return self._frame if self._beat % 25 < 22 else bytes(frame_bytes(LISTEN_RATE))

    def pressed(self) -> str:
        return ""


class Telephones:
    """A telephone line with one customer at it, who is busy the first time."""

    def __init__(self) -> None:
        self.dialled: list[str] = []

    def allows(self, target: str) -> bool:
        return target.startswith("0561")

    async def dial(
        self, target: str, *, headers: Mapping[str, str] | None = None, timeout_s: float = 30.0
    ) -> Leg | DialFailure:
        self.dialled.append(target)
        if len(self.dialled) == 1:
            return DialFailure(DialReason.BUSY)
        return PacedLeg(Customer(), LISTEN_RATE)


async def test_a_customer_is_called_back_until_they_are_reached(tmp_path: Path) -> None:
    async with open_desk_in_browsers(tmp_path) as office:
        shop, telephones = office.shop, Telephones()
        shop.desk.use_telephone(telephones, shop.register, "sip")
        await shop.store.begin(CallStart("c1", "musterfirma", "sip", datetime.now(UTC)))
        wish = Message("Frau Sommer", NUMBER, "Rechnung vom Mai", callback=True)
        await shop.store.add_fact("c1", wish)
        anna = await office.agent("anna", tone(tmp_path, ANNA))
        await anna.sees("Frau Sommer")
        await anna.page.keyboard.press("l")
        await anna.sees("Zurücklegen")
        await anna.page.keyboard.press("w")
        await anna.sees("Zuletzt versucht")
        await anna.shoot("call-back-busy")
        await anna.sees("Bereit für den nächsten Anruf")
        await anna.page.keyboard.press("w")
        await anna.sees("Auflegen")
        await anna.hears(CUSTOMER)
        await anna.shoot("call-back")
        await anna.page.keyboard.press("e")
        await anna.sees("Wie ist das Gespräch ausgegangen?")
        await anna.page.keyboard.press("1")
        await anna.sees("Bereit für den nächsten Anruf")
        await expect(anna.page.get_by_text("Frau Sommer")).to_have_count(0)
        task = await shop.house.work.task("message:1")
        assert task is not None
        assert (task.state, task.tries) == (TaskState.DONE, 2)
        assert telephones.dialled == ["05614711"] * 2
        assert anna.errors == []
