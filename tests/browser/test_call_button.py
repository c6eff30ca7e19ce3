"""The call button on a company's own page in Chromium: the page, and the call in its panel."""

import asyncio
import random
from pathlib import Path

import pytest
from playwright.async_api import Dialog, expect

from ivr.config.webrtc import WebRtc
from ivr.speech.voices.pico import PicoVoice
from tests.browser.axe import barriers
from tests.browser.callers import REFUSED, caller_at, company_site, speaking

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_the_button_on_a_company_s_own_page_opens_a_call(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [])
    async with company_site() as site:
        settings = WebRtc(origins=(site.address,))
        async with caller_at(tmp_path, microphone, voice, settings=settings) as caller:
            site.button = caller.address
            await caller.page.goto(site.address)
            assert caller.page.frames == [caller.page.main_frame]
            await caller.page.get_by_role("button", name="Rufen Sie uns <b>an").click()
            frame = caller.page.frame_locator("iframe")
            await frame.get_by_role("button", name="Jetzt anrufen").click()
            caption = frame.locator("#captions .say-hotline").first
            await expect(caption).to_contain_text("Sprachassistenten", timeout=15_000)
            await caller.look("10-embedded")
            found = await barriers(caller.page)
            assert not found, "\n".join(found)
            caller.page.on("dialog", lambda dialog: dialog.accept())
            await caller.page.get_by_role("button", name="Schließen").click()
            await caller.is_over()


async def test_the_embedded_call_keeps_the_keyboard_and_closes_by_escape(
    tmp_path: Path, voice: PicoVoice
) -> None:
    async with company_site() as site:
        settings = WebRtc(origins=(site.address,))
        async with caller_at(
            tmp_path, REFUSED, voice, settings=settings, dark=True, size=(320, 640)
        ) as caller:
            page, site.button = caller.page, caller.address
            await page.goto(site.address)
            button = page.get_by_role("button", name="Rufen Sie uns")
            dialog = page.get_by_role("dialog")
            await button.click()
            frame = page.frame_locator("iframe")
            await expect(frame.get_by_role("button", name="Jetzt anrufen")).to_be_visible()
            shut = page.get_by_role("button", name="Schließen")
            await expect(shut).to_be_focused()
            await caller.look("11-embedded-idle")
            seen = []
            for _ in range(8):
                await page.keyboard.press("Tab")
                seen.append(
                    await page.evaluate(
                        "document.activeElement.shadowRoot?.activeElement?.tagName"
                    )
                )
            assert "IFRAME" in seen
            assert set(seen) <= {"IFRAME", "BUTTON"}
            # From within the frame, too, and back to where one came from.
            await frame.get_by_role("button", name="Jetzt anrufen").focus()
            await page.keyboard.press("Escape")
            await expect(dialog).to_have_count(0)
            await expect(button).to_be_focused()
            await page.keyboard.press("Enter")
            await expect(shut).to_be_focused()
            await page.keyboard.press("Escape")
            await expect(dialog).to_have_count(0)


async def test_a_link_of_the_company_s_page_does_not_cut_the_call_unasked(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [])
    async with company_site() as site:
        settings = WebRtc(origins=(site.address,))
        async with caller_at(tmp_path, microphone, voice, settings=settings) as caller:
            page, site.button = caller.page, caller.address
            asked: list[str] = []

            async def stay(dialog: Dialog) -> None:
                asked.append(dialog.type)
                await dialog.dismiss()

            page.on("dialog", stay)
            await page.goto(site.address)
            await page.get_by_role("button", name="Rufen Sie uns").click()
            frame = page.frame_locator("iframe")
            await frame.get_by_role("button", name="Jetzt anrufen").click()
            await expect(frame.locator('body[data-state="speaking"]')).to_have_count(1)
            await page.get_by_role("link", name="Angebote").click(no_wait_after=True)
            await expect(frame.locator('body[data-state="listening"]')).to_have_count(
                1, timeout=15_000
            )
            assert asked == ["beforeunload"]
            await frame.get_by_role("button", name="Auflegen").click()
            await caller.is_over()
            await page.get_by_role("link", name="Angebote").click()
            await page.wait_for_url("**/?angebote")
            assert asked == ["beforeunload"]


async def test_whatever_a_site_gives_the_button_it_stays_a_button(
    tmp_path: Path, voice: PicoVoice
) -> None:
    chance = random.Random(3)  # noqa: S311 - no secret

    def some() -> str:
        return "".join(chance.choice(_ODD) for _ in range(chance.randint(0, 6)))

    given = [{"label": some(), "side": some(), "color": some()} for _ in range(2_000)]
    async with company_site() as site, caller_at(tmp_path, REFUSED, voice) as caller:
        site.button = caller.address
        await caller.page.goto(site.address)
        odd = await caller.page.evaluate(_BUTTONS, [f"{caller.address}/call.js", given])
        assert odd == []
        # The site has no picture of its own for the tab.
        assert [error for error in caller.errors if "404" not in error] == []
        assert caller.page.frames == [caller.page.main_frame], "nothing is loaded by itself"


_ODD = (
    *("left", "red", "#0d5c63", ";", "}", "{", "*/", "</style>", "<script>", "url(//x.test)"),
    *("var(--x", ")", '"', "'", "`", "${1}", "\0", "\n", " ", "Ruf an", "😀", "\u202e", "x" * 50),
    "\\",
)
_BUTTONS = """
async ([src, all]) => {
  const odd = [];
  let usual = null;
  for (const given of [{}, ...all]) {
    const script = document.createElement("script");
    Object.assign(script.dataset, given);
    script.src = src;
    await new Promise((done) => {
      script.onload = script.onerror = done;
      document.body.append(script);
    });
    script.remove();
    const host = document.body.lastElementChild;
    const root = host.shadowRoot;
    const rules = root?.adoptedStyleSheets[0]?.cssRules.length;
    usual ??= rules;
    const text = root?.querySelector("button")?.textContent ?? "";
    const one = root?.children.length === 1 && text.length > 0 && text.length <= 40;
    if (!one || rules !== usual) odd.push([given, rules, text]);
    host.remove();
  }
  return odd.slice(0, 5);
}
"""


async def test_a_site_that_is_not_allowed_gets_no_call_page(
    tmp_path: Path, voice: PicoVoice
) -> None:
    async with company_site() as site, caller_at(tmp_path, REFUSED, voice) as caller:
        site.button = caller.address
        await caller.page.goto(site.address)
        await caller.page.get_by_role("button", name="Rufen Sie uns").click()
        frame = caller.page.frame_locator("iframe")
        await expect(frame.get_by_role("button", name="Jetzt anrufen")).to_have_count(0)
        async with asyncio.timeout(30):
            while not any("frame-ancestors" in error for error in caller.errors):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
