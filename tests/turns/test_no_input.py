"""When a caller is silent for too long, and when their silence does not count."""

import pytest

from ivr.config.settings import Turns
from ivr.core.speech import Expect
from ivr.turns.events import Silence
from tests.turns.scene import Scene


def listening() -> Scene:
    call = Scene(settings=Turns(no_input_s=5))
    call.taker.prompt_ended(Expect.ANYTHING)
    return call


def test_silence_is_reported_after_its_time_and_again_while_nothing_happens() -> None:
    assert [event.at for event in listening().quiet(10.5).of(Silence)] == pytest.approx(
        [5.0, 10.0], abs=0.1
    )


def test_nothing_is_expected_before_the_first_prompt_has_ended() -> None:
    assert not Scene().quiet(20).of(Silence)


def test_silence_does_not_count_while_the_hotline_speaks() -> None:
    call = listening().quiet(4).prompt(20)
    assert not call.of(Silence)
    call.taker.prompt_ended(Expect.ANYTHING)
    assert not call.quiet(4.5).of(Silence)
    assert call.quiet(1).of(Silence)


def test_silence_does_not_count_while_the_caller_speaks() -> None:
    assert not listening().quiet(4).speak(10).of(Silence)


def test_after_a_turn_it_is_ours_to_speak() -> None:
    assert not listening().speak(1).quiet(20).of(Silence)


def test_silence_does_not_count_while_the_caller_waits_for_an_answer() -> None:
    call = listening()
    call.taker.waiting(True)
    call.quiet(4).prompt(1)
    call.taker.prompt_ended(Expect.ANYTHING)  # "Einen Moment bitte"
    assert not call.quiet(10).of(Silence)
    call.taker.waiting(False)
    assert call.quiet(5.5).of(Silence)


def test_after_a_noise_the_caller_has_the_whole_time_again() -> None:
    call = listening().quiet(4).speak(0.3, "").quiet(4)
    assert not call.of(Silence)
    assert call.quiet(2.5).of(Silence)


def test_coughs_do_not_put_off_the_silence() -> None:
    call = listening()
    for _ in range(6):
        call.quiet(0.9).speak(0.064)
    assert call.of(Silence)


def test_typing_is_no_silence() -> None:
    call = listening()
    call.taker.expect(Expect.DIGITS, 6)
    assert not call.quiet(4).press("471", every_s=2.5).of(Silence)
