"""From the first voiced chunk to the decision that somebody is speaking."""

from dataclasses import dataclass

from ivr.turns.events import DropReason
from ivr.turns.facts import ChunkFacts

SPEECH = 0.5
"""Probability from which a chunk counts as speech."""
START_S = 0.09
"""Speech needed to begin a turn while nothing is playing: the shortest "ja" has twice that."""
BARGE_IN_S = 0.12
"""Speech needed to interrupt a prompt."""
BARGE_IN_BRIGHT = 2
"""Chunks among them that must not sound like a hum."""
HUM_S = 0.6
""""Mhm" is shorter than this; someone who hums longer wants to say something."""
BRIGHT_DB = 20.0
"""In a hum the part above 1 kHz lies further than this below the whole."""
RISE_DB = 6.0
"""Speech stands out of the noise by this much at least once."""
GAP_S = 0.14
"""A longer gap ends a burst that was too short for a turn."""
GAP_OVER_NOTICE_S = 0.5
"""During a prompt that may not be interrupted, words are kept together for its end."""


class NoiseFloor:
    """The level of what is heard when nobody speaks."""

    START_DB = -55.0
    UP_DB_PER_S = 3.0
    UP_VOICED_DB_PER_S = 0.3
    """Rises under speech too, slowly: a steady noise that is taken for speech is learnt."""
    FALL = 0.2
    """Share of the way that it falls with each quieter chunk."""

    def __init__(self) -> None:
        self.level_db = self.START_DB
        self.high_db = self.START_DB

    def hear(self, chunk: ChunkFacts, seconds: float) -> None:
        up = self.UP_VOICED_DB_PER_S if chunk.probability >= SPEECH else self.UP_DB_PER_S
        self.level_db = self._follow(self.level_db, chunk.level_db, up * seconds)
        self.high_db = self._follow(self.high_db, chunk.high_db, up * seconds)

    def raise_to(self, level_db: float) -> None:
        """Take this level for noise from now on."""
        self.level_db = max(self.level_db, level_db)

    def _follow(self, floor: float, heard: float, up_db: float) -> float:
        return floor + self.FALL * (heard - floor) if heard < floor else min(heard, floor + up_db)


@dataclass(slots=True)
class Burst:
    """Sound that may become a turn."""

    start_s: float
    over_prompt: bool
    over_notice: bool
    """Whether it began during a prompt that may not be interrupted."""
    voiced_s: float = 0.0
    gap_s: float = 0.0
    bright: int = 0
    peak_db: float = -100.0
    rise_db: float = 0.0

    def add(self, chunk: ChunkFacts, floor: NoiseFloor, seconds: float) -> None:
        """Take a voiced chunk."""
        self.voiced_s += seconds
        self.gap_s = 0.0
        self.peak_db = max(self.peak_db, chunk.level_db)
        self.rise_db = max(self.rise_db, chunk.level_db - floor.level_db)
        # The soft edges of a hum are as bright as the line's noise: only what is loud counts.
        loud = chunk.level_db >= self.peak_db - 15
        if loud and chunk.high_db >= max(chunk.level_db - BRIGHT_DB, floor.high_db + RISE_DB):
            self.bright += 1

    @property
    def is_speech(self) -> bool:
        return self.voiced_s >= START_S and self.rise_db >= RISE_DB

    @property
    def is_hum(self) -> bool:
        return self.bright < BARGE_IN_BRIGHT

    @property
    def interrupts(self) -> bool:
        needed = HUM_S if self.is_hum else BARGE_IN_S
        return self.voiced_s >= needed and self.rise_db >= RISE_DB

    @property
    def why_dropped(self) -> DropReason:
        """What it was, now that it is over and was not a turn."""
        if not self.is_speech:
            return DropReason.COUGH
        if self.over_notice:
            return DropReason.PROMPT
        return DropReason.HUM if self.is_hum else DropReason.COUGH
