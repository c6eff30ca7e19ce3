"""Whether a sound may be our own prompt, coming back from the caller's end.

An echo at time t is the prompt at t - d, weaker by a loss; neither d nor the loss is known. For
every possible d the loss is at least the largest `prompt(t - d) - heard(t)` seen, since whatever
else is heard only adds to the echo. The least of these over all d holds whichever d is true: it
never promises more loss than there is, and on a line without echo it soon grows so large that even
a quiet caller gets through.
"""

from collections import deque

from ivr.audio.features import SILENT_DB

UNKNOWN_LOSS_DB = 12.0
"""Assumed until something is learnt; telephone networks promise more (ITU-T G.131, G.168)."""
MARGIN_DB = 6.0
"""An echo is not one single copy of the prompt, and chunks do not align with it."""
MOST_LOSS_DB = 60.0
LOUD_DB = -45.0
"""Quieter parts of a prompt teach nothing."""
FORGET_DB_PER_S = 1.0
"""The caller may switch to the loudspeaker."""
DELAYS = 18
"""Delays considered, in chunks: 0 to 0.58 s. The network takes up to 0.3 s; the rest is sound that
the line had in hand when its level was told."""


class EchoGuard:
    """Learns how much of the prompt comes back. Advances by one chunk with every `hear`."""

    def __init__(self) -> None:
        self._prompt: deque[float] = deque([SILENT_DB] * (DELAYS + 1), maxlen=DELAYS + 1)
        self._loss = [0.0] * DELAYS
        self._playing_db = SILENT_DB
        self._heard_db = SILENT_DB

    def play(self, level_db: float) -> None:
        """The prompt sounds at this level now. The loudest since the last chunk counts."""
        self._playing_db = max(self._playing_db, level_db)

    @property
    def loss_db(self) -> float:
        """How much weaker an echo is at least, as far as is known."""
        return max(UNKNOWN_LOSS_DB, min(self._loss) - MARGIN_DB)

    def hear(self, level_db: float, seconds: float) -> bool:
        """Whether a chunk of this level is no louder than an echo of the prompt may be."""
        self._prompt.appendleft(self._playing_db)
        self._playing_db = SILENT_DB
        loudest = max(self._prompt)
        may_be_echo = loudest >= LOUD_DB and level_db <= loudest - self.loss_db
        if loudest >= LOUD_DB:
            self._learn(max(level_db, self._heard_db), FORGET_DB_PER_S * seconds)
        self._heard_db = level_db
        return may_be_echo

    def _learn(self, heard_db: float, forget_db: float) -> None:
        """`heard_db` is the louder of two chunks: an echo falls across the chunks it came in."""
        for delay in range(DELAYS):
            prompt_db = self._prompt[delay + 1]
            seen = prompt_db - heard_db if prompt_db >= LOUD_DB else 0.0
            self._loss[delay] = min(MOST_LOSS_DB, max(self._loss[delay] - forget_db, seen, 0.0))
