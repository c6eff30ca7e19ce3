"""A whole call from Chromium with nothing scripted: Whisper, Rasa, Pico, WebRTC."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from ivr.app.script import make_script
from ivr.config.loading import PROGRAM_FOLDER, default_settings
from ivr.speech.select import make_recognizer
from ivr.speech.voices.pico import PicoVoice
from ivr.understanding.client import RasaUnderstanding
from tests.browser.callers import caller_of, speaking
from tests.rasa import RunningRasa
from tests.web.calls.reception import open_front

QUESTION = "Wie hoch sind die Versandkosten?"
PAUSE_S = 12.0
"""Before each thing said, so that the hotline has finished even on a busy machine."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


async def test_a_question_by_voice_is_answered_and_both_are_read(
    rasa: RunningRasa, tmp_path: Path
) -> None:
    settings = default_settings(PROGRAM_FOLDER)
    async with AsyncExitStack() as stack:
        recognizer = make_recognizer(settings)
        stack.push_async_callback(recognizer.close)
        voice = PicoVoice()
        stack.push_async_callback(voice.close)
        understanding = RasaUnderstanding(rasa.url, rasa.token, timeout_s=30)
        stack.push_async_callback(understanding.close)
        # Said again, as callers do: on a busy machine Chromium drops some of its own sound.
        says = [QUESTION] * 3 + ["Danke, auf Wiederhören."] * 3
        microphone = await speaking(tmp_path, voice, [(PAUSE_S, text) for text in says])
        front = await stack.enter_async_context(
            open_front(
                tmp_path,
                voice=voice,
                script=make_script(settings, rasa.company),
                recognizer=recognizer,
                understanding=understanding,
            )
        )
        caller = await stack.enter_async_context(caller_of(front, microphone))
        await caller.call()
        await caller.reads("hotline", rasa.company.greeting.phrase, within_s=60)
        await caller.reads("caller", "Versandkosten", within_s=90)
        await caller.reads("hotline", "Versand", within_s=30)
        # However the goodbye was heard: it is understood, and the hotline hangs up.
        await caller.sees_state("ended", within_s=90)
        await caller.is_over()
        [call] = await front.store.calls()
        kept = await front.store.call(call.start.call_id)
    assert kept is not None
    assert "shipping_cost" in [turn.intent for turn in kept.turns if turn.who == "caller"]
