"""The log-mel spectrogram that Whisper listens to: 80 bands, 100 frames a second.

As in Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision" (2022), with one
difference: frames of padding are filled in, not computed, since their values are known.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from ivr.core.pcm import LISTEN_RATE

FRAMES_A_SECOND = 100
_FFT = 400
_HOP = LISTEN_RATE // FRAMES_A_SECOND
_BANDS = 80
_FLOOR = -10.0
"""Decimal logarithm of the least power that counts; digital silence has it in every band."""
_RANGE = 8.0
"""What is this much below the loudest band, as a decimal logarithm, is lifted to there."""

Floats = npt.NDArray[np.float32]


def log_mel(samples: Floats, window_s: float) -> Floats:
    """The spectrogram of `samples` (from -1 to 1, at 16 kHz), with silence up to `window_s`.

    Its shape is (1, 80, frames), as the network wants it.
    """
    frames = round(window_s * FRAMES_A_SECOND)
    half = _FFT // 2
    padded = np.pad(samples[: frames * _HOP], (half, half + _HOP))
    pieces = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_HOP][:frames]
    spectrum = np.fft.rfft(pieces * _hann(), axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    heard = np.log10(np.maximum(_filters() @ power.T, 10.0**_FLOOR))
    mel = np.full((1, _BANDS, frames), _FLOOR, np.float32)
    mel[0, :, : heard.shape[1]] = heard
    floor = np.float32(heard.max(initial=_FLOOR) - _RANGE)
    scaled: Floats = (np.maximum(mel, floor) + np.float32(4.0)) / np.float32(4.0)
    return scaled


@cache
def _hann() -> Floats:
    return np.hanning(_FFT + 1)[:-1].astype(np.float32)


@cache
def _filters() -> Floats:
    """Triangular filters of equal area on Slaney's mel scale (Auditory Toolbox, 1998)."""
    bins = np.linspace(0, LISTEN_RATE / 2, _FFT // 2 + 1)
    edges = _hertz(np.linspace(0.0, _mel(LISTEN_RATE / 2), _BANDS + 2))
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising = (bins - low) / (middle - low)
    falling = (high - bins) / (high - middle)
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return (triangles * (2.0 / (high - low))).astype(np.float32)


_LINEAR_HZ = 200.0 / 3
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _LINEAR_HZ
_STEP = np.log(6.4) / 27.0


def _mel(hertz: float) -> float:
    return float(_BREAK_MEL + np.log(hertz / _BREAK_HZ) / _STEP)


def _hertz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    bent = _BREAK_HZ * np.exp(_STEP * (mels - _BREAK_MEL))
    return np.where(mels < _BREAK_MEL, mels * _LINEAR_HZ, bent)
