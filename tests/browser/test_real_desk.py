"""A caller by telephone is handed to an agent at Chromium, with nothing scripted: `ivr run`."""

import asyncio
import re
import sys
import wave
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from ivr.audio.resample import resample
from ivr.config.loading import PROGRAM_FOLDER, default_settings
from ivr.core.pcm import LISTEN_RATE, SAMPLE_BYTES, Pcm
from ivr.core.speech import Expect
from ivr.speech.select import make_recognizer
from ivr.speech.voices.pico import PicoVoice
from tests.browser.callers import FLAGS, SCREENSHOTS, Microphone, speaking
from tests.lines.sip.registrar import free_port
from tests.service import Home

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PASSWORD = "drei-kurze-Wörter-reichen"
PATIENCE_MS = 120_000
"""On a busy machine everything takes its time."""


async def test_a_caller_by_telephone_and_an_agent_in_a_browser_hear_each_other(
    home: Home,
) -> None:
    _on_duty_at_any_time(home.folder / "company.toml")
    first = (await _ivr(home, "users", "add", "anna", "--role", "agent")).split()[-1]
    voice = PicoVoice()
    try:
        # Over and over: nobody knows when the call comes.
        said = [(2.0, "Guten Tag, Sie sprechen mit Anna Berger.")]
        microphone = await speaking(home.folder, voice, said, again=True)
    finally:
        await voice.close()
    recording = home.folder / "call.wav"
    home.env["IVR_SIP_PORT"] = str(free_port())
    telephone = f"sip:hotline@127.0.0.1:{home.env['IVR_SIP_PORT']}"
    with home.running():
        async with _desk(home, first, microphone) as page:
            calling = asyncio.create_task(
                _ivr(
                    home,
                    *("call", "--line", telephone, "--out", str(recording)),
                    *("--say", "Ich möchte bitte mit einem Mitarbeiter sprechen."),
                    *("--say", "Es geht um meine Bestellung."),
                )
            )
            await _shown(page, "Annehmen")
            await page.screenshot(path=SCREENSHOTS / "real-desk-offer.png")
            await page.keyboard.press("a")
            await _shown(page, "Auflegen")
            # What the caller says to the agent is recognized, and read at the desk.
            await _shown(page, re.compile("Bestellung"))
            await page.screenshot(path=SCREENSHOTS / "real-desk-call.png")
            # What the agent says, too.
            await _shown(page, re.compile("Anna"))
            await page.keyboard.press("e")
            await _shown(page, "Wie ist das Gespräch ausgegangen?")
            async with asyncio.timeout(120):
                await calling
        assert "handed over" in await _ivr(home, "calls", "list")
    assert "Sie sprechen mit Anna" in await _heard(recording)


def _on_duty_at_any_time(profile: Path) -> None:
    text = profile.read_text(encoding="utf-8")
    week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    days = "on_holidays = true\n" + "".join(f'{day} = ["0:00-24:00"]\n' for day in week)
    changed, times = re.subn(r"(?<=\n\[agents\]\n)(?:\w.*\n)+", days, text)
    assert times == 1
    profile.write_text(changed, encoding="utf-8")


async def _ivr(home: Home, *words: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ivr", *words,
        env=home.env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told = (await process.communicate())[0].decode()
    assert process.returncode == 0, told
    return told


@asynccontextmanager
async def _desk(home: Home, password: str, microphone: Microphone) -> AsyncIterator[Page]:
    """The desk of an agent who signed in for the first time and is free."""
    address = f"http://localhost:{home.web_port}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*FLAGS, *microphone.flags]
        )
        page = await browser.new_page(viewport={"width": 1440, "height": 900}, locale="de-DE")
        page.set_default_timeout(PATIENCE_MS)
        await page.goto(f"{address}/staff/sign-in")
        await page.locator("#name").fill("anna")
        await page.locator("#password").fill(password)
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/staff/password")
        for field, value in (("old", password), ("new", PASSWORD), ("again", PASSWORD)):
            await page.locator(f"[name={field}]").fill(value)
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/desk")
        await page.keyboard.press("f")
        await _shown(page, "Bereit für den nächsten Anruf")
        await _shown(page, "Headset verbunden")
        yield page
        await browser.close()


async def _shown(page: Page, text: str | re.Pattern[str]) -> None:
    await expect(page.get_by_text(text).locator("visible=true").first).to_be_visible(
        timeout=PATIENCE_MS
    )


async def _heard(recording: Path) -> str:
    """What the caller's ear got after they had been put through, recognized piece by piece."""
    with wave.open(str(recording)) as file:
        rate, both = file.getframerate(), file.readframes(file.getnframes())
    ear = array("h", both)[1::2]
    sound = resample(Pcm(ear.tobytes(), rate), LISTEN_RATE).data
    recognizer = make_recognizer(default_settings(PROGRAM_FOLDER))
    step = 10 * LISTEN_RATE * SAMPLE_BYTES
    texts = []
    try:
        for at in range(0, len(sound), step // 2):
            hearing = recognizer.listen(Expect.ANYTHING)
            hearing.feed(sound[at : at + step])
            texts.append((await hearing.transcribe()).text)
            hearing.close()
    finally:
        await recognizer.close()
    return " | ".join(texts)
