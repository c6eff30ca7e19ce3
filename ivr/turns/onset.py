"""From the first voiced chunk to the decision that somebody is speaking."""

from collections import deque
from dataclasses import dataclass, field, replace

from ivr.audio.features import SILENT_DB
from ivr.turns.events import DropReason
from ivr.turns.facts import ChunkFacts

SPEECH = 0.5
"""Probability from which a chunk is speech."""
POSSIBLE = 0.2
"""Probability from which a chunk may be speech. Through a telephone band the detector is that far
0.05 to 0.2 s before it is sure, and what it then becomes sure of began there."""
SURE_S = 0.06
"""So much of a burst must be speech."""
CERTAIN = 0.6
CERTAIN_CHUNKS = 2
"""What interrupts a prompt has so many chunks of this probability: in a hum they are rare."""
START_S = 0.09
"""Speech needed to begin a turn while nothing is playing: the shortest "ja" has twice that."""
BARGE_IN_S = 0.12
"""Speech needed to interrupt a prompt."""
HUM_S = 0.6
""""Mhm" is shorter than this; someone who hums longer wants to say something."""
BRIGHT_DB = 20.0
"""In a hum the part above 1 kHz lies further than this below the whole: it is all nose."""
BRIGHT_CHUNKS = 2
"""So many brighter chunks are no hum. 38 sentences of a real speaker: there in 0.15 s."""
MOVES_DB = 11.0
"""In a hum the mouth stays closed, so that part keeps its distance to within this; dull voices
without bright chunks still move it when they speak."""
BODY_DB = 10.0
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
    sure_s: float = 0.0
    gap_s: float = 0.0
    rise_db: float = 0.0
    heard: deque[ChunkFacts] = field(default_factory=lambda: deque(maxlen=32))
    """The latest chunks that are speech, the part above 1 kHz not below the line's noise."""

    def add(self, chunk: ChunkFacts, floor: NoiseFloor, seconds: float) -> None:
        """Take a chunk that may be speech."""
        self.voiced_s += seconds
        self.gap_s = 0.0
        if chunk.probability < SPEECH:
            return
        self.sure_s += seconds
        self.rise_db = max(self.rise_db, chunk.level_db - floor.level_db)
        noisy = chunk.high_db < floor.high_db + RISE_DB
        self.heard.append(replace(chunk, high_db=SILENT_DB) if noisy else chunk)

    @property
    def is_speech(self) -> bool:
        return self.voiced_s >= START_S and self._stands_out

    @property
    def _stands_out(self) -> bool:
        return self.sure_s >= SURE_S and self.rise_db >= RISE_DB

    @property
    def is_hum(self) -> bool:
        # The soft edges of a hum are bright with breath and noise: only its body counts.
        body_db = self.peak_db - BODY_DB
        above = [
            chunk.high_db - chunk.level_db
            for chunk in self.heard
            if chunk.high_db > SILENT_DB and chunk.level_db >= body_db
        ]
        if sum(tilt >= -BRIGHT_DB for tilt in above) >= BRIGHT_CHUNKS:
            return False
        return not above or max(above) - min(above) < MOVES_DB

    @property
    def interrupts(self) -> bool:
        if self.voiced_s < BARGE_IN_S or not self._stands_out:
            return False
        if sum(chunk.probability >= CERTAIN for chunk in self.heard) < CERTAIN_CHUNKS:
            return False
        return self.voiced_s >= HUM_S or not self.is_hum

    @property
    def why_dropped(self) -> DropReason:
        """What it was, now that it is over and was not a turn."""
        if not self.is_speech:
            return DropReason.COUGH
        if self.over_notice:
            return DropReason.PROMPT
        return DropReason.HUM if self.is_hum else DropReason.COUGH

    @property
    def peak_db(self) -> float:
        return max(chunk.level_db for chunk in self.heard)
