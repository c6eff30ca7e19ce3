"""Measures a call with the caller's ears and mouth."""

from ivr.audio.features import level_db
from ivr.core.pcm import FRAME_S

AUDIBLE_DB = -50.0
"""What is louder can be heard."""
_GIVEN_WAY_S = 0.25
"""So long a silence of the hotline means that it has stopped, and not paused for breath."""


class Stopwatch:
    """Measures what a caller would: how soon an answer comes, how soon a prompt gives way."""

    def __init__(self) -> None:
        self.responses_s: list[float] = []
        """From each utterance's last sound to the first sound of what followed it."""
        self.silenced_s: list[float] = []
        """From the first sound of each interruption to the prompt's last."""
        self._now_s = 0.0
        """The end of the present frame."""
        self._last_sound_s: float | None = None
        self._interrupted_s: float | None = None
        self._speaking = False
        self._prompt_heard_s = -1.0

    def tick(self, heard: bytes, said: bytes) -> None:
        """Take a frame from either side; `said` is empty unless the caller is speaking."""
        self._now_s += FRAME_S
        audible = level_db(heard) > AUDIBLE_DB
        if said and level_db(said) > AUDIBLE_DB:
            if not self._speaking and self._now_s - self._prompt_heard_s < 2 * FRAME_S:
                self._interrupted_s = self._now_s - FRAME_S
            self._speaking = True
            self._last_sound_s = self._now_s
        elif not said:
            self._speaking = False
        if audible:
            self._hear()
        elif self._interrupted_s is not None and self._now_s - self._prompt_heard_s > _GIVEN_WAY_S:
            self.silenced_s.append(max(0.0, self._prompt_heard_s - self._interrupted_s))
            self._interrupted_s = None

    def _hear(self) -> None:
        if self._interrupted_s is None and not self._speaking and self._last_sound_s is not None:
            self.responses_s.append(self._now_s - FRAME_S - self._last_sound_s)
            self._last_sound_s = None
        self._prompt_heard_s = self._now_s
