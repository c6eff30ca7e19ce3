"""G.711: the standard's own values, and what a telephone line leaves of speech."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.audio.features import level_db, samples
from ivr.audio.g711 import alaw_decode, alaw_encode, phone_band, ulaw_decode, ulaw_encode
from ivr.audio.tones import tone
from ivr.core.pcm import Pcm

Codec = Callable[[bytes], bytes]
BOTH = pytest.mark.parametrize(
    ("encode", "decode"), [(alaw_encode, alaw_decode), (ulaw_encode, ulaw_decode)], ids=["A", "µ"]
)


def pcm(*values: int) -> bytes:
    return np.array(values, "<i2").tobytes()


def test_the_values_of_the_standard() -> None:
    """ITU-T G.711, tables 1a and 2a, scaled from 13 and 14 bits to 16; silence on the wire."""
    assert alaw_encode(pcm(0, -1)) == b"\xd5\x55"
    assert samples(alaw_decode(b"\xd5\x55\xaa\x2a")).tolist() == [8, -8, 32256, -32256]
    assert ulaw_encode(pcm(0, -32768, 32767)) == b"\xff\x00\x80"
    assert samples(ulaw_decode(b"\xff\x7f\x80\x00")).tolist() == [0, 0, 32124, -32124]


@BOTH
def test_every_code_comes_back(encode: Codec, decode: Codec) -> None:
    again = encode(decode(bytes(range(256))))
    same = [code for code in range(256) if again[code] != code]
    # µ-law has two zeros; the negative one comes back as the other.
    assert same in ([], [0x7F])


@BOTH
@given(st.integers(-32_000, 32_000))
def test_the_error_is_small_beside_the_sample(encode: Codec, decode: Codec, value: int) -> None:
    heard = samples(decode(encode(pcm(value))))[0]
    assert abs(heard - value) <= max(16, abs(value) / 16)


def test_a_telephone_passes_the_voice_and_neither_hum_nor_hiss() -> None:
    def passed(hertz: float) -> float:
        sound = tone((hertz,), 0.5, 16_000)
        return level_db(phone_band(Pcm(sound, 16_000)).data) - level_db(sound)

    assert phone_band(Pcm(bytes(3200), 16_000)).rate == 8000
    assert all(abs(passed(hertz)) < 1 for hertz in (400, 1000, 3000))
    assert passed(100) < -25
    assert passed(3900) < -25
