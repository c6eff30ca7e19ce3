"""Callers by telephone and at Chromium are handed to an agent at Chromium, with nothing scripted:
`ivr run`. What each of them says is recognized at the other end."""

import asyncio
import base64
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
from tests.ports import free_port
from tests.service import Home

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PASSWORD = "drei-kurze-Wörter-reichen"
WANTS_SOMEBODY = "Ich möchte bitte mit einem Mitarbeiter sprechen."
LISTEN_S = 26
"""Twice what the caller says, over and over."""
LISTEN = """
async ([rate, seconds]) => {
  const context = new AudioContext({ sampleRate: rate });
  const source = context.createMediaStreamSource(document.getElementById("voice").srcObject);
  const tap = context.createScriptProcessor(4096, 1, 1);
  const heard = [];
  tap.onaudioprocess = (event) => {
    for (const sample of event.inputBuffer.getChannelData(0)) {
      heard.push(Math.round(Math.max(-1, Math.min(1, sample)) * 32767));
    }
  };
  source.connect(tap);
  tap.connect(context.destination);
  await new Promise((done) => setTimeout(done, seconds * 1000));
  await context.close();
  const bytes = new Uint8Array(new Int16Array(heard).buffer);
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}
"""
PATIENCE_MS = 120_000
"""On a busy machine everything takes its time."""


async def test_callers_by_telephone_and_browser_and_an_agent_hear_each_other(
    home: Home,
) -> None:
    _on_duty_at_any_time(home.folder / "company.toml")
    first = (await _ivr(home, "users", "add", "anna", "--role", "agent")).split()[-1]
    voice = PicoVoice()
    try:
        # Over and over: nobody knows when the call comes. In between it is quiet for as long as
        # a busy machine takes to recognize it: who goes on is recognized anew from the beginning.
        said = [(7.0, "Guten Tag, Sie sprechen mit Anna Berger.")]
        microphone = await speaking(_folder(home, "anna"), voice, said, again=True)
        wants = [(4.0, WANTS_SOMEBODY), (4.0, "Es geht um meine Rechnung.")]
        calling_microphone = await speaking(_folder(home, "caller"), voice, wants, again=True)
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
                    *("--say", WANTS_SOMEBODY),
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
            await page.keyboard.press("1")
            await _shown(page, "Bereit für den nächsten Anruf")
            to_caller, to_agent = await _by_browser(home, page, calling_microphone)
        assert "handed over" in await _ivr(home, "calls", "list")
    by_telephone, at_caller, at_agent = await _recognized(_ear_of(recording), to_caller, to_agent)
    assert "Sie sprechen mit Anna" in by_telephone
    assert "Sie sprechen mit Anna" in at_caller
    assert "Rechnung" in at_agent


def _folder(home: Home, name: str) -> Path:
    folder = home.folder / name
    folder.mkdir()
    return folder


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


async def _by_browser(home: Home, agent: Page, microphone: Microphone) -> tuple[Pcm, Pcm]:
    """A call from the call page that is handed over by voice; what both ends hear of it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*FLAGS, *microphone.flags]
        )
        caller = await browser.new_page(locale="de-DE")
        await caller.goto(f"http://localhost:{home.web_port}/")
        await caller.get_by_role("button", name="Jetzt anrufen").click()
        await _shown(agent, "Annehmen")
        await agent.keyboard.press("a")
        await _shown(agent, "Auflegen")
        heard = await asyncio.gather(_listen(caller), _listen(agent))
        await agent.keyboard.press("e")
        await _shown(agent, "Wie ist das Gespräch ausgegangen?")
        await browser.close()
    return heard[0], heard[1]


async def _listen(page: Page) -> Pcm:
    """What sounds at a browser for a while."""
    coded = await page.evaluate(LISTEN, [LISTEN_RATE, LISTEN_S])
    return Pcm(base64.b64decode(coded), LISTEN_RATE)


def _ear_of(recording: Path) -> Pcm:
    with wave.open(str(recording)) as file:
        rate, both = file.getframerate(), file.readframes(file.getnframes())
    return Pcm(array("h", both)[1::2].tobytes(), rate)


async def _recognized(*sounds: Pcm) -> list[str]:
    """Each piece by piece."""
    recognizer = make_recognizer(default_settings(PROGRAM_FOLDER))
    step = 10 * LISTEN_RATE * SAMPLE_BYTES
    try:
        found = []
        for each in sounds:
            sound, texts = resample(each, LISTEN_RATE).data, []
            for at in range(0, len(sound), step // 2):
                hearing = recognizer.listen(Expect.ANYTHING)
                hearing.feed(sound[at : at + step])
                texts.append((await hearing.transcribe()).text)
                hearing.close()
            found.append(" | ".join(texts))
    finally:
        await recognizer.close()
    return found
