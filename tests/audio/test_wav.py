"""WAV files of every usual kind, broken ones, and recordings whose writer is killed."""

import struct
import wave
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.audio.features import samples
from ivr.audio.g711 import alaw_encode, ulaw_encode
from ivr.audio.wav import StereoWriter, decode_wav, read_wav
from ivr.core.errors import BadRecording

SOUND = (12_000 * np.sin(np.arange(800) / 7)).astype("<i2")


def riff(
    code: int, bits: int, body: bytes, *, channels: int = 1, size: int | None = None
) -> bytes:
    block = channels * bits // 8
    layout = struct.pack("<HHIIHH", code, channels, 8000, 8000 * block, block, bits)
    size = len(body) if size is None else size
    return (
        struct.pack("<4sI4s4sI", b"RIFF", 36 + len(body), b"WAVE", b"fmt ", 16)
        + layout
        + struct.pack("<4sI", b"LIST", 3)
        + b"odd\0"
        + struct.pack("<4sI", b"data", size)
        + body
    )


def wide(values: npt.NDArray[np.int16], shift: int, size: int) -> bytes:
    """Samples as `size`-byte integers, left-justified."""
    raw = (values.astype("<i4") << shift).astype("<i4").tobytes()
    return b"".join(raw[i : i + size] for i in range(0, len(raw), 4))


@pytest.mark.parametrize(
    ("code", "bits", "body", "error"),
    [
        (1, 8, ((SOUND >> 8) + 128).astype(np.uint8).tobytes(), 256),
        (1, 16, SOUND.tobytes(), 0),
        (1, 24, wide(SOUND, 8, 3), 0),
        (1, 32, wide(SOUND, 16, 4), 0),
        (3, 32, (SOUND / 32768).astype("<f4").tobytes(), 1),
        (3, 64, (SOUND / 32768).astype("<f8").tobytes(), 1),
        (6, 8, alaw_encode(SOUND.tobytes()), 512),
        (7, 8, ulaw_encode(SOUND.tobytes()), 512),
    ],
)
def test_every_usual_kind_of_sample_is_read(code: int, bits: int, body: bytes, error: int) -> None:
    heard = decode_wav(riff(code, bits, body))
    assert heard.rate == 8000
    assert np.abs(samples(heard.data) - SOUND).max() <= error


def test_channels_are_averaged() -> None:
    both = np.stack([SOUND, np.zeros_like(SOUND)], axis=1)
    heard = decode_wav(riff(1, 16, both.tobytes(), channels=2))
    assert np.abs(samples(heard.data) - SOUND / 2).max() <= 0.5


def test_nonsense_in_floating_point_is_silence_or_full_scale() -> None:
    body = np.array([np.nan, np.inf, -np.inf, 7.0], "<f4").tobytes()
    assert samples(decode_wav(riff(3, 32, body)).data).tolist() == [0, 32767, -32768, 32767]


@pytest.mark.parametrize("size", [0, 0xFFFF_FFFF, 10_000_000])
def test_a_file_that_was_never_finished_gives_what_is_there(size: int) -> None:
    heard = decode_wav(riff(1, 16, SOUND.tobytes() + b"x", size=size))
    assert heard.data == SOUND.tobytes()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "not a WAV"),
        (b"ID3 this is an MP3 file", "not a WAV"),
        (riff(1, 16, b"")[:36], "no sound"),
        (riff(85, 16, b"mp3!"), "kind 85"),
        (riff(1, 12, b"1234"), "12-bit"),
        (riff(1, 16, b"1234", channels=0), "0 channels"),
    ],
)
def test_broken_files_are_refused_with_the_reason(data: bytes, told: str) -> None:
    with pytest.raises(BadRecording, match=told):
        decode_wav(data)


@given(st.binary(max_size=300), st.integers(0, 60))
def test_no_file_does_more_harm_than_being_refused(noise: bytes, keep: int) -> None:
    for data in (noise, riff(1, 16, noise)[:keep] + noise, riff(1, 24, noise)):
        with suppress(BadRecording):
            decode_wav(data)


def test_the_message_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(b"no")
    with pytest.raises(BadRecording, match="call.wav"):
        read_wav(tmp_path / "call.wav")
    with pytest.raises(BadRecording, match="missing.wav"):
        read_wav(tmp_path / "missing.wav")


def test_both_sides_are_recorded_side_by_side(tmp_path: Path) -> None:
    with StereoWriter(tmp_path / "call.wav", 8000) as recording:
        recording.write(b"\1\0\2\0", b"\3\0")
        recording.write(b"", b"\4\0")
    with wave.open(str(tmp_path / "call.wav")) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 8000, 2)
        assert file.readframes(9) == b"\1\0\3\0\2\0\0\0" + b"\0\0\4\0"


def test_a_killed_recording_is_a_valid_file_but_for_its_last_second(tmp_path: Path) -> None:
    """What the operating system has at that moment is what is left after a kill -9."""
    path = tmp_path / "call.wav"
    recording = StereoWriter(path, 8000)
    for _ in range(175):
        recording.write(bytes(320), b"\1\0" * 160)
    left = path.read_bytes()
    recording.close()
    (tmp_path / "left.wav").write_bytes(left)
    with wave.open(str(tmp_path / "left.wav")) as file:
        frames = file.getnframes()
        assert 2.5 <= frames / 8000 <= 3.5
        assert len(file.readframes(frames)) == frames * 4
