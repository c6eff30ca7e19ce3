"""The synthetic customer on a leg: hears the agent with the detector and the turn-taking of calls,
and speaks with a voice. Words come from the call's own recognizer, through `agent_said`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.audio.features import VoiceLevel
from ivr.audio.framing import Framer
from ivr.config.settings import Turns
from ivr.core.pcm import FRAME_S, LISTEN_RATE, SAMPLE_BYTES, frame_bytes
from ivr.core.ports import Vad
from ivr.core.practice import Said
from ivr.core.speech import Expect
from ivr.practice.customer import Customer, Leave, Speak
from ivr.practice.exercise import Exercise
from ivr.turns.events import BargedIn, Dropped, Ended, Paused, Started, TurnEvent
from ivr.turns.facts import measure
from ivr.turns.taker import TurnTaker

RATE = LISTEN_RATE
_WHOLE = "Das war alles."
"""Stands for whatever was said, where only its end matters."""


@dataclass(slots=True)
class _Line:
    """What is being said."""

    text: str
    pcm: bytes
    began_s: float
    at: int = 0


class CustomerParty:
    """Implements `Party` of a paced leg at 16 kHz. Silent until `joined`."""

    def __init__(
        self, exercise: Exercise, spoken: Mapping[str, bytes], vad: Vad, turns: Turns
    ) -> None:
        """`spoken` has the sound of each of the exercise's lines, at 16 kHz."""
        self.customer = Customer(exercise)
        self.said: list[Said] = []
        self.agent_spans: list[tuple[float, float]] = []
        """When the agent spoke, in seconds since they were joined."""
        self.own_spans: list[tuple[float, float]] = []
        self._spoken = spoken
        self._vad = vad
        self._taker = TurnTaker(turns)
        self._level = VoiceLevel(RATE)
        self._taker.waiting(True)
        self._chunker = Framer(vad.chunk_samples * SAMPLE_BYTES)
        self._chunk_s = vad.chunk_samples / LISTEN_RATE
        self._now = 0.0
        self._joined: float | None = None
        self._taker_at_joining = 0.0
        self._held = False
        self._begun: float | None = None
        """Since when the agent speaks."""
        self._line: _Line | None = None
        self._gone = False

    @property
    def seconds(self) -> float:
        """Since the agent was joined; 0 before it."""
        return 0.0 if self._joined is None else self._now - self._joined

    @property
    def is_joined(self) -> bool:
        return self._joined is not None

    @property
    def joined_at(self) -> float:
        """In the leg's own time."""
        return self._joined or 0.0

    def joined(self) -> None:
        """The agent is there. Joining again (after a lost connection) changes nothing."""
        if self._joined is None:
            self._joined = self._now
            self._taker_at_joining = self._taker.now

    def agent_said(self, text: str) -> None:
        """The call's recognizer has understood this."""
        self.customer.heard(self.seconds, text)

    def held(self, on: bool) -> None:
        """Music instead of the agent, or the agent again."""
        if on != self._held:
            self._held = on
            self._stop_saying()
            self._agent_silent(words=False)
            self.customer.held(self.seconds, on)

    def leave(self) -> None:
        """Hang up with the next frame."""
        self._gone = True

    def exchange(self, heard: bytes) -> bytes | None:
        self._now += FRAME_S
        if self._gone:
            return None
        if self._joined is None:
            return bytes(frame_bytes(RATE))
        if not self._held:
            for chunk in self._chunker.push(heard):
                for event in self._taker.chunk(measure(chunk, self._vad.probability(chunk))):
                    self._take(event)
        match self.customer.tick(self.seconds):
            case Speak(text=text):
                self._line = _Line(text, self._spoken.get(text, b""), self.seconds)
                self._taker.prompt_began(interruptible=True)
            case Leave():
                self._gone = True
                return None
            case None:
                pass
        return self._next_frame()

    def pressed(self) -> str:
        return ""

    def _take(self, event: TurnEvent) -> None:
        match event:
            case Started(start_s=start):
                self._begun = max(0.0, start - self._taker_at_joining)
                self.customer.agent_begins(self.seconds)
            case Paused(segment=segment):
                for following in self._taker.text_so_far(segment, _WHOLE):
                    self._take(following)
            case BargedIn():
                self._barged_in()
            case Ended(end_s=end):
                self._agent_silent(end - self._taker_at_joining)
            case Dropped():
                self._agent_silent(words=False)
            case _:
                pass

    def _barged_in(self) -> None:
        line = self._line
        if line is None:
            return
        self.customer.interrupted(self.seconds, line.at / max(1, len(line.pcm)))
        if self.customer.gives_way:
            self._stop_saying()

    def _agent_silent(self, end_s: float | None = None, *, words: bool = True) -> None:
        begun, self._begun = self._begun, None
        if begun is None:
            return
        if words:
            self.agent_spans.append((begun, self.seconds if end_s is None else end_s))
        self.customer.agent_ends(self.seconds, words=words)

    def _stop_saying(self) -> None:
        """Fall silent in the middle of a line."""
        if self._line is not None:
            self._over(self._line, interrupted=True)

    def _over(self, line: _Line, *, interrupted: bool) -> None:
        self._line = None
        self._taker.prompt_ended(Expect.ANYTHING)
        self._taker.waiting(True)
        span = (line.began_s, self.seconds)
        self.own_spans.append(span)
        self.said.append(Said("caller", line.text, *_rounded(span), interrupted=interrupted))
        self.customer.has_said(self.seconds)

    def _next_frame(self) -> bytes:
        size, line = frame_bytes(RATE), self._line
        if line is None:
            return bytes(size)
        frame = line.pcm[line.at : line.at + size].ljust(size, b"\0")
        line.at += size
        self._taker.prompt_level(self._level.push(frame))
        if line.at >= len(line.pcm):
            self._over(line, interrupted=False)
        return frame


def _rounded(span: tuple[float, float]) -> tuple[float, float]:
    return round(span[0], 2), round(span[1], 2)
