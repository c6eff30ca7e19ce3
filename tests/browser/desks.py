"""Agents and callers at Chromium, each with a tone as the microphone, at one hotline."""

import asyncio
import math
import wave
from array import array
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from playwright.async_api import BrowserContext, Page, Playwright, async_playwright, expect

from ivr.audio.resample import to_pcm
from ivr.core.pcm import FRAME_S, LISTEN_RATE, frame_bytes
from ivr.core.ports import Leg
from ivr.core.staff import Role
from ivr.core.telephony import DialFailure, DialReason
from ivr.lines.paced import PacedLeg
from ivr.speech.voices.pico import PicoVoice
from ivr.web.server import serve
from tests.browser.callers import FLAGS, RATE, SCREENSHOTS, Microphone
from tests.web.desk.workshop import Workshop, open_workshop
from tests.web.shell import PASSWORD

_LEVEL = """
async (hertz) => {
  const audio = document.getElementById("voice");
  if (!audio.srcObject) {
    await new Promise((done) => setTimeout(done, 300));
    return -200;
  }
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  analyser.smoothingTimeConstant = 0;
  context.createMediaStreamSource(audio.srcObject).connect(analyser);
  await new Promise((done) => setTimeout(done, 500));
  const width = context.sampleRate / analyser.fftSize;
  const power = new Float32Array(analyser.frequencyBinCount);
  let loudest = -200;
  for (let look = 0; look < 4; look++) {
    await new Promise((done) => setTimeout(done, 130));
    analyser.getFloatFrequencyData(power);
    for (let bin = Math.ceil((hertz - 8) / width); bin * width <= hertz + 8; bin++) {
      loudest = Math.max(loudest, power[bin]);
    }
  }
  await context.close();
  return loudest;
}
"""
AUDIBLE_DB = -60.0
CUSTOMER = 500
"""Hertz of who is telephoned with. A frame holds whole cycles of it."""


def tone(folder: Path, hertz: int) -> Microphone:
    """A microphone that hears nothing but this tone, in beats, so that it is not taken for noise
    and filtered out."""
    file = folder / f"{hertz}.wav"
    beat, seconds = RATE // 2, 4
    samples = array("h")
    for at in range(RATE * seconds):
        loud = 9000 if at % beat < beat * 0.9 else 0
        samples.append(int(loud * math.sin(2 * math.pi * hertz * at / RATE)))
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return Microphone(
        (
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={file}",
        )
    )


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
    """A telephone line with one customer at it, who is busy the first times."""

    def __init__(self, busy: int = 0) -> None:
        self.dialled: list[str] = []
        self._busy = busy

    def allows(self, target: str) -> bool:
        return target.startswith("0561")

    async def dial(
        self, target: str, *, headers: Mapping[str, str] | None = None, timeout_s: float = 30.0
    ) -> Leg | DialFailure:
        self.dialled.append(target)
        if len(self.dialled) <= self._busy:
            return DialFailure(DialReason.BUSY)
        return PacedLeg(Customer(), LISTEN_RATE)


@dataclass
class Seat:
    """One person at one browser."""

    context: BrowserContext
    page: Page
    address: str
    errors: list[str]

    async def sees(self, text: str, within_s: float = 30) -> None:
        await expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible(
            timeout=within_s * 1000
        )

    async def hears(self, hertz: int, within_s: float = 30) -> None:
        """Until this tone sounds here."""
        loud = -200.0
        try:
            async with asyncio.timeout(within_s):
                while loud < AUDIBLE_DB:
                    loud = await self.page.evaluate(_LEVEL, hertz)
        except TimeoutError:
            raise AssertionError(f"{hertz} Hz was not heard, at {loud:.0f} dB") from None

    async def hears_no(self, hertz: int, within_s: float = 30) -> None:
        """Until this tone has not sounded here twice in a row."""
        loud, silent = 0.0, 0
        try:
            async with asyncio.timeout(within_s):
                while silent < 2:
                    loud = await self.page.evaluate(_LEVEL, hertz)
                    silent = silent + 1 if loud < AUDIBLE_DB else 0
        except TimeoutError:
            raise AssertionError(f"{hertz} Hz was still heard, at {loud:.0f} dB") from None

    async def presses(self, key: str) -> None:
        """As people do: once the page shows what it is the key of."""
        named = f'[data-key="{key}"], [data-choice="{key}"]'
        await expect(self.page.locator(named).locator("visible=true").first).to_be_visible()
        await self.page.keyboard.press(key)

    async def shoot(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=SCREENSHOTS / f"desk-{name}.png")

    async def look(self, name: str) -> None:
        """As wide and narrow windows show it, light and dark."""
        wide = self.page.viewport_size
        for dark, width in product((False, True), (1440, 390)):
            await self.page.emulate_media(color_scheme="dark" if dark else "light")
            await self.page.set_viewport_size({"width": width, "height": 900})
            await self.shoot(f"{name}-{'dark' if dark else 'light'}-{width}")
        await self.page.emulate_media(color_scheme="light")
        if wide is not None:
            await self.page.set_viewport_size(wide)


@dataclass
class Office:
    shop: Workshop
    address: str
    playwright: Playwright
    stack: AsyncExitStack

    async def seat(
        self,
        microphone: Microphone,
        *,
        dark: bool = False,
        size: tuple[int, int] = (1440, 900),
    ) -> Seat:
        browser = await self.playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*FLAGS, *microphone.flags]
        )
        self.stack.push_async_callback(browser.close)
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            locale="de-DE",
        )
        errors: list[str] = []
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: errors.append(message.text) if message.type == "error" else None,
        )
        return Seat(context, page, self.address, errors)

    async def staff(
        self, name: str, microphone: Microphone, role: Role = Role.AGENT, *, dark: bool = False
    ) -> Seat:
        """Somebody who has signed in to the program."""
        await self.shop.staff.add(name, role)
        seat = await self.seat(microphone, dark=dark)
        await seat.page.goto(f"{self.address}/staff/sign-in")
        await seat.page.locator("#name").fill(name)
        await seat.page.locator("#password").fill(PASSWORD)
        await seat.page.keyboard.press("Enter")
        await seat.page.wait_for_url(lambda url: "sign-in" not in url)
        return seat

    async def agent(self, name: str, microphone: Microphone, *, dark: bool = False) -> Seat:
        """An agent at the desk, free."""
        seat = await self.staff(name, microphone, dark=dark)
        await seat.page.goto(f"{self.address}/desk")
        await seat.presses("f")
        await seat.sees("Headset verbunden")
        await seat.sees("Bereit für den nächsten Anruf")
        return seat

    async def caller(self, microphone: Microphone) -> Seat:
        """Somebody who has called and asks for a person by key."""
        seat = await self.seat(microphone, size=(900, 800))
        await seat.page.goto(self.address)
        await seat.page.get_by_role("button", name="Jetzt anrufen").click()
        state = 'body[data-state="speaking"], body[data-state="listening"]'
        await expect(seat.page.locator(state)).to_have_count(1)
        await seat.page.locator("#keys").click()
        await seat.page.keyboard.press("0")
        return seat


@asynccontextmanager
async def open_desk_in_browsers(folder: Path) -> AsyncIterator[Office]:
    voice = PicoVoice()
    try:
        async with (
            open_workshop(folder, voice=voice, heard=()) as shop,
            serve(shop.app, "127.0.0.1", 0, "web.port") as port,
            async_playwright() as playwright,
            AsyncExitStack() as stack,
        ):
            try:
                yield Office(shop, f"http://localhost:{port}", playwright, stack)
            finally:
                shop.house.glances.close()
    finally:
        await voice.close()
