"""Calls from the call page in Chromium, with scripted engines behind real WebRTC."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Dialog, expect

from ivr.config.webrtc import WebRtc
from ivr.speech.voices.pico import PicoVoice
from tests.browser.axe import barriers
from tests.browser.callers import (
    ABSENT,
    REFUSED,
    SCREENSHOTS,
    Microphone,
    caller_at,
    company_site,
    speaking,
)
from tests.lines.webrtc.outage import network
from tests.lines.webrtc.pair import silent_server, stun_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
async def voice() -> AsyncIterator[PicoVoice]:
    voice = PicoVoice()
    yield voice
    await voice.close()


async def test_a_whole_call_by_voice(tmp_path: Path, voice: PicoVoice) -> None:
    microphone = await speaking(
        tmp_path, voice, [(9, "Wann haben Sie geöffnet?"), (8, "Danke, auf Wiederhören.")]
    )
    heard = ["Wann haben Sie geöffnet?", "Danke, auf Wiederhören."]
    async with caller_at(tmp_path, microphone, voice, heard=heard) as caller:
        await caller.look("1-idle")
        await caller.call()
        await caller.sees_state("speaking")
        await caller.look("3-speaking")
        await caller.reads("hotline", "Musterfirma, Guten Tag")
        await caller.reads("caller", "Wann haben Sie geöffnet?")
        await caller.reads("hotline", "Heute haben wir bis 18 Uhr geöffnet.")
        await caller.sees_state("listening")
        await caller.look("4-listening")
        await caller.reads("hotline", "Auf Wiederhören!", within_s=25)
        # The hotline hangs up, and the page says so.
        await caller.sees_state("ended")
        await expect(caller.page.locator("#detail")).to_contain_text("Dauer")
        await caller.look("5-ended")
        await caller.is_over()
        assert caller.errors == []
    [call] = await caller.front.store.calls()
    assert call.start.line == "webrtc"
    assert call.end is not None
    assert call.end.cause == "hotline"


async def test_the_caller_presses_keys_mutes_and_hangs_up(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [])
    async with caller_at(tmp_path, microphone, voice, dark=True, size=(390, 844)) as caller:
        page = caller.page
        await caller.look("1-idle")
        await caller.call()
        await caller.sees_state("speaking")
        await page.get_by_role("button", name="Tasten").click()
        await page.get_by_role("button", name="Stern").click()
        await page.keyboard.press("4")
        await caller.look("6-keypad")
        await expect(page.locator("#typed")).to_have_text("*4")
        await page.keyboard.press("Escape")
        await expect(page.locator("#keypad")).to_be_hidden()
        await page.get_by_role("button", name="Stumm").click()
        await expect(page.get_by_role("button", name="Stumm", pressed=True)).to_be_visible()
        await caller.look("7-muted")
        # A star asks for the last prompt once more.
        await expect(page.locator("#captions .say-hotline")).not_to_have_count(1, timeout=15_000)
        await page.get_by_role("button", name="Auflegen").click()
        await caller.sees_state("ended", within_s=1)
        await caller.is_over()
        assert caller.errors == []
    [call] = await caller.front.store.calls()
    assert call.end is not None
    assert call.end.cause == "caller"


@pytest.mark.parametrize(
    ("microphone", "title"),
    [
        (REFUSED, "Ihr Browser lässt uns nicht an das Mikrofon"),
        (ABSENT, "Es ist kein Mikrofon da"),
    ],
    ids=["refused", "absent"],
)
async def test_without_a_microphone_one_is_told_what_to_do(
    tmp_path: Path, voice: PicoVoice, microphone: Microphone, title: str
) -> None:
    async with caller_at(tmp_path, microphone, voice, size=(390, 844)) as caller:
        await caller.call()
        await expect(caller.page.get_by_role("alert")).to_contain_text(title)
        await caller.look(f"8-{title.split()[-1].lower()}")
        assert len(caller.front.reception) == 0
        # Listening and pressing keys works all the same.
        await caller.page.get_by_role("button", name="Ohne Mikrofon anrufen").click()
        await caller.reads("hotline", "Musterfirma, Guten Tag")
        await caller.page.get_by_role("button", name="Auflegen").click()
        await caller.is_over()


async def test_a_silent_microphone_is_noticed(tmp_path: Path, voice: PicoVoice) -> None:
    microphone = await speaking(tmp_path, voice, [])
    async with caller_at(tmp_path, microphone, voice) as caller:
        await caller.call()
        alert = caller.page.get_by_role("alert")
        await expect(alert).to_contain_text("Wir hören nichts von Ihnen", timeout=20_000)
        await caller.look("9-silent")


async def test_a_lost_network_comes_back_into_the_same_call(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [(13, "Wann haben Sie geöffnet?")])
    heard = ["Wann haben Sie geöffnet?"]
    async with caller_at(tmp_path, microphone, voice, heard=heard) as caller:
        await caller.call()
        await caller.sees_state("speaking")
        await caller.network_goes()
        await caller.sees_state("lost", within_s=6)
        await caller.look("2-lost")
        await caller.network_returns()
        await caller.sees_state("speaking", "listening", within_s=10)
        await caller.reads("caller", "Wann haben Sie geöffnet?")
        await caller.reads("hotline", "Heute haben wir bis 18 Uhr geöffnet.")
    assert len(await caller.front.store.calls()) == 1


async def test_packets_that_vanish_without_a_word_are_noticed_and_the_call_goes_on(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [(19, "Wann haben Sie geöffnet?")])
    heard = ["Wann haben Sie geöffnet?"]
    with network() as outage:
        async with caller_at(tmp_path, microphone, voice, heard=heard) as caller:
            await caller.call()
            await caller.sees_state("speaking")
            outage.on = True
            await caller.requests_hang()
            await caller.sees_state("lost", within_s=6)
            # First requests pass again, and the hotline answers, but no sound comes through; an
            # attempt that waited for it would use up all of the hotline's patience.
            await caller.requests_pass()
            await asyncio.sleep(5)
            outage.on = False
            await caller.sees_state("speaking", "listening", within_s=8)
            await caller.reads("caller", "Wann haben Sie geöffnet?")
            await caller.reads("hotline", "Heute haben wir bis 18 Uhr geöffnet.")
    assert len(await caller.front.store.calls()) == 1


async def test_a_server_that_does_not_answer_delays_a_call_and_no_more(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [])
    with silent_server() as (address, sent), network() as outage:
        settings = WebRtc(stun=f"stun:{address}")
        async with caller_at(tmp_path, microphone, voice, settings=settings) as caller:
            await caller.call()
            await caller.sees_state("speaking")
            outage.on = True
            await caller.sees_state("lost", within_s=6)
            outage.on = False
            await caller.sees_state("speaking", "listening", within_s=9)
    assert sent


async def test_a_network_that_stays_away_ends_the_call(tmp_path: Path, voice: PicoVoice) -> None:
    microphone = await speaking(tmp_path, voice, [])
    settings = WebRtc(reconnect_s=3)
    async with caller_at(tmp_path, microphone, voice, settings=settings) as caller:
        await caller.call()
        await caller.sees_state("speaking")
        await caller.network_goes()
        alert = caller.page.get_by_role("alert")
        await expect(alert).to_contain_text("Die Verbindung ist abgebrochen", timeout=12_000)
        await caller.is_over(within_s=10)


async def test_when_all_lines_are_busy_the_page_says_so(tmp_path: Path, voice: PicoVoice) -> None:
    microphone = await speaking(tmp_path, voice, [])
    settings = WebRtc(max_calls=1, max_calls_per_address=5)
    async with caller_at(tmp_path, microphone, voice, settings=settings) as caller:
        second = await caller.context.new_page()
        await second.goto(caller.address)
        await caller.call()
        await caller.sees_state("speaking")
        await second.get_by_role("button", name="Jetzt anrufen").click()
        await expect(second.get_by_role("alert")).to_contain_text("Alle Leitungen sind besetzt")
        await second.screenshot(path=SCREENSHOTS / "call-busy-light.png", full_page=True)


async def test_who_is_on_the_telephone_already_is_told_so(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [])
    settings = WebRtc(max_calls_per_address=1)
    async with caller_at(tmp_path, microphone, voice, settings=settings) as caller:
        second = await caller.context.new_page()
        await second.goto(caller.address)
        await caller.call()
        await caller.sees_state("speaking")
        await second.get_by_role("button", name="Jetzt anrufen").click()
        alert = second.get_by_role("alert")
        await expect(alert).to_contain_text("Von Ihrem Anschluss wird schon telefoniert")
        assert len(caller.front.reception) == 1


async def test_where_no_packet_passes_the_page_says_so_and_no_call_is_left(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [])
    with network() as outage:
        outage.on = True
        async with caller_at(tmp_path, microphone, voice) as caller:
            await caller.call()
            alert = caller.page.get_by_role("alert")
            await expect(alert).to_contain_text(
                "Es kommt keine Verbindung zustande", timeout=25_000
            )
            await expect(alert).to_contain_text("Firewall")
            await caller.is_over()
            await expect(caller.page.get_by_role("button", name="Jetzt anrufen")).to_be_visible()


async def test_what_is_said_is_shown_as_it_is_and_nothing_of_it_is_run(
    tmp_path: Path, voice: PicoVoice
) -> None:
    said = '<img src=x onerror="window.harmed = true"><b>Hallo</b> &amp; Guten Tag'
    microphone = await speaking(tmp_path, voice, [(9, "Guten Tag, hier ist Frau Sommer.")])
    async with caller_at(tmp_path, microphone, voice, heard=[said]) as caller:
        await caller.call()
        caption = caller.page.locator("#captions .say-caller .say-text")
        await expect(caption).to_have_text(said, timeout=25_000)
        await expect(caption.locator("*")).to_have_count(0)
        assert await caller.page.evaluate("window.harmed === undefined")


async def test_a_stun_server_tells_the_browser_where_it_is_seen(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [])
    with stun_server(("203.0.113.9", 40_123)) as address:
        settings = WebRtc(stun=f"stun:{address}")
        async with caller_at(tmp_path, microphone, voice, settings=settings) as caller:
            await caller.call()
            await caller.sees_state("speaking")
            offer = await caller.page.evaluate("hotlinePeers[0].localDescription.sdp")
            assert "203.0.113.9 40123 typ srflx" in offer


async def test_a_closed_page_hangs_up(tmp_path: Path, voice: PicoVoice) -> None:
    microphone = await speaking(tmp_path, voice, [])
    async with caller_at(tmp_path, microphone, voice) as caller:
        await caller.call()
        await caller.sees_state("speaking")
        await caller.page.close(run_before_unload=True)
        await caller.is_over()


async def test_leaving_the_page_in_a_call_is_asked_about(tmp_path: Path, voice: PicoVoice) -> None:
    microphone = await speaking(tmp_path, voice, [])
    async with caller_at(tmp_path, microphone, voice) as caller:
        asked: list[str] = []

        async def stay(dialog: Dialog) -> None:
            asked.append(dialog.type)
            await dialog.dismiss()

        caller.page.on("dialog", stay)
        await caller.call()
        await caller.sees_state("speaking")
        await caller.page.evaluate("location.reload()")
        await caller.sees_state("listening")
        assert asked == ["beforeunload"]
        await caller.page.get_by_role("button", name="Auflegen").click()
        await caller.is_over()
        # Nothing is lost any more.
        await caller.page.reload()
        assert asked == ["beforeunload"]


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


async def test_nothing_starts_before_the_button_is_pressed(
    tmp_path: Path, voice: PicoVoice
) -> None:
    async with caller_at(tmp_path, REFUSED, voice) as caller:
        requests: list[str] = []
        caller.context.on("request", lambda request: requests.append(request.method))
        for _ in range(20):
            await caller.page.reload()
        assert set(requests) == {"GET"}
        assert await caller.context.cookies() == []
        assert len(caller.front.reception) == 0
        await expect(caller.page.get_by_role("alert")).to_be_hidden()


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
        async with asyncio.timeout(5):
            while not any("frame-ancestors" in error for error in caller.errors):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
