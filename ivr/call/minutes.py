"""What is written down of a call while it goes on: its turns, with their timings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ivr.call.seating import Supervision
from ivr.core.actions import Say
from ivr.core.events import Heard, Understood
from ivr.core.measures import Timing
from ivr.core.ports import Journal, Meter
from ivr.core.records import HandOver, Turn
from ivr.core.speech import Utterance
from ivr.core.understanding import Reply

MOST_TURNS = 2_000
"""Kept in memory for the hand-over; the journal has them all."""
MOST_HELD = 16
"""Turns that wait for what the caller meant; beyond them all are written down as they are."""
_UNASKED = -1
"""Of words of which it is not known yet whether they are asked about."""

_SUPERVISED: Mapping[Supervision | None, str] = {
    Supervision.LISTEN: "hört mit",
    Supervision.WHISPER: "spricht nur mit dem Mitarbeiter",
    Supervision.JOIN: "spricht mit",
    None: "ist nicht mehr dabei",
}


@dataclass(slots=True)
class _Held:
    """A turn that may not be written down yet."""

    line: Turn
    turn: int | None
    """The number of the question whose answer it waits for; None: it waits for none."""


class Minutes:
    """Takes the two sides' turns as they happen and passes each on when it is complete.

    They are passed on in the order in which they came.
    """

    def __init__(
        self,
        call_id: str,
        journal: Journal,
        meter: Meter,
        on_turn: Callable[[Turn], None] | None = None,
    ) -> None:
        self.turns: list[Turn] = []
        self._call_id = call_id
        self._journal = journal
        self._meter = meter
        self._on_turn = on_turn
        self._held: list[_Held] = []
        self._last_sound_s: float | None = None
        self._saying: tuple[Say, float, float | None] | None = None

    def heard(self, event: Heard, audio: str | None = None) -> None:
        """A turn of the caller; it is written down once it is known what they meant, or that
        nobody asks: see `asked`. `audio`: the name of its sound."""
        self._last_sound_s = event.utterance.end_s
        if event.utterance.text:
            self._add(replace(_caller_turn(event.utterance), audio=audio), waits=True)

    def asked(self, turn: int | None) -> None:
        """What was heard last is asked about in this turn; with None, it is not asked about."""
        if self._held and self._held[-1].turn is _UNASKED:
            self._held[-1].turn = turn
            self._pass_on()

    def overheard(self, who: str, utterance: Utterance) -> None:
        """Somebody said this in a conversation that is not the hotline's."""
        self.settle()
        if utterance.text:
            self._add(replace(_caller_turn(utterance), who=who))

    def supervised(self, at: float, how: Supervision | None, name: str) -> None:
        """Somebody listens in, whispers or joins; or, with None, has left."""
        text = f"{name} {_SUPERVISED[how]}".strip()
        self._add(Turn("supervisor", text, round(at, 3), round(at, 3)))

    def understood(self, event: Understood) -> None:
        """The answer to a turn's question belongs to the words of that turn, however late."""
        for held in self._held:
            if held.turn == event.turn:
                held.line, held.turn = _with_reply(held.line, event.reply), None
        self._pass_on()

    def settle(self) -> None:
        """Write down what the caller said even though no answer came."""
        for held in self._held:
            held.turn = None
        self._pass_on()

    def sounds(self, say: Say, at: float) -> None:
        """A prompt's first sound."""
        response = None
        if self._last_sound_s is not None:
            response = max(0.0, at - self._last_sound_s)
            self._last_sound_s = None
            self._meter.observe(Timing.RESPONSE, response)
        self._saying = (say, at, response)

    def said(self, at: float, *, interrupted: bool) -> None:
        """A prompt is over. One that never sounded leaves no trace."""
        saying, self._saying = self._saying, None
        if saying is None:
            return
        say, start_s, response_s = saying
        if not say.filler:
            # A filler bridges the wait for the answer; after anything else none is awaited.
            self.settle()
        self._add(
            Turn(
                "hotline",
                say.text,
                round(start_s, 3),
                round(max(start_s, at), 3),
                response_s=None if response_s is None else round(response_s, 3),
                interrupted=interrupted,
            )
        )

    def complete(self, fact: HandOver, summary: str) -> HandOver:
        """A hand-over with all that was said so far."""
        self.settle()
        return replace(fact, transcript=tuple(self.turns), summary=summary)

    def _add(self, line: Turn, *, waits: bool = False) -> None:
        """Whatever comes after words that wait for their meaning waits with them."""
        self._held.append(_Held(line, _UNASKED if waits else None))
        if len(self._held) > MOST_HELD:
            self.settle()
        self._pass_on()

    def _pass_on(self) -> None:
        while self._held and self._held[0].turn is None:
            self._keep(self._held.pop(0).line)

    def _keep(self, turn: Turn) -> None:
        if len(self.turns) < MOST_TURNS:
            self.turns.append(turn)
        self._journal.turn(self._call_id, turn)
        if self._on_turn is not None:
            self._on_turn(turn)


def _caller_turn(heard: Utterance) -> Turn:
    return Turn(
        "caller",
        heard.text,
        round(heard.start_s, 3),
        round(heard.end_s, 3),
        asr_confidence=round(heard.confidence, 3),
    )


def _with_reply(turn: Turn, reply: Reply) -> Turn:
    return replace(
        turn,
        intent=reply.guess.intent,
        confidence=round(reply.guess.confidence, 3),
        guesses=reply.ranking,
        understood=reply.understood,
        form=reply.form,
        model=reply.model,
    )
