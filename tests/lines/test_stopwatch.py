"""What the caller's ear measures, on calls made of frames."""

import pytest

from ivr.audio.tones import tone
from ivr.core.pcm import FRAME_S, frame_bytes
from ivr.lines.stopwatch import Stopwatch

RATE = 8_000
SILENCE = bytes(frame_bytes(RATE))
SOUND = tone((440,), FRAME_S, RATE)


def listen(watch: Stopwatch, heard: bytes, said: bytes, seconds: float) -> None:
    for _ in range(round(seconds / FRAME_S)):
        watch.tick(heard, said)


def test_a_response_is_timed_from_last_sound_to_first_sound() -> None:
    watch = Stopwatch()
    listen(watch, SOUND, b"", 1.0)
    listen(watch, SILENCE, b"", 0.7)
    listen(watch, SILENCE, SOUND, 1.0)
    listen(watch, SILENCE, b"", 0.6)
    listen(watch, SOUND, b"", 1.0)
    assert watch.responses_s == [pytest.approx(0.6, abs=FRAME_S)]
    assert watch.silenced_s == []


def test_the_silence_at_the_end_of_an_utterance_is_waiting_too() -> None:
    watch = Stopwatch()
    listen(watch, SILENCE, SOUND, 1.0)
    listen(watch, SILENCE, SILENCE, 0.3)
    listen(watch, SILENCE, b"", 0.3)
    listen(watch, SOUND, b"", 0.1)
    assert watch.responses_s == [pytest.approx(0.6, abs=FRAME_S)]


def test_a_greeting_answers_nobody() -> None:
    watch = Stopwatch()
    listen(watch, SILENCE, b"", 0.5)
    listen(watch, SOUND, b"", 2.0)
    assert watch.responses_s == []


def test_one_answer_to_one_utterance_however_many_sentences() -> None:
    watch = Stopwatch()
    listen(watch, SILENCE, SOUND, 0.5)
    for _ in range(3):
        listen(watch, SILENCE, b"", 0.5)
        listen(watch, SOUND, b"", 0.5)
    assert len(watch.responses_s) == 1


def test_an_interruption_is_timed_until_the_prompt_is_silent() -> None:
    watch = Stopwatch()
    listen(watch, SOUND, b"", 1.0)
    listen(watch, SOUND, SOUND, 0.2)
    listen(watch, SILENCE, SOUND, 1.0)
    listen(watch, SILENCE, b"", 0.5)
    listen(watch, SOUND, b"", 0.5)
    assert watch.silenced_s == [pytest.approx(0.2, abs=2 * FRAME_S)]
    assert watch.responses_s == [pytest.approx(0.5, abs=2 * FRAME_S)]


def test_a_pause_for_breath_is_not_giving_way() -> None:
    watch = Stopwatch()
    listen(watch, SOUND, b"", 1.0)
    listen(watch, SOUND, SOUND, 0.2)
    listen(watch, SILENCE, SOUND, 0.2)
    listen(watch, SOUND, SOUND, 0.6)
    listen(watch, SILENCE, SOUND, 1.0)
    assert watch.silenced_s == [pytest.approx(1.0, abs=2 * FRAME_S)]
