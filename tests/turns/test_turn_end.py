"""When a turn has ended: late enough not to cut callers off, early enough not to keep them."""

import pytest

from ivr.config.settings import Turns
from ivr.core.pcm import CHUNK_S
from ivr.core.speech import Expect
from ivr.turns.events import Dropped, DropReason, Ended, EndReason, Paused, Resumed, Started
from tests.turns.scene import Scene


def asked(expect: Expect, digits: int | None = None, **scene: float) -> Scene:
    """A call in which a prompt has just ended. The caller has said what they want before."""
    call = Scene(**scene)  # type: ignore[arg-type]
    call.taker.prompt_ended(Expect.ANYTHING)
    call.speak(1.0).quiet(2.0)
    call.taker.prompt_ended(expect, digits)
    call.events.clear()
    return call.quiet(0.5)


def waited_s(call: Scene) -> float:
    ended = call.only(Ended)
    return ended.at - ended.end_s


def test_decoding_begins_a_tenth_of_a_second_after_the_last_sound() -> None:
    call = asked(Expect.ANYTHING)
    call.speak(1.2)
    spoken_until = call.now
    call.quiet(1.5)
    assert call.of(Paused)[-1].at - spoken_until <= 0.13


def test_the_decoding_is_hidden_in_the_wait() -> None:
    assert waited_s(asked(Expect.ANYTHING, decode_s=0.35).speak(1.0).quiet(2)) < 0.55
    assert waited_s(asked(Expect.YES_NO, decode_s=0.1).speak(0.3, "Ja.").quiet(2)) < 0.35


@pytest.mark.parametrize(
    ("expect", "digits", "text", "least_s", "most_s"),
    [
        (Expect.YES_NO, None, "Ja, genau.", 0.25, 0.36),
        (Expect.YES_NO, None, "Nein danke.", 0.25, 0.36),
        (Expect.YES_NO, None, "Nein, ich meine die", 1.5, 2.1),
        (Expect.ANYTHING, None, "Wann haben Sie geöffnet?", 0.45, 0.56),
        (Expect.ANYTHING, None, "Ich hätte gern", 1.5, 2.1),
        (Expect.ANYTHING, None, "Moment, äh", 1.5, 2.1),
        (Expect.ANYTHING, None, "Ich brauche einen Toaster und", 1.5, 2.1),
        (Expect.ANYTHING, None, "Meine Bestellnummer ist vier sieben", 0.95, 1.5),
        (Expect.DIGITS, 6, "vier sieben eins", 1.3, 1.6),
        (Expect.DIGITS, 6, "471", 1.3, 1.6),
        (Expect.DIGITS, 6, "vier sieben eins eins null acht", 0.45, 0.56),
        (Expect.DIGITS, 6, "Die habe ich nicht.", 0.45, 0.56),
        (Expect.PHONE, None, "null fünf sechs eins", 0.95, 1.5),
        (Expect.NAME, None, "Schmidt.", 0.6, 0.85),
        (Expect.MESSAGE, None, "Das Gerät ist defekt.", 1.2, 1.5),
    ],
)
def test_the_wait_depends_on_question_and_words(
    expect: Expect, digits: int | None, text: str, least_s: float, most_s: float
) -> None:
    call = asked(expect, digits, decode_s=0.1).speak(0.8, text).quiet(4)
    assert least_s <= waited_s(call) <= most_s


def test_patience_stretches_every_wait() -> None:
    call = Scene(settings=Turns(patience=2.0), decode_s=0.1)
    call.taker.prompt_ended(Expect.ANYTHING)
    call.speak(1.0).quiet(3)
    assert waited_s(call) == pytest.approx(1.0, abs=0.04)


def test_a_number_with_long_pauses_is_one_turn() -> None:
    call = asked(Expect.DIGITS, 6)
    call.speak(0.5, "vier sieben").quiet(0.8)
    call.speak(0.5, "vier sieben eins eins").quiet(0.8)
    call.speak(0.5, "vier sieben eins eins null acht").quiet(2)
    call.only(Started)
    call.only(Ended)
    assert len(call.of(Resumed)) == 2


@pytest.mark.parametrize("pause_s", [0.6, 1.5, 2.5, 3.7])
def test_greeting_and_wish_are_one_turn_however_long_the_pause(pause_s: float) -> None:
    call = Scene()
    call.taker.prompt_ended(Expect.ANYTHING)
    call.quiet(0.5).speak(0.6, "Guten Tag.").quiet(pause_s)
    call.speak(1.2, "Guten Tag, ich möchte etwas bestellen.").quiet(2)
    ended = call.only(Ended)
    assert ended.start_s == pytest.approx(0.5, abs=0.1)
    assert ended.segment == call.of(Paused)[-1].segment


def test_a_greeting_alone_ends_at_last() -> None:
    call = Scene(text="Guten Tag.")
    call.taker.prompt_ended(Expect.ANYTHING)
    call.speak(0.6).quiet(6)
    assert 3.5 <= waited_s(call) <= 4.5


def test_hello_later_in_the_call_is_answered_at_once() -> None:
    call = asked(Expect.ANYTHING).speak(0.5, "Hallo?").quiet(3)
    assert waited_s(call) < 0.6


def test_the_text_of_an_earlier_pause_ends_nothing() -> None:
    call = asked(Expect.ANYTHING, decode_s=0.6)
    call.text = None
    call.speak(0.5).quiet(0.3)
    stale = call.of(Paused)[-1].segment
    call.speak(0.5).quiet(0.6)
    assert call.taker.text_so_far(stale, "Wann haben Sie geöffnet?") == []
    assert not call.of(Ended)


def test_a_recognizer_that_does_not_answer_does_not_hold_up_the_call() -> None:
    call = asked(Expect.ANYTHING)
    call.text = None
    call.speak(1.0).quiet(6)
    ended = call.only(Ended)
    assert ended.reason is EndReason.NO_TEXT
    assert ended.at - ended.end_s <= 4.1


def test_a_short_sound_without_a_word_is_taken_back() -> None:
    call = asked(Expect.ANYTHING).speak(0.3, "").quiet(3)
    assert call.only(Dropped).reason is DropReason.NOISE
    assert not call.of(Ended)


def test_a_long_sound_without_a_word_is_a_turn_that_was_not_intelligible() -> None:
    asked(Expect.ANYTHING).speak(2.0, "").quiet(3).only(Ended)


def test_a_breath_in_the_final_pause_does_not_throw_the_decoding_away() -> None:
    call = asked(Expect.ANYTHING).speak(1.0).quiet(0.2)
    call.speak(CHUNK_S).quiet(2)
    assert not call.of(Resumed)
    call.only(Ended)


def test_a_turn_ends_with_the_last_sound_not_with_the_decision() -> None:
    call = asked(Expect.MESSAGE)
    began = call.now
    call.speak(2.0).quiet(3)
    ended = call.only(Ended)
    assert ended.start_s == pytest.approx(began, abs=0.05)
    assert ended.end_s == pytest.approx(began + 2.0, abs=0.05)


def test_the_recognizer_is_fed_from_before_the_first_sound() -> None:
    started = asked(Expect.ANYTHING).quiet(1).speak(0.5).only(Started)
    assert 0.3 <= started.start_s - started.feed_from_s <= 0.6


def test_the_recognizer_is_not_fed_words_of_the_turn_before() -> None:
    call = asked(Expect.YES_NO, decode_s=0.1).speak(0.4, "Ja.").quiet(0.4)
    first = call.only(Ended)
    assert call.speak(0.4).of(Started)[1].feed_from_s >= first.end_s


def test_a_turn_does_not_end_on_the_caller_s_next_sound() -> None:
    call = asked(Expect.ANYTHING)
    call.text = None
    call.speak(1.0).quiet(0.7).speak(CHUNK_S)
    late = call.of(Paused)[-1].segment
    assert call.taker.text_so_far(late, "Wann haben Sie geöffnet?") == []
    call.speak(0.5)
    assert call.of(Resumed)


def test_a_sound_without_end_is_cut_and_what_goes_on_is_noise() -> None:
    call = asked(Expect.ANYTHING).speak(40.0)
    ended = call.only(Ended)
    assert ended.reason is EndReason.TOO_LONG
    assert 29 < ended.end_s - ended.start_s < 31
    call.speak(20.0)
    call.only(Started)
