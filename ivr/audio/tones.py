"""Sounds that are made, not recorded: tones of the telephone, beeps, pips for waiting."""

import numpy as np

from ivr.audio.features import FULL_SCALE
from ivr.audio.resample import to_pcm
from ivr.audio.shaping import fade_in, fade_out, silence

TONE_DB = -16.0
RAMP_S = 0.005

_ROWS_HZ = (697, 770, 852, 941)
_COLUMNS_HZ = (1209, 1336, 1477, 1633)
_KEYS = ("123A", "456B", "789C", "*0#D")


def tone(hertz: tuple[float, ...], seconds: float, rate: int, level_db: float = TONE_DB) -> bytes:
    """Sines of equal level that sound together at `level_db` in all, with soft edges."""
    times = np.arange(round(seconds * rate)) / rate
    waves = sum(np.sin(2 * np.pi * frequency * times) for frequency in hertz)
    loud = FULL_SCALE * 10 ** (level_db / 20) * np.sqrt(2 / max(1, len(hertz)))
    pcm = to_pcm(np.asarray(waves * loud))
    return fade_out(fade_in(pcm, rate, RAMP_S), rate, RAMP_S)


def dtmf(key: str, rate: int, seconds: float = 0.1) -> bytes:
    """The sound of a key (ITU-T Q.23). Raises ValueError if there is no such key."""
    for row, keys in zip(_ROWS_HZ, _KEYS, strict=True):
        if len(key) == 1 and key in keys:
            return tone((row, _COLUMNS_HZ[keys.index(key)]), seconds, rate)
    raise ValueError("A telephone has the keys 0 to 9, *, # and A to D")


def ringback(rate: int) -> bytes:
    """One period of the German "it rings": 425 Hz for 1 s, then 4 s of silence."""
    return tone((425,), 1.0, rate) + silence(4.0, rate)


def busy(rate: int) -> bytes:
    """One period of the German busy tone: 425 Hz, 0.48 s on and off."""
    return tone((425,), 0.48, rate) + silence(0.48, rate)
