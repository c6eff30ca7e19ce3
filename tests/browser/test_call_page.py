"""Calls from the call page in Chromium, with scripted engines behind real WebRTC."""

from pathlib import Path

import pytest
from playwright.async_api import Dialog, expect

from ivr.config.webrtc import WebRtc
from ivr.speech.voices.pico import PicoVoice
from tests.browser.callers import ABSENT, REFUSED, SCREENSHOTS, Microphone, caller_at, speaking

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


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
        await caller.sees_state("ended")
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
