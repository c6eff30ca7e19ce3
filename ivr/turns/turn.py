"""A turn of the caller while it is going on: talking, pausing, going on."""

from dataclasses import dataclass

from ivr.turns.events import EndReason
from ivr.turns.facts import ChunkFacts
from ivr.turns.onset import SPEECH, Burst

GOING_ON = 0.3
"""Probability from which a chunk continues a turn: lower than what begins one."""
FADED_DB = 40.0
"""Sound this much below the turn's peak is its reverberation, though the detector lags behind."""
PAUSE_S = 0.09
"""Silence after which decoding begins on the chance that this was all.

Three chunks. In 38 read sentences of a real speaker that happens 0.5 times before the end (0.8
through a telephone band). With two chunks it would be half as often again; with four every answer
would come 32 ms later.
"""
RESUME_S = 0.06
"""Speech needed to go on after a pause: a single chunk is a breath or a click."""
MEAN_S = 2.0
PEAK_FORGET_DB_PER_S = 6.0
"""The peak is that of the last words, not of one loud word at the beginning."""
LONGEST_UNPAUSED_S = 30.0
LONGEST_S = 90.0


@dataclass(slots=True)
class Segment:
    """A pause in the turn, in which what was said so far is being decoded."""

    number: int
    reason: EndReason
    """Why the turn ends, if it ends here."""
    wait_s: float
    """Silence after which it does; until the text is known, the longest wait for it."""
    text: str | None = None
    """None until the recognizer has answered."""
    again_s: float = 0.0
    """Speech since the pause began, if it is not over."""

    @property
    def is_last(self) -> bool:
        """Whether the turn ends here in any case, as soon as there is a text."""
        return self.reason not in (EndReason.PAUSE, EndReason.NO_TEXT)


@dataclass(slots=True)
class OpenTurn:
    start_s: float
    over_prompt: bool
    voiced_s: float
    peak_db: float
    last_sound_s: float
    unpaused_since_s: float
    mean_db: float
    """Recent average level, over about two seconds of speech."""
    pause: Segment | None = None

    @classmethod
    def of(cls, burst: Burst, start_s: float, now: float) -> "OpenTurn":
        return cls(
            start_s=start_s,
            over_prompt=burst.over_prompt,
            voiced_s=burst.voiced_s,
            peak_db=burst.peak_db,
            last_sound_s=now,
            unpaused_since_s=start_s,
            mean_db=burst.peak_db,
        )

    def sounds_on(self, chunk: ChunkFacts) -> bool:
        """Whether the chunk belongs to the caller's speech."""
        needed = GOING_ON if self.pause is None else SPEECH
        return chunk.probability >= needed and chunk.level_db >= self.peak_db - FADED_DB

    def add_voiced(self, chunk: ChunkFacts, now: float, seconds: float) -> None:
        self.voiced_s += seconds
        self.last_sound_s = now
        self.mean_db += min(1.0, seconds / MEAN_S) * (chunk.level_db - self.mean_db)
        self.peak_db = max(self.peak_db - PEAK_FORGET_DB_PER_S * seconds, chunk.level_db)

    def resume(self, now: float) -> None:
        """The pause was only a pause."""
        self.pause = None
        self.unpaused_since_s = now

    @property
    def is_over(self) -> bool:
        """Whether nothing that follows belongs to it any more."""
        return self.pause is not None and self.pause.is_last

    def is_endless(self, now: float) -> bool:
        return now - self.unpaused_since_s >= LONGEST_UNPAUSED_S or now - self.start_s >= LONGEST_S
