"""The telephone's own codecs: A-law and µ-law, 8 bits a sample (ITU-T G.711, 11/1988)."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ivr.audio.features import samples
from ivr.audio.resample import resample, to_pcm
from ivr.core.pcm import Pcm

PHONE_RATE = 8_000
PHONE_BAND_HZ = (300.0, 3_400.0)

_Linear = npt.NDArray[np.int64]


def alaw_encode(pcm: bytes) -> bytes:
    """One byte for each 16-bit sample."""
    return _encode(pcm, _alaw_codes())


def alaw_decode(data: bytes) -> bytes:
    """One 16-bit sample for each byte."""
    return _alaw_values()[np.frombuffer(data, dtype=np.uint8)].tobytes()


def ulaw_encode(pcm: bytes) -> bytes:
    """One byte for each 16-bit sample."""
    return _encode(pcm, _ulaw_codes())


def ulaw_decode(data: bytes) -> bytes:
    """One 16-bit sample for each byte."""
    return _ulaw_values()[np.frombuffer(data, dtype=np.uint8)].tobytes()


def phone_band(pcm: Pcm) -> Pcm:
    """What is left after a telephone line: 300 to 3400 Hz at 8 kHz, through A-law and back."""
    narrow = samples(resample(pcm, PHONE_RATE).data)
    if not narrow.size:
        return Pcm(b"", PHONE_RATE)
    band = _band_pass()
    filtered = np.convolve(narrow, band)[band.size // 2 :][: narrow.size]
    return Pcm(alaw_decode(alaw_encode(to_pcm(filtered))), PHONE_RATE)


def _encode(pcm: bytes, codes: npt.NDArray[np.uint8]) -> bytes:
    return bytes(codes[np.frombuffer(pcm, dtype="<u2")])


@lru_cache(maxsize=1)
def _alaw_values() -> npt.NDArray[np.int16]:
    code = np.arange(256) ^ 0x55  # every other bit is sent inverted
    exponent, mantissa = (code >> 4) & 7, code & 15
    magnitude = np.where(
        exponent == 0,
        (mantissa << 4) + 8,
        ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0),
    )
    return np.where(code & 0x80, magnitude, -magnitude).astype("<i2")


@lru_cache(maxsize=1)
def _ulaw_values() -> npt.NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF  # all bits are sent inverted
    magnitude = ((((code & 15) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype("<i2")


@lru_cache(maxsize=1)
def _alaw_codes() -> npt.NDArray[np.uint8]:
    linear = _all_samples()
    magnitude = np.where(linear < 0, ~linear, linear) >> 4
    exponent = np.maximum(_bit_length(magnitude) - 4, 0)
    mantissa = (magnitude >> np.maximum(exponent - 1, 0)) & 15
    sign = np.where(linear < 0, 0, 0x80)
    return np.asarray((sign | (exponent << 4) | mantissa) ^ 0x55, dtype=np.uint8)


@lru_cache(maxsize=1)
def _ulaw_codes() -> npt.NDArray[np.uint8]:
    linear = _all_samples()
    magnitude = np.minimum((np.where(linear < 0, ~linear, linear) >> 2) + 33, 0x1FFF)
    exponent = _bit_length(magnitude) - 6
    mantissa = (magnitude >> (exponent + 1)) & 15
    sign = np.where(linear < 0, 0x80, 0)
    return np.asarray(~(sign | (exponent << 4) | mantissa) & 0xFF, dtype=np.uint8)


def _all_samples() -> _Linear:
    """Every 16-bit sample, in the order of its bits taken as an unsigned number."""
    return np.arange(65_536, dtype=np.uint16).astype("<i2").astype(np.int64)


def _bit_length(values: _Linear) -> _Linear:
    return np.ceil(np.log2(values + 1)).astype(np.int64)


@lru_cache(maxsize=1)
def _band_pass() -> npt.NDArray[np.float64]:
    half = 100
    low, high = (2 * edge / PHONE_RATE for edge in PHONE_BAND_HZ)
    at = np.arange(-half, half + 1)
    taps = (high * np.sinc(high * at) - low * np.sinc(low * at)) * np.hamming(at.size)
    return np.asarray(taps)
