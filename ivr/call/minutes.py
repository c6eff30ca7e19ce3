"""What is written down of a call while it goes on: its turns, with their timings."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ivr.call.seating import Watch
from ivr.core.actions import Say
from ivr.core.events import Heard, Understood
from ivr.core.measures import Timing
from ivr.core.ports import Journal, Meter
from ivr.core.records import HandOver, Turn
from ivr.core.speech import Utterance
from ivr.core.understanding import Reply

MOST_TURNS = 2_000
"""Kept in memory for the hand-over; the journal has them all."""

_WATCHES: Mapping[Watch | None, str] = {
    Watch.LISTEN: "hört mit",
    Watch.WHISPER: "spricht nur mit dem Mitarbeiter",
    Watch.JOIN: "spricht mit",
    None: "ist nicht mehr dabei",
}


class Minutes:
    """Takes the two sides' turns as they happen and passes each on when it is complete."""

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
        self._heard: Utterance | None = None
        self._audio: str | None = None
        self._last_sound_s: float | None = None
        self._saying: tuple[Say, float, float | None] | None = None

    def heard(self, event: Heard, audio: str | None = None) -> None:
        """A turn of the caller; it is written down once it is known what they meant. `audio`: the
        name of its sound."""
        self.settle()
        self._audio = audio
        if event.utterance.text:
            self._heard = event.utterance
        self._last_sound_s = event.utterance.end_s

    def overheard(self, who: str, utterance: Utterance) -> None:
        """Somebody said this in a conversation that is not the hotline's."""
        self.settle()
        if utterance.text:
            self._keep(replace(_caller_turn(utterance), who=who))

    def supervised(self, at: float, how: Watch | None, name: str) -> None:
        """Somebody listens in, whispers or joins; or, with None, has left."""
        text = f"{name} {_WATCHES[how]}".strip()
        self._keep(Turn("supervisor", text, round(at, 3), round(at, 3)))

    def understood(self, event: Understood) -> None:
        heard, self._heard = self._heard, None
        if heard is not None:
            self._keep(replace(_caller_turn(heard, event.reply), audio=self._audio))

    def settle(self) -> None:
        """Write down what the caller said even though no answer came."""
        heard, self._heard = self._heard, None
        if heard is not None:
            self._keep(replace(_caller_turn(heard), audio=self._audio))

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
        self.settle()
        self._keep(
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

    def _keep(self, turn: Turn) -> None:
        if len(self.turns) < MOST_TURNS:
            self.turns.append(turn)
        self._journal.turn(self._call_id, turn)
        if self._on_turn is not None:
            self._on_turn(turn)


def _caller_turn(heard: Utterance, reply: Reply | None = None) -> Turn:
    turn = Turn(
        "caller",
        heard.text,
        round(heard.start_s, 3),
        round(heard.end_s, 3),
        asr_confidence=round(heard.confidence, 3),
    )
    if reply is None:
        return turn
    return replace(
        turn,
        intent=reply.guess.intent,
        confidence=round(reply.guess.confidence, 3),
        guesses=reply.ranking,
        understood=reply.understood,
        form=reply.form,
        model=reply.model,
    )
