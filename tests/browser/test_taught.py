"""Issue after issue: a call by voice is misunderstood, an admin teaches it in Chromium, calls
understand it, and it is taken back; with Whisper, Rasa and Pico themselves."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from ivr.app.calling import Channel, Says, rate_of, synthetic_party
from ivr.app.console import console_part
from ivr.app.hotline import Hotline, open_company_store, open_hotline
from ivr.app.live_company import LiveCompany
from ivr.app.pages import serve_pages
from ivr.app.training import open_training
from ivr.config.desk_plan import load_plan
from ivr.config.settings import Settings
from ivr.core.records import CallRecord, Turn
from ivr.core.staff import Role
from ivr.core.training import ActivationState, JobState
from ivr.lines.paced import PacedLeg
from ivr.lines.synthetic import Manners, SyntheticCaller
from ivr.speech.voices.pico import PicoVoice
from ivr.store.staff import StaffStore
from ivr.understanding.running_rasa import find_running_rasa
from ivr.web.staff.passwords import CHEAP, Passwords
from tests.browser.admins import look, sign_in
from tests.browser.callers import FLAGS
from tests.training.real import settings_in, teach, train
from tests.web.shell import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SHIPPING, SIMPLY = "Was kostet der Versand?", "Was kostet das?"
WRAPPED = "Kann ich bei Ihnen auch Geschenke einpacken lassen?"
EXTRAS = ["bauen Sie Regale auf", "Reparatur", "Montage", "machen Sie Reparaturen", "Aufbau bitte"]
ANSWER = "Das machen wir gern bei uns im Geschäft."
_LOOK_S = 0.2
_LOOKS = 300
"""After a minute without an answer callers ask again."""
PATIENCE_MS = 300_000
"""For what Rasa takes its time over; a machine under load takes several times as long."""


class Patient:
    """A caller who stays on the line, however long it takes, and says more when they are told."""

    def __init__(self, first: SyntheticCaller) -> None:
        self._now = first
        self._over = False

    def go_on(self, then: SyntheticCaller) -> None:
        self._now = then

    def hang_up(self) -> None:
        self._over = True

    def exchange(self, heard: bytes) -> bytes | None:
        return None if self._over else self._now.exchange(heard)

    def pressed(self) -> str:
        return self._now.pressed()


@dataclass
class Phones:
    """Whoever calls the hotline by voice, through a telephone's band."""

    hotline: Hotline
    voice: PicoVoice

    async def call(self, text: str) -> CallRecord:
        """Ask, hear the answer, hang up."""
        caller, call = await self.stay(text)
        caller.hang_up()
        return await call

    async def stay(self, text: str) -> tuple[Patient, "asyncio.Task[CallRecord]"]:
        """Ask, hear the answer, and stay."""
        caller = Patient(await self._says(text))
        leg = PacedLeg(caller, rate_of(Channel.PHONE))
        taking = self.hotline.register.take(leg, "synthetic")
        call = asyncio.create_task(taking, name="call")
        if not await self._answered(call, 1):
            await self.go_on(caller, call, text)
        return caller, call

    async def go_on(
        self, caller: Patient, call: "asyncio.Task[CallRecord]", text: str, number: int = 1
    ) -> None:
        """Ask, until it is the question of this number that is answered.

        Under load prompts stutter, and what is said into the greeting's gaps is not heard.
        """
        while not call.done():
            caller.go_on(await self._says(text, begins=True))
            if await self._answered(call, number):
                return

    async def _says(self, text: str, *, begins: bool = False) -> SyntheticCaller:
        manners = Manners(gap_s=2.0, stays_s=inf, gives_up_s=inf)
        return await synthetic_party(
            self.voice, [Says(text)], Channel.PHONE, manners=manners, begins=begins
        )

    async def _answered(self, call: "asyncio.Task[CallRecord]", number: int) -> bool:
        for _ in range(_LOOKS):
            for conversation in self.hotline.register.conversations():
                record = conversation.record()
                if len(asked(record)) >= number and record.turns[-1].who == "hotline":
                    return True
            if call.done():
                break
            await asyncio.sleep(_LOOK_S)
        return False


def asked(call: CallRecord) -> Sequence[Turn]:
    """What the caller said and a model took."""
    return [turn for turn in call.turns if turn.who == "caller" and turn.model]


def live(hotline: Hotline) -> CallRecord:
    [conversation] = hotline.register.conversations()
    return conversation.record()


def answers(call: CallRecord) -> str:
    return " ".join(turn.text for turn in call.turns if turn.who == "hotline")


async def begun(folder: Path) -> Settings:
    """A hotline whose calls are understood by a small model that was trained here."""
    settings = settings_in(folder)
    # What was understood wrongly, but surely, comes into the inbox by the sample: here, always.
    training = settings.training.model_copy(update={"sample": 1.0})
    turns = settings.turns.model_copy(update={"no_input_s": 60})
    settings = settings.model_copy(update={"training": training, "turns": turns})
    live = LiveCompany(settings.hotline.company)
    store = await open_company_store(settings, live.current)
    try:
        room = open_training(settings, live, store)
        # No model is in use yet, so none is tried beside the new one.
        room.active.chosen.append("")
        await teach(room)
        await room.content.new_intent("extras", EXTRAS, [ANSWER], "eva")
        job = await train(room)
        assert job.state is JobState.DONE, job.reason
        chosen = await room.jobs.activate(job.model, "eva")
        await room.jobs.settle(chosen.number, ActivationState.ACTIVE)
    finally:
        await store.close()
    return settings


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[tuple[Phones, Page]]:
    """The hotline with its console, callers, and an admin who has signed in."""
    async with AsyncExitStack() as stack:
        hotline = await stack.enter_async_context(
            open_hotline(settings, lambda _: None, alone=True)
        )
        plan = load_plan(settings.desk.plan, hotline.company)
        part = await console_part(hotline.training, hotline.sounds, hotline.engines.voice, plan)
        hashed = await Passwords(CHEAP).hash(PASSWORD)
        staff = StaffStore(hotline.store.sessions)
        person = await staff.add("anna", "Anna", Role.ADMIN, hashed, datetime.now(UTC))
        assert person is not None
        await staff.set_password(person.id, hashed, must_change=False)
        address = await stack.enter_async_context(serve_pages(hotline, [part], {}, lambda _: None))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*FLAGS]
        )
        stack.push_async_callback(browser.close)
        page = await sign_in(browser, address, "anna")
        page.set_default_timeout(PATIENCE_MS)
        voice = PicoVoice()
        stack.push_async_callback(voice.close)
        yield Phones(hotline, voice), page


async def relabel(page: Page, intent: str) -> None:
    await page.goto("/admin/inbox")
    item = page.locator(".item", has_text="Geschenke")
    await expect(item).to_have_count(1, timeout=PATIENCE_MS)
    await item.focus()
    await look(page, "taught-inbox")
    await page.keyboard.press("a")
    await page.locator("#decide-intent").fill(intent)
    await page.keyboard.press("Enter")
    await expect(item).to_have_count(0, timeout=PATIENCE_MS)


async def train_and_compare(page: Page) -> str:
    """The key of the model that came of it; its page is open."""
    await page.goto("/admin/models")
    await page.get_by_role("button", name="Jetzt trainieren").click()
    await page.get_by_role("link", name="Vergleichen").click()
    await expect(page.get_by_text("Neben dem aktiven Modell")).to_be_visible(timeout=PATIENCE_MS)
    await look(page, "taught-compared")
    return page.url.rpartition("/")[2]


async def use(page: Page, model: str) -> None:
    """Have calls use the model that is on the page, whatever speaks against it."""
    await page.get_by_role("button", name="Für Anrufe verwenden").click()
    insist = page.get_by_role("button", name="Trotzdem verwenden")
    history = page.get_by_role("heading", name="Umgeschaltet")
    await expect(insist.or_(history)).to_be_visible(timeout=PATIENCE_MS)
    if await insist.is_visible():
        await insist.click()
    await in_use(page, model)


async def in_use(page: Page, model: str) -> None:
    row = page.locator("tr", has_text=model[:8]).filter(has_text="aktiv")
    await expect(row.first).to_be_visible(timeout=PATIENCE_MS)


async def rasa_dies(settings: Settings) -> None:
    running = await find_running_rasa(settings.hotline.data_dir)
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)


async def test_what_a_call_by_voice_asked_in_vain_is_taught_used_and_taken_back(
    tmp_path: Path,
) -> None:
    settings = await begun(tmp_path)
    async with open_house(settings) as (phones, page):
        understanding = phones.hotline.engines.understanding
        first = await phones.call(WRAPPED)
        said = asked(first)[-1]
        assert said.intent != "extras"
        assert ANSWER not in answers(first)

        await relabel(page, "extras")
        await rasa_dies(settings)
        model = await train_and_compare(page)
        # Rasa is another process: there is no event to wait for.
        while not await understanding.ready():  # noqa: ASYNC110
            await asyncio.sleep(0.2)

        caller, call = await phones.stay(SHIPPING)
        await use(page, model)
        await phones.go_on(caller, call, SIMPLY, len(asked(live(phones.hotline))) + 1)
        caller.hang_up()
        during = await call
        assert {turn.intent for turn in asked(during)} == {"price"}, during.turns
        assert len(asked(during)) > 1
        assert {turn.model for turn in asked(during)} == {said.model}

        taught = await phones.call(WRAPPED)
        again = asked(taught)[-1]
        assert (again.text, again.intent) == (said.text, "extras")
        assert again.model == model
        assert ANSWER in answers(taught)

        await page.get_by_role("button", name="Zum vorigen Modell zurück").click()
        assert said.model is not None
        await in_use(page, said.model)
        back = asked(await phones.call(WRAPPED))[-1]
        assert (back.intent, back.model) == (said.intent, said.model)
