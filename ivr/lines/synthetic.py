"""A caller in software: waits for the hotline to finish, speaks, presses keys, hangs up."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.audio.features import level_db
from ivr.core.pcm import FRAME_S, frame_bytes
from ivr.lines.stopwatch import AUDIBLE_DB, Stopwatch


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
    """Speak so long after a prompt's first sound instead of waiting for its end."""
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
    ) -> None:
        """`noise` is mixed in nowhere but in the caller's pauses, over and over: what their room
        sounds like. The utterances bring their own."""
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
        self._quiet_s = 0.0
        self._prompt_s: float | None = None
        """How long the present prompt has sounded; None until the hotline has been heard."""
        self.stopwatch = Stopwatch()

    def exchange(self, heard: bytes) -> bytes | None:
        self._listen(heard)
        said = self._speak()
        self.stopwatch.tick(heard, said if said is not None and self._speaks else b"")
        return said

    def _speak(self) -> bytes | None:
        if self._saying:
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
            if self._prompt_s is None or self._quiet_s >= self._manners.gap_s:
                self._prompt_s = 0.0
            self._quiet_s = 0.0
        else:
            self._quiet_s += FRAME_S
        if self._prompt_s is not None:
            self._prompt_s += FRAME_S

    def _due(self) -> bool:
        if not self._steps or self._prompt_s is None:
            return False
        barge_in_s = self._manners.barge_in_s
        if barge_in_s is not None and isinstance(self._steps[0], Utter):
            return self._prompt_s >= barge_in_s
        return self._quiet_s >= self._manners.gap_s

    def _done(self) -> bool:
        if self._quiet_s >= self._manners.gives_up_s:
            return True
        return not self._steps and self._quiet_s >= self._manners.stays_s

    def _take_turn(self) -> None:
        step = self._steps.pop(0)
        # The next step waits for the hotline's next prompt.
        self._prompt_s = None
        self._quiet_s = 0.0
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
