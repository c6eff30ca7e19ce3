"""What the channel leaves of synthetic speech, and how such callers are put on a line."""

from pathlib import Path

import numpy as np
import pytest

from ivr.app.calling import (
    NOISE_SNR_DB,
    Channel,
    Presses,
    Says,
    rate_of,
    recorded_leg,
    synthetic_leg,
    through,
)
from ivr.audio.features import level_db
from ivr.audio.tones import tone
from ivr.audio.wav import StereoWriter, read_wav
from ivr.core.errors import BadRecording, LineFailed
from ivr.core.pcm import LINE_RATES, Pcm, frame_bytes
from ivr.lines.synthetic import Press, Utter
from ivr.speech.voices.scripted import ScriptedVoice


def heard(channel: Channel, hertz: float) -> float:
    """Level in dB of a tone behind the channel, against the tone before it."""
    before = Pcm(tone((hertz,), 1.0, 16_000), 16_000)
    after = through(channel, before, np.random.default_rng(0))
    assert after.rate == rate_of(channel)
    assert after.duration_s == pytest.approx(before.duration_s, abs=0.05)
    return level_db(after.data) - level_db(before.data)


def test_a_telephone_takes_away_lows_and_highs() -> None:
    assert heard(Channel.PHONE, 1_000) == pytest.approx(0, abs=1.5)
    assert heard(Channel.PHONE, 100) < -10
    assert heard(Channel.PHONE, 3_800) < -10
    assert heard(Channel.CLEAN, 100) == pytest.approx(0, abs=0.5)


def test_noise_is_as_far_below_the_speech_as_promised() -> None:
    speech = Pcm(tone((300,), 2.0, 16_000), 16_000)
    noisy = through(Channel.NOISY, speech, np.random.default_rng(0))
    length = min(len(speech.data), len(noisy.data))
    both = [np.frombuffer(each.data[:length], "<i2").astype(float) for each in (speech, noisy)]
    gain = both[0] @ both[1] / (both[0] @ both[0])
    rest = both[1] - gain * both[0]
    snr_db = 20 * np.log10(np.std(gain * both[0]) / np.std(rest))
    assert snr_db == pytest.approx(NOISE_SNR_DB, abs=1)


@pytest.mark.parametrize("channel", Channel)
async def test_wishes_become_steps_in_order_at_the_line_s_rate(channel: Channel) -> None:
    leg, party = await synthetic_leg(
        ScriptedVoice(), [Says("Guten Tag"), Presses("12#"), Says("Danke")], channel, caller="1"
    )
    assert leg.rate == rate_of(channel)
    assert leg.rate in LINE_RATES
    assert leg.caller == "1"
    assert [type(step) for step in party._steps] == [Utter, Press, Utter]


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 44_100, 48_000])
def test_recordings_of_any_rate_are_played_at_a_line_s(rate: int, tmp_path: Path) -> None:
    file = tmp_path / "in.wav"
    with StereoWriter(file, rate) as recording:
        recording.write(tone((440,), 1.0, rate), tone((440,), 1.0, rate))
    leg = recorded_leg(file)
    assert leg.rate in LINE_RATES
    silence = bytes(frame_bytes(leg.rate))
    said = [leg._party.exchange(silence) or b"" for _ in range(50)]
    assert level_db(b"".join(said)) == pytest.approx(level_db(read_wav(file).data), abs=1)


async def test_what_cannot_be_read_or_written_is_the_line_s_error(tmp_path: Path) -> None:
    with pytest.raises(BadRecording, match=r"none\.wav"):
        recorded_leg(tmp_path / "none.wav")
    with pytest.raises(LineFailed, match="cannot record"):
        await synthetic_leg(ScriptedVoice(), [Says("Hallo")], out=tmp_path)
