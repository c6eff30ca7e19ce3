"""Framing: any chunking of the input gives the same frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.audio.framing import Framer, slices


@given(st.lists(st.binary(max_size=200)), st.integers(1, 40).map(lambda n: 2 * n))
def test_any_chunking_gives_the_same_frames(pieces: list[bytes], size: int) -> None:
    framer = Framer(size)
    frames = [frame for piece in pieces for frame in framer.push(piece)]
    whole = b"".join(pieces)
    assert frames == [whole[i : i + size] for i in range(0, len(whole) - size + 1, size)]


def test_the_rest_is_filled_with_silence_once() -> None:
    framer = Framer(4)
    framer.push(b"abcdef")
    assert framer.flush() == [b"ef\0\0"]
    assert framer.flush() == []


@pytest.mark.parametrize("size", [0, -2, 3])
def test_a_frame_holds_whole_samples(size: int) -> None:
    with pytest.raises(ValueError, match="16-bit samples"):
        Framer(size)


@given(st.binary(max_size=200), st.integers(1, 40))
def test_slices_are_short_and_lose_nothing(data: bytes, size: int) -> None:
    pieces = list(slices(data, size))
    assert b"".join(pieces) == data
    assert all(0 < len(piece) <= size for piece in pieces)
