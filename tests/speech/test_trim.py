import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ivr.speech.voices.trim import trim

RATE = 16_000


@given(st.integers(0, 20_000), st.integers(1, 5_000), st.integers(0, 20_000))
def test_silence_around_is_cut_and_no_sound_is(before: int, sound: int, after: int) -> None:
    spoken = np.full(sound, 9_000, np.int16)
    samples = np.concatenate([np.zeros(before, np.int16), spoken, np.zeros(after, np.int16)])
    left = np.frombuffer(trim(samples.tobytes(), RATE), np.int16)
    assert int((left == 9_000).sum()) == sound
    assert int(np.argmax(left == 9_000)) <= 0.02 * RATE
    assert len(left) <= sound + 0.05 * RATE


@given(st.binary(max_size=2_000))
def test_any_bytes_stay_whole_samples(pcm: bytes) -> None:
    assert len(trim(pcm, RATE)) % 2 == 0


def test_silence_alone_is_nothing() -> None:
    assert trim(bytes(8_000), RATE) == b""
    assert trim(b"", RATE) == b""
