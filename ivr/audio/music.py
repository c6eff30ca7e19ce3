"""Music for waiting callers, of our own making: a quiet, slow arpeggio that loops without a seam.

Composed for this program and made from sines, so that nobody else has a right in it. It lies
where every telephone passes it on, and far enough below a voice that a caller who speaks over it
is understood.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ivr.audio.features import FULL_SCALE
from ivr.audio.framing import slices
from ivr.audio.resample import to_pcm
from ivr.core.pcm import FRAME_S, frame_bytes

LEVEL_DB = -30.0
"""Of the music as a whole, in dBFS."""
BAR_S = 3.2
_NOTES_A_BAR = 8
_RING_S = 2.4
"""How long a plucked note can be heard."""
_CHORDS = (
    (50, 57, 62, 66, 69, 74),
    (47, 54, 59, 62, 66, 71),
    (43, 50, 55, 59, 62, 67),
    (45, 52, 57, 61, 64, 69),
    (50, 57, 62, 66, 69, 78),
    (42, 49, 57, 61, 66, 69),
    (43, 50, 55, 59, 66, 71),
    (45, 52, 57, 62, 64, 69),
)
"""One chord a bar, in MIDI note numbers: D, h, G, A, D, fis, G, A with a suspended fourth."""
_PATTERN = (0, 2, 3, 4, 5, 4, 3, 2)
"""Which of a chord's notes follow each other in a bar."""
_TRANSPOSED = 12
"""Up by so many semitones: into the telephone's band."""
_OVERTONES = ((1.0, 1.0), (2.0, 0.28), (3.0, 0.07))


@lru_cache(maxsize=4)
def hold_music(rate: int) -> tuple[bytes, ...]:
    """One round of the music in 20 ms frames: begin again at the first after the last.

    Takes a few tenths of a second the first time and 3 MB at 48 kHz.
    """
    length = round(len(_CHORDS) * BAR_S / FRAME_S) * round(rate * FRAME_S)
    wave = np.zeros(length)
    for bar, chord in enumerate(_CHORDS):
        for beat, which in enumerate(_PATTERN):
            at = (bar + beat / _NOTES_A_BAR) * BAR_S
            _add(
                wave,
                _pluck(chord[which] + _TRANSPOSED, rate, 1.0 if beat == 0 else 0.62),
                at,
                rate,
            )
    loud = FULL_SCALE * 10 ** (LEVEL_DB / 20) / float(np.sqrt(np.mean(wave**2)))
    pcm, size = to_pcm(wave * loud), frame_bytes(rate)
    return tuple(slices(pcm, size))


def _pluck(note: int, rate: int, strength: float) -> npt.NDArray[np.float64]:
    """A soft string: it rises in 12 ms, then dies away, its overtones sooner."""
    times = np.arange(round(_RING_S * rate)) / rate
    hertz = 440.0 * 2 ** ((note - 69) / 12)
    sound = np.zeros(times.size)
    for multiple, share in _OVERTONES:
        sound += (
            share * np.sin(2 * np.pi * hertz * multiple * times) * np.exp(-1.6 * multiple * times)
        )
    ends = np.minimum(1.0, (_RING_S - times) / 0.2)
    return np.asarray(strength * sound * np.minimum(1.0, times / 0.012) * ends)


def _add(
    wave: npt.NDArray[np.float64], note: npt.NDArray[np.float64], at_s: float, rate: int
) -> None:
    """Let a note ring; what rings beyond the end rings at the beginning."""
    start = round(at_s * rate)
    first = min(note.size, wave.size - start)
    wave[start : start + first] += note[:first]
    wave[: note.size - first] += note[first:]
