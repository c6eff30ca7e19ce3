"""What listeners get to hear of several speakers, with clocks that do not agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.audio.mixer import LONGEST_S, TICK_BYTES, WATCHED_TICKS, Mixer
from ivr.core.pcm import FRAME_S


def tone(value: int, ticks: int = 1) -> bytes:
    return np.full(ticks * TICK_BYTES // 2, value, "<i2").tobytes()


def mixer(*parties: str) -> Mixer:
    mixing = Mixer()
    for party in parties:
        mixing.join(party)
    mixing.arrange({party: set(parties) for party in parties})
    return mixing


def test_each_hears_the_others_and_not_themselves() -> None:
    mixing = mixer("a", "b", "c")
    for value, party in enumerate("abc", start=1):
        mixing.put(party, tone(value * 100))
    assert mixing.tick() == {"a": tone(500), "b": tone(400), "c": tone(300)}


def test_loud_speakers_together_do_not_wrap_around() -> None:
    mixing = mixer("a", "b", "c")
    mixing.put("a", tone(30_000))
    mixing.put("b", tone(30_000))
    assert mixing.tick()["c"] == tone(32_767)


@given(st.lists(st.binary(min_size=0, max_size=900), max_size=30))
def test_one_speaker_arrives_whole_however_it_is_cut(pieces: list[bytes]) -> None:
    mixing, heard = mixer("a", "b"), b""
    said = b"".join(pieces)
    for piece in pieces:
        mixing.put("a", piece)
        if mixing.waiting_s("a") >= FRAME_S:
            heard += mixing.tick()["b"]
    assert said.startswith(heard)
    assert len(said) - len(heard) < TICK_BYTES


def test_what_comes_in_a_burst_is_bounded_and_the_newest_stays() -> None:
    mixing = mixer("a", "b")
    for value in range(100):
        mixing.put("a", tone(value))
    assert mixing.waiting_s("a") == pytest.approx(LONGEST_S)
    assert mixing.tick()["b"] == tone(90)


def test_a_prompt_made_early_is_not_cut() -> None:
    mixing = mixer("b")
    mixing.join("voice", live=False)
    mixing.arrange({"b": {"voice"}})
    mixing.put("voice", tone(7, 500))
    heard = [mixing.tick()["b"] for _ in range(500)]
    assert heard == [tone(7)] * 500


@pytest.mark.parametrize("faster", [1.001, 0.999, 1.01])
def test_a_clock_that_disagrees_costs_no_growing_delay(faster: float) -> None:
    mixing, said, worst = mixer("a", "b"), 0.0, 0.0
    for _tick in range(3_000):
        said += faster
        while said >= 1:
            mixing.put("a", tone(1))
            said -= 1
        mixing.tick()
        worst = max(worst, mixing.waiting_s("a"))
    assert worst <= 3 * FRAME_S


def test_a_hiccup_of_the_line_is_forgotten_after_a_second_or_two() -> None:
    mixing = mixer("a", "b")
    for _ in range(5):
        mixing.put("a", tone(1))
    for _ in range(2 * WATCHED_TICKS + 1):
        mixing.put("a", tone(1))
        mixing.tick()
    assert mixing.waiting_s("a") < FRAME_S / 2


def test_who_has_left_is_not_heard_and_may_still_be_told() -> None:
    mixing = mixer("a", "b")
    mixing.put("a", tone(5))
    mixing.leave("a")
    mixing.leave("a")
    mixing.put("a", tone(5))
    assert mixing.tick() == {"b": tone(0)}
