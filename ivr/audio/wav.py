"""WAV files: any of the usual kinds is read, 16-bit PCM is written, readable at any moment.

Reading and writing block: call them from a worker thread.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt

from ivr.audio.g711 import alaw_decode, ulaw_decode
from ivr.audio.resample import to_pcm
from ivr.core.errors import BadRecording
from ivr.core.pcm import SAMPLE_BYTES, Pcm

_PCM, _FLOAT, _ALAW, _ULAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_SIDES = 2
_HEADER_BYTES = 44
_MOST_BYTES = 0xFFFF_FFFF - _HEADER_BYTES
_MOST_RATE = 768_000


def read_wav(path: Path) -> Pcm:
    """The recording as mono at its own rate. Raises BadRecording, naming the file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadRecording(f"Cannot read {path}: {error.strerror or error}") from error
    try:
        return decode_wav(data)
    except BadRecording as error:
        raise BadRecording(f"{path}: {error}") from error


def decode_wav(data: bytes) -> Pcm:
    """A WAV file as mono at its own rate; channels are averaged.

    Takes PCM of 8, 16, 24 or 32 bits, floating point of 32 or 64, A-law and µ-law. A file that
    breaks off (its writer was killed) gives what is there. Raises BadRecording.
    """
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise BadRecording("This is not a WAV file")
    kind: _Kind | None = None
    for name, body in _chunks(data):
        if name == b"fmt ":
            kind = _kind(body)
        elif name == b"data":
            if kind is None:
                raise BadRecording("The WAV file does not say what kind of samples it has")
            return Pcm(_mono(body, kind), kind.rate)
    raise BadRecording("There is no sound in the WAV file")


class StereoWriter:
    """Records both sides of a call as it goes. What is older than a second survives a kill -9.

    Raises OSError as files do. At 4 GB, the most a WAV file can hold, the rest is left out.
    """

    def __init__(self, path: Path, rate: int) -> None:
        self._rate = rate
        self._bytes = 0
        self._settled = 0
        self._file = path.open("wb")
        self._file.write(self._header())
        self._file.flush()

    def write(self, left: bytes, right: bytes) -> None:
        """Add a stretch of 16-bit PCM on each side; the shorter is filled up with silence."""
        count = max(len(left), len(right)) // SAMPLE_BYTES
        both = np.zeros((count, _SIDES), dtype="<i2")
        for side, pcm in enumerate((left, right)):
            values = np.frombuffer(pcm, dtype="<i2", count=len(pcm) // SAMPLE_BYTES)
            both[: values.size, side] = values
        data = both.tobytes()
        if self._bytes + len(data) > _MOST_BYTES:
            return
        self._file.write(data)
        self._bytes += len(data)
        if self._bytes - self._settled >= self._rate * _SIDES * SAMPLE_BYTES:
            self._settle()

    def close(self) -> None:
        """Closing twice is harmless."""
        if not self._file.closed:
            try:
                self._settle()
            finally:
                self._file.close()

    def __enter__(self) -> "StereoWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _settle(self) -> None:
        """Make the header true for all that was written, and hand everything to the system."""
        self._file.flush()  # the sound first: a header must never promise more than is there
        self._file.seek(0)
        self._file.write(self._header())
        self._file.seek(0, 2)
        self._file.flush()
        self._settled = self._bytes

    def _header(self) -> bytes:
        block = _SIDES * SAMPLE_BYTES
        layout = struct.pack("<HHIIHH", _PCM, _SIDES, self._rate, self._rate * block, block, 16)
        riff = struct.pack("<4sI4s4sI", b"RIFF", 36 + self._bytes, b"WAVE", b"fmt ", len(layout))
        return riff + layout + struct.pack("<4sI", b"data", self._bytes)


@dataclass(frozen=True, slots=True)
class _Kind:
    code: int
    channels: int
    rate: int
    bits: int


def encode_wav(pcm: Pcm) -> bytes:
    """A whole sound as a WAV file, 16-bit mono."""
    size = len(pcm.data)
    kind = (_PCM, 1, pcm.rate, pcm.rate * SAMPLE_BYTES, SAMPLE_BYTES, 8 * SAMPLE_BYTES)
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, *kind, b"data", size
    )
    return head + pcm.data


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        # A size of 0 or the largest number stands for "until the end" in a file that was streamed.
        unknown = name == b"data" and size in (0, 0xFFFF_FFFF)
        end = len(data) if unknown else at + 8 + size
        yield name, data[at + 8 : end]
        at = end + end % 2


def _kind(body: bytes) -> _Kind:
    if len(body) < 16:
        raise BadRecording("The WAV file's header is broken")
    code, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
    if code == _EXTENSIBLE and len(body) >= 26:
        code = struct.unpack_from("<H", body, 24)[0]
    if not 1 <= channels <= 64 or not 1_000 <= rate <= _MOST_RATE:
        raise BadRecording(f"The WAV file claims {channels} channels at {rate} Hz")
    known = {_PCM: (8, 16, 24, 32), _FLOAT: (32, 64), _ALAW: (8,), _ULAW: (8,)}
    if bits not in known.get(code, ()):
        raise BadRecording(
            f"The WAV file holds {bits}-bit samples of kind {code}; convert it to 16-bit PCM"
        )
    return _Kind(code, channels, rate, bits)


def _mono(body: bytes, kind: _Kind) -> bytes:
    block = kind.channels * kind.bits // 8
    values = _numbers(body[: len(body) - len(body) % block], kind)
    return to_pcm(values.reshape(-1, kind.channels).mean(axis=1))


def _numbers(body: bytes, kind: _Kind) -> npt.NDArray[np.float64]:
    """The samples, all channels together, from -32768 to 32767."""
    if kind.code == _FLOAT:
        floats = np.frombuffer(body, f"<f{kind.bits // 8}").astype(np.float64)
        return np.clip(np.nan_to_num(floats), -1, 1) * 32_768
    if kind.code == _PCM and kind.bits == 8:
        return (np.frombuffer(body, np.uint8).astype(np.float64) - 128) * 256
    if kind.code == _PCM and kind.bits == 24:
        padded = np.zeros((len(body) // 3, 4), np.uint8)
        padded[:, 1:] = np.frombuffer(body, np.uint8).reshape(-1, 3)
        return padded.view("<i4")[:, 0].astype(np.float64) / 65_536
    if kind.bits == 32:
        return np.frombuffer(body, "<i4").astype(np.float64) / 65_536
    if kind.code == _ALAW:
        body = alaw_decode(body)
    elif kind.code == _ULAW:
        body = ulaw_decode(body)
    return np.frombuffer(body, "<i2").astype(np.float64)
