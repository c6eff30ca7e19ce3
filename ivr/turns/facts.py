"""What turn-taking hears of a chunk of audio."""

from dataclasses import dataclass

from ivr.audio.features import HIGH_HZ, VOICE_HZ, Bands, level_db


@dataclass(frozen=True, slots=True)
class ChunkFacts:
    probability: float
    """0 to 1: how sure the speech detector is that somebody speaks."""
    level_db: float
    """Root mean square in dBFS."""
    voice_db: float
    """The same, of the voice's middle: `ivr.audio.features.VoiceLevel`."""
    high_db: float
    """The same, of what lies above 1 kHz: far below `level_db` in a hum."""


def measure(chunk: bytes, probability: float) -> ChunkFacts:
    """The facts of a chunk of 16 kHz audio."""
    bands = Bands(chunk)
    return ChunkFacts(
        probability, level_db(chunk), bands.level_db(*VOICE_HZ), bands.level_db(*HIGH_HZ)
    )
