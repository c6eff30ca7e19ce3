"""Calls from the call page in Chromium, with scripted engines behind real WebRTC."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from ivr.speech.voices.pico import PicoVoice
from tests.browser.callers import caller_at, speaking

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
        await caller.call()
        await caller.sees_state("speaking")
        await caller.reads("hotline", "Musterfirma, Guten Tag")
        await caller.reads("caller", "Wann haben Sie geöffnet?")
        await caller.reads("hotline", "Heute haben wir bis 18 Uhr geöffnet.")
        await caller.reads("hotline", "Auf Wiederhören!", within_s=25)
        # The hotline hangs up, and the page says so.
        await caller.sees_state("ended")
        await expect(caller.page.locator("#detail")).to_contain_text("Dauer")
        await caller.is_over()
        assert caller.errors == []
    [call] = await caller.front.store.calls()
    assert call.start.line == "webrtc"
    assert call.end is not None
    assert call.end.cause == "hotline"
