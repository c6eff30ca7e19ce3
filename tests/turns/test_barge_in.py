"""What interrupts a prompt and what does not."""

from itertools import cycle, islice

import pytest

from ivr.core.pcm import CHUNK_S
from ivr.core.speech import Expect
from ivr.turns.events import BargedIn, Dropped, DropReason, Ended, Resumed, Started
from ivr.turns.facts import ChunkFacts
from tests.turns.scene import HUM, QUIET, SPEECH, Scene, chunk, wobbling

SYLLABLES = (-14.0, -12.0, -16.0, -30.0, -38.0, -22.0, -15.0, -13.0, -28.0, -45.0)
"""Levels of a prompt, chunk by chunk."""


def test_speech_interrupts_within_a_fifth_of_a_second() -> None:
    call = Scene().prompt(2.0)
    began = call.now
    call.speak(0.5)
    assert call.only(BargedIn).at - began <= 0.2
    assert call.only(Started).over_prompt


def test_the_interrupting_words_become_a_turn() -> None:
    call = Scene().prompt(2.0).speak(0.3)
    call.taker.prompt_ended(Expect.ANYTHING)
    call.prompt_db = None
    call.speak(1.0).quiet(2)
    ended = call.only(Ended)
    assert ended.over_prompt
    assert ended.start_s == pytest.approx(2.0, abs=0.05)


def test_mhm_does_not_interrupt() -> None:
    call = Scene().prompt(2.0).hear(HUM, 0.4).quiet(1.0).hear(HUM, 0.4).quiet(1.0)
    assert [event.reason for event in call.of(Dropped)] == [DropReason.HUM] * 2
    assert not call.of(BargedIn)
    assert not call.of(Started)


def test_a_hum_that_goes_on_interrupts() -> None:
    assert Scene().prompt(2.0).hear(HUM, 0.8).of(BargedIn)


def test_mhm_in_answer_to_a_question_is_a_turn() -> None:
    call = Scene(text="Mhm.")
    call.taker.prompt_ended(Expect.YES_NO)
    call.quiet(0.5).hear(HUM, 0.4).quiet(2).only(Ended)


@pytest.mark.parametrize(
    "cough",
    [
        [chunk(0.9, -8, -10)] * 3,
        [chunk(0.45, -12, -14)] * 10,
        [chunk(0.8, -20, -22), QUIET, chunk(0.8, -20, -22), QUIET],
    ],
    ids=["short and loud", "long and unlike speech", "two clicks"],
)
def test_a_cough_neither_interrupts_nor_starts_a_turn(cough: list[ChunkFacts]) -> None:
    call = Scene().prompt(2.0).hear_each(iter(cough)).quiet(1.0)
    assert not call.of(BargedIn)
    assert not call.of(Started)


def test_what_is_said_during_a_notice_does_not_interrupt_it() -> None:
    call = Scene().prompt(2.0, interruptible=False).speak(1.0).quiet(1.0)
    assert not call.of(BargedIn)
    assert call.only(Dropped).reason is DropReason.PROMPT


def test_who_still_speaks_at_the_end_of_a_notice_is_heard_from_the_beginning() -> None:
    call = Scene().prompt(2.0, interruptible=False).speak(0.6).quiet(0.3).speak(0.6)
    call.taker.prompt_ended(Expect.ANYTHING)
    call.prompt_db = None
    call.speak(0.5).quiet(2)
    assert call.only(Ended).start_s == pytest.approx(2.0, abs=0.05)


def test_a_turn_that_began_just_before_a_prompt_interrupts_it() -> None:
    call = Scene()
    call.taker.prompt_ended(Expect.ANYTHING)
    call.quiet(1.0).speak(0.3)
    call.taker.prompt_began(True)
    call.prompt_db = -20
    began = call.now
    call.speak(0.4)
    assert call.only(BargedIn).at - began <= 0.2


@pytest.mark.parametrize("loss_db", [3, 8, 14, 20, 35])
@pytest.mark.parametrize("delay", [0, 2, 5, 10, 15])
def test_the_echo_of_a_prompt_is_no_caller(loss_db: float, delay: int) -> None:
    call = Scene()
    call.taker.prompt_ended(Expect.ANYTHING)
    call.quiet(1.5)
    call.taker.prompt_began(True)
    prompt = list(islice(cycle(SYLLABLES), 200)) + [-100.0] * 60
    for index, level in enumerate(prompt):
        call.prompt_db = level
        if index == 200:
            call.taker.prompt_ended(Expect.ANYTHING)
        source = prompt[index - delay] if index >= delay else -100.0
        echo = max(source - loss_db, -62)
        call.hear(chunk(0.95 if echo > -55 else 0.02, echo, echo - 6), CHUNK_S)
    assert not call.of(BargedIn)
    assert not call.of(Started)
    assert call.of(Dropped)[0].reason is DropReason.ECHO


def over_prompt(caller_db: float, echo_loss_db: float | None, after: int) -> Scene:
    """A caller of this loudness over a prompt, `after` chunks from its beginning."""
    call = Scene()
    call.taker.prompt_began(True)
    for index, level in enumerate(islice(cycle(SYLLABLES), after + 12)):
        call.prompt_db = level
        echo = -62.0 if echo_loss_db is None else max(level - echo_loss_db, -62.0)
        voice = caller_db - index % 3 if index >= after else -62.0
        heard = max(echo, voice)
        call.hear(chunk(0.95 if heard > -55 else 0.02, heard, heard - 6), CHUNK_S)
    return call


def test_a_caller_interrupts_through_an_echo() -> None:
    assert over_prompt(-18, echo_loss_db=20, after=60).of(BargedIn)


def test_a_quiet_caller_interrupts_where_there_is_no_echo() -> None:
    assert over_prompt(-40, echo_loss_db=None, after=60).of(BargedIn)


def test_a_key_interrupts_a_prompt_but_not_a_notice() -> None:
    assert Scene().prompt(1.0).press("1").of(BargedIn)
    assert not Scene().prompt(1.0, interruptible=False).press("1").of(BargedIn)


def test_steady_noise_that_sounds_like_speech_is_learnt() -> None:
    """A detector may take a fan for speech; what does not rise above it is no turn."""
    noise = chunk(0.2, -40, -44)
    fooled = chunk(0.7, -39, -43)
    call = Scene()
    call.taker.prompt_ended(Expect.ANYTHING)
    call.hear(noise, 10).hear(fooled, 3).hear(noise, 1)
    assert not call.of(Started)
    call.speak(1.0).hear(noise, 2).only(Ended)


def test_speech_of_changing_loudness_is_not_cut_up() -> None:
    call = Scene()
    call.taker.prompt_ended(Expect.ANYTHING)
    call.quiet(0.5).hear_each(wobbling(lambda n: -18.0 - 4 * (n % 8), 64)).quiet(2)
    assert not call.of(Resumed)
    call.only(Ended)


def test_speech_after_the_line_was_very_loud_is_still_heard() -> None:
    call = Scene()
    call.taker.prompt_ended(Expect.ANYTHING)
    call.hear(chunk(0.1, -6, -8), 5).quiet(2).hear(SPEECH, 1).quiet(2)
    call.only(Ended)
