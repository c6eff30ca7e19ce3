"""An hour of turns: memory does not grow, and nothing is missed at its end."""

import tracemalloc

import pytest

from ivr.core.pcm import CHUNK_S
from ivr.core.speech import Expect
from ivr.turns.events import BargedIn, Ended, Silence
from tests.turns.scene import HUM, SPEECH, Scene

HOUR_S = 3600
MOST_BYTES = 64 * 1024
"""What a `TurnTaker` may come to hold in an hour; it holds less than a tenth of this."""


def one_exchange(call: Scene) -> None:
    """A prompt with a "mhm" and an interruption in it, an answer, a number, a silence."""
    call.prompt(4.0).hear(HUM, 0.4).quiet(1.0).speak(0.3)
    call.prompt_db = None
    call.taker.prompt_ended(Expect.DIGITS, 6)
    call.speak(1.0, "vier sieben").quiet(0.8).speak(1.0, "vier sieben eins eins null acht")
    call.quiet(2.0)
    call.taker.prompt_ended(Expect.ANYTHING)
    call.quiet(7.0).press("12#").hear(SPEECH, CHUNK_S).quiet(1.0)


@pytest.mark.timeout(180)
def test_an_hour_long_call_needs_no_more_memory_than_a_short_one() -> None:
    call = Scene()
    one_exchange(call)
    expected = [len(call.of(kind)) for kind in (Ended, BargedIn, Silence)]
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        while call.now < HOUR_S:
            call.events.clear()
            one_exchange(call)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert [len(call.of(kind)) for kind in (Ended, BargedIn, Silence)] == expected == [1, 1, 1]
    assert grown < MOST_BYTES
