"""Turn-taking: a machine that takes chunks of audio and reports turns. No clock, no waiting.

It is in one of three states: nobody speaks (`None`), something sounds that may be speech
(`Burst`), or a turn is going on (`OpenTurn`, with or without a pause in it).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.config.settings import Turns
from ivr.core.pcm import CHUNK_S
from ivr.core.speech import Expect
from ivr.german.phrases import asks_who_is_there, is_greeting_only
from ivr.turns.echo import EchoGuard
from ivr.turns.events import (
    BargedIn,
    Dropped,
    DropReason,
    Ended,
    EndReason,
    Paused,
    Resumed,
    Silence,
    Started,
    TurnEvent,
)
from ivr.turns.facts import ChunkFacts
from ivr.turns.keypad import Keypad
from ivr.turns.onset import (
    BARGE_IN_S,
    GAP_OVER_NOTICE_S,
    GAP_S,
    POSSIBLE,
    SPEECH,
    Burst,
    NoiseFloor,
)
from ivr.turns.turn import PAUSE_S, RESUME_S, OpenTurn, Segment
from ivr.turns.waits import NO_TEXT_S, NOT_KNOWN, wait_s

PRE_ROLL_S = 0.5
"""Before the first noticed sound: through a telephone band the detector is up to 0.5 s late."""
LONGEST_LOOK_BACK_S = 8.0
"""No `feed_from_s` lies further back than this: so much audio the caller of this must keep."""
WORDLESS_S = 0.7
"""A sound shorter than this without a word in it was none: it is dropped, not answered."""


@dataclass(slots=True)
class _Prompt:
    """A prompt that is playing."""

    interruptible: bool
    voiced_s: float = 0.0
    """Of a turn that was open already when the prompt began."""
    echo_s: float = 0.0
    barged: bool = False


@dataclass(slots=True)
class _Asked:
    """What is expected of the caller."""

    expect: Expect = Expect.ANYTHING
    digits: int | None = None
    opening: bool = True
    """Whether the caller has not yet said what they want."""
    since: float | None = None
    """Since when they could have spoken; None while it is not their turn."""
    awaits_us: bool = False


class TurnTaker:
    """Decides for one call who speaks. Time is the audio heard: the sum of all chunks' seconds.

    Feed every chunk in order; report what the hotline does (`prompt_…`, `expect`, `waiting`), what
    the recognizer says (`text_so_far`) and the keys. Each call returns what follows from it.
    """

    def __init__(self, settings: Turns, numbers: Mapping[str, int] = NOT_KNOWN) -> None:
        """`numbers`: see `wait_s`."""
        self._settings = settings
        self._numbers = numbers
        self._now = 0.0
        self._state: Burst | OpenTurn | None = None
        self._prompt: _Prompt | None = None
        self._asked = _Asked()
        self._echo = EchoGuard()
        self._floor = NoiseFloor()
        self._keypad = Keypad()
        self._segments = 0
        self._heard_until = 0.0

    @property
    def now(self) -> float:
        """Seconds of audio heard."""
        return self._now

    def chunk(self, facts: ChunkFacts, seconds: float = CHUNK_S) -> list[TurnEvent]:
        """Take the next chunk of audio."""
        self._now += seconds
        echo = self._echo.hear(facts.voice_db, facts.probability >= SPEECH, seconds)
        events: list[TurnEvent] = [*self._keypad.tick(self._now)]
        match self._state:
            case None:
                events += self._listen(facts, echo, seconds)
            case Burst() as burst:
                events += self._grow(burst, facts, echo, seconds)
            case OpenTurn() as turn:
                events += self._follow(turn, facts, echo, seconds)
        self._floor.hear(facts, seconds)
        return events + self._watch_silence()

    def prompt_began(self, interruptible: bool) -> None:
        """A prompt begins to sound."""
        self._prompt = _Prompt(interruptible)
        self._asked.since = None

    def prompt_level(self, voice_db: float) -> None:
        """What sounds now has this `voice_db`; tell at least once a chunk while a prompt plays."""
        self._echo.play(voice_db)

    def prompt_ended(self, expect: Expect, digits: int | None = None) -> None:
        """The prompt is over or was broken off; the caller is expected to answer now."""
        self._prompt = None
        self.expect(expect, digits)

    def expect(self, expect: Expect, digits: int | None = None) -> None:
        """What the caller says or types from now on answers this, be it over the prompt that
        asks for it; `digits` is the number's length, if known."""
        self._asked.expect, self._asked.digits = expect, digits
        self._keypad.expect(expect, digits)
        self._ask_again()

    def waiting(self, answer_awaited: bool) -> None:
        """Whether the caller waits for us, fillers included: their silence does not count then."""
        self._asked.awaits_us = answer_awaited
        self._ask_again()

    def text_so_far(self, segment: int, text: str) -> list[TurnEvent]:
        """What the recognizer made of a segment; empty if it found no word.

        Ignored unless the turn still pauses at this segment.
        """
        turn = self._state
        if not isinstance(turn, OpenTurn) or turn.pause is None or turn.pause.number != segment:
            return []
        asked, patience = self._asked, self._settings.patience
        wait = wait_s(text, asked.expect, asked.digits, asked.opening, self._numbers)
        turn.pause.text, turn.pause.wait_s = text, wait * patience
        return self._end_if_due(turn, turn.pause)

    def line_ended(self) -> list[TurnEvent]:
        """Nothing more will be heard: an open turn ends as soon as its text is there."""
        turn = self._state
        if not isinstance(turn, OpenTurn):
            return []
        if turn.pause is None:
            return [self._pause(turn, EndReason.CUT_OFF)]
        turn.pause.reason, turn.pause.again_s = EndReason.HUNG_UP, 0.0
        return self._end_if_due(turn, turn.pause)

    def key(self, key: str) -> list[TurnEvent]:
        """A key was pressed. It interrupts a prompt that may be interrupted."""
        if self._asked.since is not None:
            self._asked.since = self._now
        return [*self._barge_in(), *self._keypad.press(key, self._now)]

    def _listen(self, facts: ChunkFacts, echo: bool, seconds: float) -> list[TurnEvent]:
        if facts.probability < POSSIBLE:
            return []
        if echo:
            return self._note_echo(seconds) if facts.probability >= SPEECH else []
        burst = Burst(self._now - seconds, self._prompt is not None, self._in_notice)
        burst.add(facts, self._floor, seconds)
        self._state = burst
        return []

    def _note_echo(self, seconds: float) -> list[TurnEvent]:
        """Say once a prompt that it comes back."""
        prompt = self._prompt
        if prompt is None:
            return []
        prompt.echo_s += seconds
        first = prompt.echo_s - seconds < BARGE_IN_S <= prompt.echo_s
        return [Dropped(self._now, DropReason.ECHO)] if first else []

    @property
    def _in_notice(self) -> bool:
        return self._prompt is not None and not self._prompt.interruptible

    def _grow(
        self, burst: Burst, facts: ChunkFacts, echo: bool, seconds: float
    ) -> list[TurnEvent]:
        if facts.probability >= POSSIBLE and not echo:
            burst.add(facts, self._floor, seconds)
            return self._begin_if_due(burst)
        burst.gap_s += seconds
        if burst.gap_s < (GAP_OVER_NOTICE_S if burst.over_notice else GAP_S):
            return []
        self._state = None
        return [Dropped(self._now, burst.why_dropped)]

    def _begin_if_due(self, burst: Burst) -> list[TurnEvent]:
        if self._prompt is None:
            return [self._begin(burst)] if burst.is_speech else []
        if self._prompt.interruptible and burst.interrupts:
            return [self._begin(burst), *self._barge_in()]
        return []

    def _begin(self, burst: Burst) -> Started:
        earliest = max(self._heard_until, self._now - LONGEST_LOOK_BACK_S)
        turn = OpenTurn.of(burst, max(burst.start_s, earliest), self._now)
        self._state = turn
        feed_from_s = max(turn.start_s - PRE_ROLL_S, earliest)
        return Started(self._now, turn.start_s, feed_from_s, turn.over_prompt)

    def _barge_in(self) -> list[TurnEvent]:
        if self._prompt is None or self._prompt.barged or not self._prompt.interruptible:
            return []
        self._prompt.barged = True
        return [BargedIn(self._now)]

    def _follow(
        self, turn: OpenTurn, facts: ChunkFacts, echo: bool, seconds: float
    ) -> list[TurnEvent]:
        if turn.sounds_on(facts) and not echo and not turn.is_over:
            return self._go_on(turn, facts, seconds)
        if turn.pause is not None:
            turn.pause.again_s = 0.0
            return self._end_if_due(turn, turn.pause)
        if self._now - turn.last_sound_s >= PAUSE_S:
            return [self._pause(turn)]
        return []

    def _go_on(self, turn: OpenTurn, facts: ChunkFacts, seconds: float) -> list[TurnEvent]:
        if turn.pause is not None:
            turn.pause.again_s += seconds
            if turn.pause.again_s < RESUME_S:
                return []
        events: list[TurnEvent] = []
        if turn.pause is not None:
            events.append(Resumed(self._now, turn.pause.number))
            turn.resume(self._now)
        turn.add_voiced(facts, self._now, seconds)
        if self._prompt is not None:
            self._prompt.voiced_s += seconds
            if self._prompt.voiced_s >= BARGE_IN_S:
                events += self._barge_in()
        if turn.is_endless(self._now):
            self._floor.raise_to(turn.mean_db)
            events.append(self._pause(turn, EndReason.TOO_LONG))
        return events

    def _pause(self, turn: OpenTurn, reason: EndReason = EndReason.PAUSE) -> Paused:
        self._segments += 1
        turn.pause = Segment(self._segments, reason, NO_TEXT_S * self._settings.patience)
        return Paused(self._now, self._segments)

    def _end_if_due(self, turn: OpenTurn, pause: Segment) -> list[TurnEvent]:
        silence_s, text = self._now - turn.last_sound_s, pause.text
        if pause.again_s or (silence_s < pause.wait_s and (text is None or not pause.is_last)):
            return []
        if text is None:
            return [self._end(turn, pause.number, EndReason.NO_TEXT)]
        if not text.strip() and turn.voiced_s < WORDLESS_S:
            return [self._take_back()]
        wish_to_come = is_greeting_only(text) or asks_who_is_there(text)
        self._asked.opening = self._asked.opening and wish_to_come
        return [self._end(turn, pause.number, pause.reason)]

    def _end(self, turn: OpenTurn, segment: int, reason: EndReason) -> Ended:
        self._state = None
        self._asked.since = None
        self._heard_until = turn.last_sound_s
        return Ended(self._now, segment, turn.start_s, turn.last_sound_s, turn.over_prompt, reason)

    def _take_back(self) -> Dropped:
        self._state = None
        self._ask_again()
        return Dropped(self._now, DropReason.NOISE)

    def _ask_again(self) -> None:
        """The caller has the whole time to answer from now on, if it is their turn."""
        theirs = self._prompt is None and not self._asked.awaits_us
        self._asked.since = self._now if theirs else None

    def _watch_silence(self) -> list[TurnEvent]:
        since = self._asked.since
        if since is None or isinstance(self._state, OpenTurn) or self._keypad.typing:
            return []
        if self._now - since < self._settings.no_input_s:
            return []
        self._asked.since = self._now
        return [Silence(self._now)]
