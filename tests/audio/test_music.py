"""Music for those who wait: quiet, endless, and of the telephone."""

import numpy as np
import pytest

from ivr.audio.features import band_db, level_db
from ivr.audio.music import LEVEL_DB, hold_music
from ivr.core.pcm import LINE_RATES, frame_bytes


@pytest.mark.parametrize("rate", LINE_RATES)
def test_it_comes_in_frames_and_is_as_quiet_as_promised(rate: int) -> None:
    frames = hold_music(rate)
    assert {len(frame) for frame in frames} == {frame_bytes(rate)}
    assert len(frames) * 0.02 > 20
    assert level_db(b"".join(frames)) == pytest.approx(LEVEL_DB, abs=0.5)


def test_it_never_falls_silent_and_loops_without_a_click() -> None:
    frames = hold_music(16_000)
    assert min(level_db(b"".join(frames[at : at + 25])) for at in range(len(frames) - 25)) > -45
    samples = np.frombuffer(b"".join((*frames, frames[0])), "<i2").astype(int)
    steps = np.abs(np.diff(samples))
    seam = len(samples) - len(frames[0]) // 2 - 1
    assert steps[seam] <= np.max(np.delete(steps, seam))


def test_a_telephone_passes_nearly_all_of_it_on() -> None:
    whole = b"".join(hold_music(16_000)[:500])
    assert band_db(whole, 300, 3400) > level_db(whole) - 3
