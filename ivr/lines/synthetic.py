"""A caller in software: waits for the hotline to finish, speaks, presses keys, hangs up."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from ivr.audio.features import level_db
from ivr.core.pcm import FRAME_S, frame_bytes
from ivr.lines.stopwatch import AUDIBLE_DB, Stopwatch

_NEW_PROMPT_S = 0.3
"""What follows so long a silence of the hotline is a new prompt, and not the old one's end."""


@dataclass(frozen=True, slots=True)
class Utter:
    """Say something. `pcm` is 16-bit mono at the leg's rate."""

    text: str
    pcm: bytes


@dataclass(frozen=True, slots=True)
class Press:
    """Press keys, four a second."""

    keys: str


Step = Utter | Press


@dataclass(frozen=True, slots=True)
class Manners:
    """How the caller behaves."""

    gap_s: float = 0.7
    """Silence of the hotline after which the caller takes their turn."""
    barge_in_s: float | None = None
    """Speak or type so long after a prompt's first sound instead of waiting for its end.

    Shorter prompts are heard to their end.
    """
    hears_greeting: bool = False
    """Do not interrupt the first prompt: its notice may not be interrupted."""
    stays_s: float = 4.0
    """Silence of the hotline after the last step, until the caller hangs up."""
    gives_up_s: float = 30.0
    """Silence of the hotline after which the caller hangs up."""


class SyntheticCaller:
    """A `Party` of a `PacedLeg` that follows a list of steps."""

    def __init__(
        self,
        steps: Sequence[Step],
        rate: int,
        manners: Manners | None = None,
        noise: bytes = b"",
        *,
        begins: bool = False,
    ) -> None:
        """`noise` is mixed in nowhere but in the caller's pauses, over and over: what their room
        sounds like. The utterances bring their own. Who `begins` does not wait to be greeted."""
        self._steps = list(steps)
        self._manners = manners or Manners()
        self._size = frame_bytes(rate)
        self._room = noise if len(noise) >= self._size else bytes(self._size)
        self._room_at = 0
        self._saying = b""
        self._speaks = False
        self._typing = ""
        self._type_in_s = 0.0
        self._keys = ""
        self._silence_s = inf
        """How long the hotline has been silent."""
        self._waited_s = 0.0
        """How long both sides have been silent."""
        self._may_interrupt = not self._manners.hears_greeting
        self._prompt_s: float | None = 0.0 if begins else None
        """How long ago the prompt began that answers the last step; None before it has."""
        self.stopwatch = Stopwatch()

    def exchange(self, heard: bytes) -> bytes | None:
        self._listen(heard)
        said = self._speak()
        self.stopwatch.tick(heard, said if said is not None and self._speaks else b"")
        return said

    def _speak(self) -> bytes | None:
        if self._saying:
            self._waited_s = 0.0
            return self._next_frame()
        self._speaks = False
        if self._typing:
            self._type()
        elif self._due():
            self._take_turn()
        elif self._done():
            return None
        return self._next_frame()

    def pressed(self) -> str:
        keys, self._keys = self._keys, ""
        return keys

    def _listen(self, heard: bytes) -> None:
        if level_db(heard) > AUDIBLE_DB:
            if self._silence_s >= _NEW_PROMPT_S and self._prompt_s is None:
                self._prompt_s = 0.0
            self._silence_s = self._waited_s = 0.0
        else:
            self._silence_s += FRAME_S
            self._waited_s += FRAME_S
        if self._prompt_s is not None:
            self._prompt_s += FRAME_S

    def _due(self) -> bool:
        if not self._steps or self._prompt_s is None:
            return False
        barge_in_s = self._manners.barge_in_s
        if self._may_interrupt and barge_in_s is not None:
            sounds = self._silence_s < _NEW_PROMPT_S
            return self._prompt_s >= barge_in_s if sounds else self._waits_long_enough
        return self._waits_long_enough

    @property
    def _waits_long_enough(self) -> bool:
        return self._waited_s >= self._manners.gap_s

    def _done(self) -> bool:
        if self._waited_s >= self._manners.gives_up_s:
            return True
        return not self._steps and self._waited_s >= self._manners.stays_s

    def _take_turn(self) -> None:
        step = self._steps.pop(0)
        # The next step waits for the hotline's next prompt.
        self._prompt_s = None
        self._waited_s = 0.0
        self._may_interrupt = True
        match step:
            case Utter(pcm=pcm):
                self._saying, self._speaks = pcm, True
            case Press(keys=keys):
                self._typing = keys

    def _type(self) -> None:
        self._type_in_s -= FRAME_S
        if self._type_in_s <= 0:
            self._keys, self._typing = self._typing[0], self._typing[1:]
            self._type_in_s = 0.25

    def _next_frame(self) -> bytes:
        if self._saying:
            frame, self._saying = self._saying[: self._size], self._saying[self._size :]
            return frame.ljust(self._size, b"\0")
        start = self._room_at
        if start + self._size > len(self._room):
            start = 0
        self._room_at = start + self._size
        return self._room[start : start + self._size]
