"""The beat: lateness does not add up, and what is lost is not made up for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.beat import LATE_S, Beat
from ivr.core.pcm import FRAME_S


@given(st.lists(st.floats(0, LATE_S / 50), max_size=49))
def test_however_late_the_loop_is_there_are_as_many_frames_as_time(hiccups: list[float]) -> None:
    now_s = began_s = 1000.0
    beat, frames = Beat(now_s), 0
    for hiccup in [*hiccups, *[0.0] * 100]:
        now_s += beat.wait_s(now_s) + hiccup
        frames += 1
    for _ in range(1000):
        now_s += beat.wait_s(now_s)
        frames += 1
    assert now_s - began_s == pytest.approx(frames * FRAME_S)


def test_after_a_long_stand_still_only_the_latest_part_is_made_up_for() -> None:
    beat = Beat(0.0, late_s=0.1)
    at_once = 0
    while beat.wait_s(10.0) == 0.0:
        at_once += 1
    assert at_once == round(0.1 / FRAME_S) + 1


def test_a_frame_may_be_wanted_before_it_is_due() -> None:
    beat = Beat(0.0, ahead_s=0.1)
    early = [beat.wait_s(0.0) for _ in range(6)]
    assert early[:5] == [0.0] * 5
    assert early[5] == pytest.approx(FRAME_S)
