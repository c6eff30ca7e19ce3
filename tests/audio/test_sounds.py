"""Levels, fades, noise and tones: what callers would hear if they were wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.audio.features import Bands, VoiceLevel, band_db, level_db, samples
from ivr.audio.noise import mix_noise, pink_noise, room_noise, speech_level_db
from ivr.audio.resample import to_pcm
from ivr.audio.shaping import fade_in, fade_out, gain, mix, silence
from ivr.audio.tones import busy, dtmf, ringback, tone
from ivr.core.pcm import LINE_RATES, Pcm, frame_bytes

RATE = 16_000


def test_levels_are_those_of_the_trade() -> None:
    full = to_pcm(np.tile([32_767.0, -32_767.0], 800))
    assert level_db(full) == pytest.approx(0, abs=0.01)
    assert level_db(tone((1000,), 1, RATE, -16)) == pytest.approx(-16, abs=0.1)
    assert level_db(silence(0.1, RATE)) == level_db(b"") == -100


@pytest.mark.parametrize("rate", LINE_RATES)
def test_the_parts_of_a_sound_have_its_level(rate: int) -> None:
    sound = tone((1500,), 0.5, rate, -20)
    level, size = VoiceLevel(rate), frame_bytes(rate)
    levels = [level.push(sound[at : at + size]) for at in range(0, 4 * size, size)]
    assert levels[2:] == pytest.approx([-20, -20], abs=0.5)
    assert band_db(sound, 200, 1000, rate) < -60
    assert Bands(b"").level_db(0, 4000) == -100


def test_a_fade_takes_away_the_click_and_nothing_else() -> None:
    loud = to_pcm(np.full(800, 20_000.0))
    cut = samples(fade_out(loud, RATE))
    begun = samples(fade_in(loud, RATE))
    for edge in (np.append(cut, 0), np.append(0, begun)):
        assert np.abs(np.diff(edge)).max() < 20_000 / 20
    assert (cut[:700] == 20_000).all()
    assert (begun[100:] == 20_000).all()


@given(st.binary(max_size=40), st.floats(0, 0.01))
def test_fading_keeps_the_length(pcm: bytes, seconds: float) -> None:
    pcm = pcm[: len(pcm) // 2 * 2]
    assert len(fade_in(pcm, RATE, seconds)) == len(fade_out(pcm, RATE, seconds)) == len(pcm)


def test_gain_and_mix_clip_instead_of_wrapping() -> None:
    loud = to_pcm(np.array([30_000.0, -30_000.0]))
    assert samples(gain(loud, 6)).tolist() == [32_767, -32_768]
    assert samples(mix(loud, loud + loud)).tolist() == [32_767, -32_768, 30_000, -30_000]


@pytest.mark.parametrize("snr_db", [0, 10, 20])
def test_noise_lies_below_the_speech_not_below_its_pauses(snr_db: float) -> None:
    speech = tone((500,), 1, RATE, -20) + silence(3, RATE)
    noisy = mix_noise(Pcm(speech, RATE), snr_db, np.random.default_rng(1))
    assert speech_level_db(Pcm(speech, RATE)) == pytest.approx(-20, abs=0.3)
    assert level_db(noisy.data[3 * RATE :]) == pytest.approx(-20 - snr_db, abs=1)


def test_noise_is_the_same_for_the_same_seed_and_sounds_like_a_room() -> None:
    def noise() -> bytes:
        return pink_noise(RATE, RATE, -30, np.random.default_rng(7))

    assert noise() == noise()
    assert level_db(noise()) == pytest.approx(-30, abs=0.2)
    assert band_db(noise(), 100, 1000) > band_db(noise(), 2000, 7000)
    assert room_noise(8000, np.random.default_rng(1)).rate == 8000


@pytest.mark.parametrize("rate", LINE_RATES)
def test_keys_sound_as_the_standard_says(rate: int) -> None:
    """ITU-T Q.23: each key is one of four low and one of four high frequencies."""
    low, high = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
    for place, key in enumerate("123A456B789C*0#D"):
        sound = dtmf(key, rate)
        strength = {hertz: band_db(sound, hertz - 20, hertz + 20, rate) for hertz in low + high}
        loudest = sorted(strength, key=strength.__getitem__)[-2:]
        assert sorted(loudest) == [low[place // 4], high[place % 4]]


@pytest.mark.parametrize("key", ["", "E", "12", "ä"])
def test_there_are_no_other_keys(key: str) -> None:
    with pytest.raises(ValueError, match="keys"):
        dtmf(key, 8000)


@pytest.mark.parametrize("rate", LINE_RATES)
def test_tones_last_as_long_as_germans_know_them_and_do_not_click(rate: int) -> None:
    for sound, seconds in (
        (ringback(rate), 5.0),
        (busy(rate), 0.96),
    ):
        assert Pcm(sound, rate).duration_s == pytest.approx(seconds, abs=0.001)
        assert abs(samples(sound)[0]) < 50
        assert abs(samples(sound)[-1]) < 50
