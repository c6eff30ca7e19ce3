"""Resampling: the same for any chunking, little delay, no alias."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.audio.features import level_db, samples
from ivr.audio.resample import Resampler, resample, to_pcm
from ivr.core.pcm import LINE_RATES, Pcm

RATES = (*LINE_RATES, 22_050, 24_000, 44_100)
noise = st.binary(min_size=0, max_size=3000)


def sine(hertz: float, rate: int, seconds: float = 0.5) -> bytes:
    times = np.arange(round(rate * seconds)) / rate
    return to_pcm(8000 * np.sin(2 * np.pi * hertz * times))


def through(resampler: Resampler, pcm: bytes, size: int) -> bytes:
    pieces = [resampler.push(pcm[i : i + size]) for i in range(0, len(pcm), size)]
    return b"".join(pieces) + resampler.flush()


@settings(max_examples=60)
@given(noise, st.lists(st.integers(0, 3000)), st.sampled_from(RATES), st.sampled_from(RATES))
def test_any_chunking_gives_the_same_output(
    data: bytes, cuts: list[int], from_rate: int, to_rate: int
) -> None:
    data = data[: len(data) // 2 * 2]
    whole = Resampler(from_rate, to_rate)
    expected = whole.push(data) + whole.flush()
    cut = Resampler(from_rate, to_rate)
    edges = sorted({0, len(data), *(min(at, len(data)) for at in cuts)})
    pieces = [cut.push(data[start:end]) for start, end in pairwise(edges)]
    assert b"".join(pieces) + cut.flush() == expected


@pytest.mark.parametrize("to_rate", RATES)
@pytest.mark.parametrize("from_rate", RATES)
def test_it_holds_back_less_than_4_ms_and_loses_nothing(from_rate: int, to_rate: int) -> None:
    resampler, made = Resampler(from_rate, to_rate), 0
    frame = from_rate // 50
    for number in range(1, 26):
        made += len(resampler.push(bytes(2 * frame))) // 2
        assert number * frame / from_rate - made / to_rate <= 0.004
    made += len(resampler.flush()) // 2
    assert made == -(-25 * frame * to_rate // from_rate)


@pytest.mark.parametrize(
    ("from_rate", "to_rate"), [(8000, 16_000), (48_000, 8000), (22_050, 16_000)]
)
@pytest.mark.parametrize("hertz", [200, 1000, 3300])
def test_the_telephone_band_comes_through_in_time_and_unchanged(
    from_rate: int, to_rate: int, hertz: float
) -> None:
    made = samples(through(Resampler(from_rate, to_rate), sine(hertz, from_rate), 640))
    ideal = samples(sine(hertz, to_rate))[: made.size]
    middle = slice(made.size // 4, 3 * made.size // 4)
    assert np.abs(made[middle] - ideal[middle]).max() < 8000 * 0.02


@pytest.mark.parametrize(("from_rate", "to_rate"), [(16_000, 8000), (48_000, 16_000)])
def test_what_the_lower_rate_cannot_hold_does_not_come_back_as_alias(
    from_rate: int, to_rate: int
) -> None:
    too_high = sine(to_rate * 0.55, from_rate)
    assert level_db(through(Resampler(from_rate, to_rate), too_high, 640)[400:-400]) < -75


def test_images_do_not_sound_above_the_old_band() -> None:
    made = samples(through(Resampler(8000, 16_000), sine(3000, 8000), 640))[1000:-1000]
    spectrum = np.abs(np.fft.rfft(made * np.hanning(made.size))) ** 2
    hertz = np.fft.rfftfreq(made.size, 1 / 16_000)
    assert spectrum[hertz > 4500].sum() < spectrum.sum() * 1e-7


def test_full_scale_is_clipped_not_wrapped() -> None:
    square = to_pcm(np.tile([32767.0] * 20 + [-32768.0] * 20, 20))
    made = samples(through(Resampler(8000, 16_000), square, 640))
    assert (made[100:120] > 0).all() or (made[100:120] < 0).all() or np.ptp(made) > 60_000
    assert np.abs(np.diff(made)).max() < 60_000


def test_a_flushed_resampler_begins_anew() -> None:
    resampler, pcm = Resampler(8000, 16_000), sine(440, 8000)
    first = through(resampler, pcm, 320)
    assert through(resampler, pcm, 500) == first


def test_recordings_keep_their_length_and_pitch() -> None:
    made = resample(Pcm(sine(440, 22_050), 22_050), 16_000)
    assert made.rate == 16_000
    assert made.duration_s == pytest.approx(0.5, abs=0.001)
    ideal = samples(sine(440, 16_000))
    middle = slice(2000, 6000)
    assert np.abs(samples(made.data)[middle] - ideal[middle]).max() < 100


@pytest.mark.parametrize("rates", [(0, 8000), (8000, 0), (-1, 1)])
def test_impossible_rates_are_refused(rates: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="positive"):
        Resampler(*rates)
