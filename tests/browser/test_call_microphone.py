"""Callers' microphones in Chromium: quiet, muted, measured or not, pulled out, asked for too late."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import expect

from ivr.speech.voices.pico import PicoVoice
from tests.browser.callers import caller_at, speaking
from tests.call.virtual import SCRIPT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

LONG_GREETING = (
    "Musterfirma, Guten Tag. Wegen des Umzugs unseres Lagers von Kassel nach Göttingen dauern"
    " Lieferungen in dieser Woche leider zwei bis drei Tage länger als sonst. Bestellungen nehmen"
    " wir wie immer gern entgegen. Was kann ich für Sie tun?"
)


@pytest.fixture
async def voice() -> AsyncIterator[PicoVoice]:
    voice = PicoVoice()
    yield voice
    await voice.close()


async def test_who_listens_quietly_is_left_alone(tmp_path: Path, voice: PicoVoice) -> None:
    microphone = await speaking(tmp_path, voice, [])
    script = replace(SCRIPT, greeting=LONG_GREETING)
    async with caller_at(tmp_path, microphone, voice, script=script) as caller:
        await caller.call()
        await caller.sees_state("speaking")
        # What is shown once for silence stays until there is a sound, and there is none.
        await caller.sees_state("listening", within_s=40)
        await expect(caller.page.get_by_role("alert")).to_be_hidden()


async def test_a_browser_that_measures_nothing_calls_all_the_same(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [(9, "Wann haben Sie geöffnet?")])
    heard = ["Wann haben Sie geöffnet?"]
    # Firefox, where the microphone's rate is another than the loudspeaker's.
    refuse = """
    AudioContext.prototype.createMediaStreamSource = () => {
      throw new DOMException("different sample-rate", "NotSupportedError");
    };
    """
    async with caller_at(tmp_path, microphone, voice, heard=heard, before=refuse) as caller:
        await caller.call()
        await caller.reads("caller", "Wann haben Sie geöffnet?")
        await caller.reads("hotline", "Heute haben wir bis 18 Uhr geöffnet.")
        await expect(caller.page.get_by_role("alert")).to_be_hidden()
        assert caller.errors == []


async def test_a_meter_that_begins_suspended_is_woken(tmp_path: Path, voice: PicoVoice) -> None:
    microphone = await speaking(tmp_path, voice, [])
    suspended = """
    const Usual = AudioContext;
    window.AudioContext = class extends Usual {
      constructor() { super(); this.suspend(); }
    };
    """
    async with caller_at(tmp_path, microphone, voice, before=suspended) as caller:
        await caller.call()
        await caller.hears()


async def test_a_meter_that_stays_suspended_does_not_take_the_caller_for_silent(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [])
    stuck = """
    const Usual = AudioContext;
    window.AudioContext = class extends Usual {
      constructor() { super(); this.suspend(); }
      async resume() {}
    };
    """
    async with caller_at(tmp_path, microphone, voice, before=stuck) as caller:
        await caller.call()
        # The hotline has asked twice more by then.
        await expect(caller.page.locator("#captions .say-hotline")).to_have_count(
            3, timeout=40_000
        )
        await expect(caller.page.get_by_role("alert")).to_be_hidden()
