"""Callers' microphones in Chromium: quiet, muted, not measured, pulled out, refused too late."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import expect

from ivr.speech.voices.pico import PicoVoice
from tests.browser.callers import ABSENT, UNPLUGGED, Microphone, caller_at, speaking
from tests.call.virtual import SCRIPT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LONG_GREETING = (
    "Musterfirma, Guten Tag. Wegen des Umzugs unseres Lagers von Kassel nach Göttingen dauern"
    " Lieferungen in dieser Woche leider zwei bis drei Tage länger als sonst. Bestellungen nehmen"
    " wir wie immer gern entgegen. Was kann ich für Sie tun?"
)

QUESTION = "Wann haben Sie geöffnet?"

_REFUSED_LATE = """
const usual = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = () => new Promise((_, refuse) => {
  navigator.mediaDevices.getUserMedia = usual;
  window.refuse = () => refuse(new DOMException("no", "NotAllowedError"));
});
"""


async def test_who_listens_quietly_is_left_alone(tmp_path: Path, voice: PicoVoice) -> None:
    microphone = await speaking(tmp_path, voice, [])
    script = replace(SCRIPT, greeting=LONG_GREETING)
    async with caller_at(tmp_path, microphone, voice, script=script) as caller:
        await caller.call()
        await caller.sees_state("speaking")
        # What is shown once for silence stays until there is a sound, and there is none.
        await caller.sees_state("listening", within_s=40)
        await expect(caller.page.get_by_role("alert")).to_be_hidden()


async def test_a_silent_microphone_is_noticed(tmp_path: Path, voice: PicoVoice) -> None:
    microphone = await speaking(tmp_path, voice, [])
    async with caller_at(tmp_path, microphone, voice) as caller:
        await caller.call()
        alert = caller.page.get_by_role("alert")
        await expect(alert).to_contain_text("Wir hören nichts von Ihnen", timeout=20_000)
        await caller.look("9-silent")


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


async def test_another_microphone_takes_over_when_one_is_pulled_out(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [(6, QUESTION)], again=True)
    async with caller_at(
        tmp_path, microphone, voice, heard=[QUESTION], before=UNPLUGGED
    ) as caller:
        await caller.call()
        await caller.sees_state("speaking")
        await caller.page.evaluate("unplug()")
        await caller.is_heard()
        await caller.reads("caller", QUESTION)
        await expect(caller.page.get_by_role("alert")).to_be_hidden()
        assert await caller.page.evaluate("microphones.length") == 2


async def test_who_has_no_other_microphone_is_told_so_until_one_is_plugged_in(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [(6, QUESTION)], again=True)
    async with caller_at(
        tmp_path, microphone, voice, heard=[QUESTION], before=UNPLUGGED
    ) as caller:
        await caller.call()
        await caller.sees_state("speaking")
        await caller.page.evaluate("plugged = false; unplug()")
        alert = caller.page.get_by_role("alert")
        await expect(alert).to_contain_text("Ihr Mikrofon ist nicht mehr da")
        await caller.look("12-unplugged")
        # It stays so while the hotline asks again, twice.
        await expect(caller.page.locator("#captions .say-hotline")).to_have_count(
            3, timeout=40_000
        )
        await expect(alert).to_contain_text("Ihr Mikrofon ist nicht mehr da")
        await caller.page.evaluate("plugIn()")
        await expect(alert).to_be_hidden()
        await caller.reads("caller", QUESTION)


async def test_a_refusal_that_comes_after_hanging_up_leaves_the_next_call_alone(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [])
    async with caller_at(tmp_path, microphone, voice, before=_REFUSED_LATE) as caller:
        await caller.call()
        await caller.sees_state("connecting")
        await caller.page.get_by_role("button", name="Auflegen").click()
        await caller.sees_state("ended")
        await caller.page.get_by_role("button", name="Noch einmal anrufen").click()
        await caller.sees_state("speaking")
        await caller.page.evaluate("refuse()")
        await caller.sees_state("listening")
        await expect(caller.page.get_by_role("alert")).to_be_hidden()
        await caller.page.get_by_role("button", name="Auflegen").click()
        await caller.is_over()


async def test_who_mutes_is_not_heard_until_they_speak_again(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [(4, QUESTION)], again=True)
    async with caller_at(tmp_path, microphone, voice, heard=[QUESTION]) as caller:
        await caller.call()
        # Pressed while the connection is still being made it counts, too.
        await caller.page.get_by_role("button", name="Stumm").click()
        captions = caller.page.locator("#captions")
        # Several times as long as it takes to say all of it, the hotline hears silence and asks.
        await expect(captions.locator(".say-hotline")).to_have_count(3, timeout=40_000)
        await expect(captions.locator(".say-caller")).to_have_count(0)
        assert await caller.page.evaluate("document.body.style.getPropertyValue('--mic')") == "0"
        await caller.page.get_by_role("button", name="Stumm").click()
        await caller.is_heard()
        await caller.reads("caller", QUESTION)


async def test_who_uses_the_microphone_elsewhere_is_told_so(
    tmp_path: Path, voice: PicoVoice
) -> None:
    # What Chromium throws on Windows while another program has the microphone.
    taken = """
    navigator.mediaDevices.getUserMedia = async () => {
      throw new DOMException("Could not start audio source", "NotReadableError");
    };
    """
    async with caller_at(tmp_path, ABSENT, voice, before=taken) as caller:
        await caller.call()
        alert = caller.page.get_by_role("alert")
        await expect(alert).to_contain_text("Das Mikrofon ist gerade belegt")
        await caller.page.get_by_role("button", name="Ohne Mikrofon anrufen").click()
        await caller.reads("hotline", "Musterfirma, Guten Tag")


async def test_a_page_that_is_not_encrypted_says_why_it_gets_no_microphone(
    tmp_path: Path, voice: PicoVoice
) -> None:
    elsewhere = Microphone(("--host-resolver-rules=MAP hotline.test 127.0.0.1",))
    async with caller_at(tmp_path, elsewhere, voice) as caller:
        await caller.page.goto(caller.address.replace("localhost", "hotline.test"))
        await caller.call()
        alert = caller.page.get_by_role("alert")
        await expect(alert).to_contain_text("Diese Seite ist nicht verschlüsselt")
        await expect(alert).to_contain_text("https://")
        assert len(caller.front.reception) == 0


async def test_a_level_moves_with_each_side_s_voice(tmp_path: Path, voice: PicoVoice) -> None:
    microphone = await speaking(tmp_path, voice, [(3, QUESTION)], again=True)
    async with caller_at(tmp_path, microphone, voice) as caller:
        await caller.call()
        await caller.hears()
        await caller.is_heard()


async def test_a_screen_stays_on_while_a_call_lasts(tmp_path: Path, voice: PicoVoice) -> None:
    microphone = await speaking(tmp_path, voice, [])
    locks = """
    window.locks = [];
    const ask = WakeLock.prototype.request;
    WakeLock.prototype.request = async function (kind) {
      const lock = await ask.call(this, kind);
      locks.push(lock);
      return lock;
    };
    """
    kept = "locks.filter((lock) => !lock.released).length"
    async with caller_at(tmp_path, microphone, voice, before=locks) as caller:
        assert await caller.page.evaluate(kept) == 0
        await caller.call()
        await caller.sees_state("speaking")
        assert await caller.page.evaluate(kept) == 1
        # Out of sight the browser takes it back.
        await caller.page.evaluate("locks[0].release()")
        await caller.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await caller.sees_state("listening")
        assert await caller.page.evaluate(kept) == 1
        await caller.page.get_by_role("button", name="Auflegen").click()
        await caller.sees_state("ended")
        await caller.is_over()
        assert await caller.page.evaluate(kept) == 0


async def test_sound_that_a_browser_does_not_play_by_itself_is_turned_on_by_a_button(
    tmp_path: Path, voice: PicoVoice
) -> None:
    # Safari, where nothing but a click lets a page be heard.
    refuse = """
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = async function () {
      if (navigator.userActivation.isActive && window.pressed) return play.call(this);
      this.pause();
      throw new DOMException("a click is needed", "NotAllowedError");
    };
    document.addEventListener("click", (event) => {
      window.pressed = event.target.id === "sound-on";
    }, true);
    """
    async with caller_at(tmp_path, ABSENT, voice, before=refuse, size=(390, 844)) as caller:
        await caller.call()
        await caller.page.get_by_role("button", name="Ohne Mikrofon anrufen").click()
        sound_on = caller.page.get_by_role("button", name="Ton einschalten")
        await expect(sound_on).to_be_visible()
        await caller.look("13-soundless")
        await sound_on.click()
        await expect(sound_on).to_be_hidden()
        assert await caller.page.evaluate("document.getElementById('voice').paused") is False
        await caller.hears()
