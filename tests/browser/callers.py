"""A caller at Chromium: a WAV as the microphone, the call page, and what it shows."""

import asyncio
import wave
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.async_api import BrowserContext, Page, Route, async_playwright, expect

from ivr.app.calling import spoken
from ivr.audio.resample import resample
from ivr.config.webrtc import WebRtc
from ivr.dialogue.script import Script
from ivr.speech.voices.pico import PicoVoice
from ivr.web.server import serve
from tests.call.virtual import SCRIPT
from tests.web.calls.reception import Front, open_front

RATE = 48_000
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
_KEEP_PEERS = """
window.hotlinePeers = [];
const Real = RTCPeerConnection;
window.RTCPeerConnection = function (...given) {
  const peer = new Real(...given);
  hotlinePeers.push(peer);
  return peer;
};
"""
"""Being offline does not stop WebRTC in Chromium, so tests cut its connections by hand."""

UNPLUGGED = """
window.microphones = [];
window.plugged = true;
const usual = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wish) => {
  if (!plugged) throw new DOMException("none", "NotFoundError");
  const stream = await usual(wish);
  microphones.push(stream.getAudioTracks()[0]);
  return stream;
};
window.unplug = () => {
  const last = microphones.at(-1);
  last.stop();
  last.dispatchEvent(new Event("ended"));
};
window.plugIn = () => {
  plugged = true;
  navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
};
"""
"""Chromium's pretended microphone has no plug: a track ends as when it is pulled."""
_LEVEL = "name => document.body.style.getPropertyValue(name)"


@dataclass(frozen=True)
class Microphone:
    """What Chromium makes of its microphone."""

    flags: tuple[str, ...] = field(default=())


async def speaking(
    folder: Path, voice: PicoVoice, says: Sequence[tuple[float, str]], *, again: bool = False
) -> Microphone:
    """A microphone into which each text is said after so many seconds of silence; once, or `again`
    and again."""
    sound = b""
    for silence_s, text in says:
        sound += bytes(2 * int(RATE * silence_s)) + resample(await spoken(voice, text), RATE).data
    file = folder / "microphone.wav"
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(sound if again else sound + bytes(2 * RATE * 20))
    return Microphone(
        (
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={file}{'' if again else '%noloop'}",
        )
    )


REFUSED = Microphone(("--use-fake-device-for-media-stream", "--deny-permission-prompts"))
ABSENT = Microphone(("--use-fake-ui-for-media-stream",))


@dataclass
class Caller:
    front: Front
    page: Page
    context: BrowserContext
    address: str
    errors: list[str]
    """What the browser's console complained of."""
    looks: str
    """What tells its pictures from others."""

    async def call(self) -> None:
        await self.page.get_by_role("button", name="Jetzt anrufen").click()

    async def sees_state(self, *states: str, within_s: float = 30) -> None:
        wanted = ", ".join(f'body[data-state="{state}"]' for state in states)
        await expect(self.page.locator(wanted)).to_have_count(1, timeout=within_s * 1000)

    async def reads(self, who: str, text: str, within_s: float = 30) -> None:
        caption = self.page.locator(f"#captions .say-{who} .say-text", has_text=text)
        await expect(caption.first).to_be_visible(timeout=within_s * 1000)

    async def hears(self, within_s: float = 30) -> None:
        """The level of the hotline's voice moves."""
        await self._moves("--loud", within_s)

    async def is_heard(self, within_s: float = 30) -> None:
        """The level of the microphone moves."""
        await self._moves("--mic", within_s)

    async def _moves(self, level: str, within_s: float) -> None:
        async with asyncio.timeout(within_s):
            while float(await self.page.evaluate(_LEVEL, level) or 0) < 0.2:  # noqa: ASYNC110
                await asyncio.sleep(0.03)

    async def look(self, name: str) -> None:
        """Leave a picture for people."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        file = SCREENSHOTS / f"call-{name}-{self.looks}.png"
        await self.page.screenshot(path=file, full_page=True)

    async def network_goes(self) -> None:
        """No packet passes any more, in neither direction, and no request."""
        await self.context.set_offline(True)
        await self.page.evaluate("hotlinePeers.forEach(peer => peer.close())")

    async def network_returns(self) -> None:
        await self.context.set_offline(False)

    async def requests_hang(self) -> None:
        """What the page asks for is neither answered nor refused."""
        await self.page.route("**/calls*", _hang)

    async def requests_take(self, seconds: float) -> None:
        """As on a machine that is very slow, or over a thin line."""

        async def late(route: Route) -> None:
            await asyncio.sleep(seconds)
            await route.continue_()

        await self.page.route("**/calls*", late)

    async def requests_pass(self) -> None:
        await self.page.unroute("**/calls*", _hang)

    async def is_over(self, within_s: float = 30) -> None:
        """The hotline has let go of the call."""
        async with asyncio.timeout(within_s):
            while len(self.front.reception):  # noqa: ASYNC110 - nobody else needs an event for it
                await asyncio.sleep(0.05)


async def _hang(_route: Route) -> None:
    """Neither answered nor refused."""


@dataclass
class Site:
    """A company's own page with the call button on it."""

    address: str = ""
    button: str = ""
    """Where the button's script comes from."""


@asynccontextmanager
async def company_site() -> AsyncIterator[Site]:
    site, app = Site(), FastAPI()

    @app.get("/")
    async def home() -> HTMLResponse:
        button = (
            f'<script src="{site.button}/call.js" data-label="Rufen Sie uns <b>an"'
            ' data-color="red;} body{display:none" data-side="</style>" async></script>'
        )
        return HTMLResponse(
            "<!doctype html><html lang=de><title>Laden</title><h1>Unser Laden</h1>"
            f'<a href="/?angebote">Angebote</a>{button}'
        )

    async with serve(app, "127.0.0.1", 0, "web.port") as port:
        site.address = f"http://127.0.0.1:{port}"
        yield site


@asynccontextmanager
async def caller_at(
    folder: Path,
    microphone: Microphone,
    voice: PicoVoice,
    *,
    heard: Sequence[str] = (),
    settings: WebRtc | None = None,
    script: Script = SCRIPT,
    before: str = "",
    dark: bool = False,
    size: tuple[int, int] = (1100, 900),
) -> AsyncIterator[Caller]:
    """Somebody who has opened the call page of a scripted hotline, and not called yet.

    `before` is a script that runs before those of the page: what this browser does otherwise.
    """
    async with (
        open_front(folder, settings, voice=voice, heard=heard, script=script) as front,
        caller_of(front, microphone, before=before, dark=dark, size=size) as caller,
    ):
        yield caller


@asynccontextmanager
async def caller_of(
    front: Front,
    microphone: Microphone,
    *,
    before: str = "",
    dark: bool = False,
    size: tuple[int, int] = (1100, 900),
) -> AsyncIterator[Caller]:
    """Somebody who has opened the call page of this hotline."""
    async with (
        serve(front.app, "127.0.0.1", 0, "web.port") as port,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*FLAGS, *microphone.flags]
        )
        try:
            context = await browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme="dark" if dark else "light",
                locale="de-DE",
            )
            await context.add_init_script(_KEEP_PEERS + before)
            page = await context.new_page()
            errors: list[str] = []
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on(
                "console",
                lambda message: errors.append(message.text) if message.type == "error" else None,
            )
            address = f"http://localhost:{port}"
            await page.goto(address)
            looks = f"{'dark' if dark else 'light'}-{size[0]}"
            yield Caller(front, page, context, address, errors, looks)
        finally:
            await browser.close()
