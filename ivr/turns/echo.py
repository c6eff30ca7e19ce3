"""Whether a sound may be our own prompt, coming back from the caller's end.

An echo at time t is the prompt at t - d, weaker by a loss; neither d nor the loss is known. For
every possible d the loss is at least the largest `prompt(t - d) - heard(t)` seen, since whatever
else is heard only adds to the echo. So the loudest echo that is possible at any d is known; on a
line without echo it soon becomes so soft that even a quiet caller gets through. Levels are those
of the voice's middle, 400 to 3200 Hz, which every telephone passes on about equally; with the
bass, which it cuts off, a dark vowel would promise 20 dB too much.

Loudspeakers give back more than any telephone network. Such an echo is known by its rise and fall,
which are the prompt's own; only then is less loss believed than networks promise.
"""

from collections import deque

import numpy as np
import numpy.typing as npt

from ivr.audio.features import SILENT_DB

UNKNOWN_LOSS_DB = 12.0
"""Assumed until something is learnt; telephone networks promise more (ITU-T G.131, G.168)."""
MARGIN_DB = 8.0
"""An echo is not one single copy of the prompt, and chunks do not align with it. Through an A-law
line the loss was promised 3 to 4 dB too large."""
MOST_LOSS_DB = 60.0
LOUD_DB = -45.0
"""Quieter parts of a prompt teach nothing."""
FORGET_DB_PER_S = 1.0
"""The caller may switch to the loudspeaker, or back."""
DELAYS = 18
"""Delays considered, in chunks: 0 to 0.58 s. The network takes up to 0.3 s; the rest is sound that
the line had in hand when its level was told."""
COMPARED = 32
"""Chunks compared with the prompt: about 1 s."""
ALIKE = 0.9
"""Correlation from which the levels move together. Echoes of a synthetic voice, 0 to 10 dB down,
lay above 0.9 throughout; 48 callers beginning at five moments of a prompt reached 0.88."""
_FAINT_DB = -55.0
_PASTS = np.arange(1, DELAYS + 1)[:, None] + np.arange(COMPARED)
"""For each delay, longest first, where in the prompt's levels that past lies."""

_Levels = npt.NDArray[np.float64]


class EchoGuard:
    """Learns how much of the prompt comes back. Advances by one chunk with every `hear`."""

    def __init__(self) -> None:
        length = COMPARED + DELAYS
        self._prompt: deque[float] = deque([SILENT_DB] * length, maxlen=length)
        self._heard: deque[float] = deque([SILENT_DB] * COMPARED, maxlen=COMPARED)
        self._least_loss = [0.0] * DELAYS
        self._loud_echo_loss: float | None = None
        self._playing_db = SILENT_DB
        self._may_echo_for = -1

    def play(self, voice_db: float) -> None:
        """The prompt sounds at this level now. The loudest since the last chunk counts."""
        self._playing_db = max(self._playing_db, voice_db)

    def hear(self, voice_db: float, voiced: bool, seconds: float) -> bool:
        """Whether a chunk of this level is no louder than an echo of the prompt may be."""
        self._prompt.append(self._playing_db)
        self._heard.append(voice_db)
        self._may_echo_for = DELAYS if self._playing_db >= LOUD_DB else self._may_echo_for - 1
        self._playing_db = SILENT_DB
        if self._may_echo_for < 0:
            return False
        self._forget(FORGET_DB_PER_S * seconds)
        recent = [self._prompt[-1 - delay] for delay in range(DELAYS + 1)]
        may_be_echo = voice_db <= self._loudest_echo_db(recent)
        self._learn(recent)
        return may_be_echo or (voiced and self._moves_with_prompt())

    def _loudest_echo_db(self, recent: list[float]) -> float:
        """The level an echo may have now, `recent` being the prompt's levels, newest first."""
        if self._loud_echo_loss is not None:
            return max(recent) - self._loud_echo_loss + MARGIN_DB
        return max(
            max(recent[delay], recent[delay + 1])
            - max(UNKNOWN_LOSS_DB, self._least_loss[delay] - MARGIN_DB)
            for delay in range(DELAYS)
        )

    def _forget(self, change_db: float) -> None:
        self._least_loss = [max(0.0, loss - change_db) for loss in self._least_loss]
        if self._loud_echo_loss is not None:
            self._loud_echo_loss += change_db
            if self._loud_echo_loss >= UNKNOWN_LOSS_DB + MARGIN_DB:
                self._loud_echo_loss = None

    def _learn(self, recent: list[float]) -> None:
        # An echo falls across two chunks, and may be a third one late: prompts are told of in
        # frames of 20 ms, which lie anyhow to chunks.
        heard_db = max(self._heard[-1], self._heard[-2], self._heard[-3])
        for delay in range(DELAYS):
            if (prompt_db := recent[delay + 1]) >= LOUD_DB:
                seen = min(MOST_LOSS_DB, prompt_db - heard_db)
                self._least_loss[delay] = max(self._least_loss[delay], seen)

    def _moves_with_prompt(self) -> bool:
        prompt = np.maximum(np.array(self._prompt), _FAINT_DB)
        heard = np.maximum(np.array(self._heard), _FAINT_DB)
        past = prompt[_PASTS]
        alike = _correlations(past, heard)
        best = int(alike.argmax())
        if alike[best] < ALIKE:
            return False
        loud = past[best] >= past[best].max() - 15
        loss = float(np.mean(past[best][loud] - heard[loud]))
        if loss < min(self._least_loss) - MARGIN_DB:
            return False  # a coincidence: no echo is as loud as this
        if loss < UNKNOWN_LOSS_DB + MARGIN_DB:
            self._loud_echo_loss = loss
        return True


def _correlations(rows: _Levels, levels: _Levels) -> _Levels:
    """Pearson's correlation of each row with `levels`; 0 where either hardly moves."""
    rows = rows - rows.mean(axis=1, keepdims=True)
    levels = levels - levels.mean()
    spread = np.sqrt((rows**2).mean(axis=1)) * np.sqrt((levels**2).mean())
    together = (rows @ levels) / levels.size
    enough = spread > 9.0
    return np.where(enough, together / np.where(enough, spread, 1.0), 0.0)
