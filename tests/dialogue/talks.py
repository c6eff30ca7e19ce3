"""A conversation without audio: events go in, and what the hotline says comes out."""

import itertools
from dataclasses import dataclass, field, replace

from ivr.config.phrases import load_phrases
from ivr.core.actions import Action, Ask, End, Record, Say, SetTimer, StopSaying
from ivr.core.events import (
    Answered,
    CallEvent,
    Engine,
    EngineFailed,
    Heard,
    NoInput,
    Played,
    Recorded,
    TimerRang,
    Understood,
)
from ivr.core.records import HandOver
from ivr.core.speech import Utterance
from ivr.core.understanding import BotMessage, Guess, Reply
from ivr.dialogue.machine import begin, step
from ivr.dialogue.phrasebook import Phrasebook
from ivr.dialogue.script import Script
from ivr.dialogue.state import Talk

PHRASES = load_phrases()
SCRIPT = Script(
    greeting="Musterfirma, Guten Tag, was kann ich für Sie tun?",
    notice="Sie sprechen mit einem Sprachassistenten.",
    phrases=Phrasebook(PHRASES),
    offline_answers={"opening_hours": "Heute bis 18 Uhr.", "address": "Am Markt 1, Kassel."},
)


@dataclass
class Conversation:
    """Feeds `step` the way a session does, and plays prompts in no time."""

    talk: Talk = field(default_factory=lambda: begin(SCRIPT))
    actions: list[Action] = field(default_factory=list)
    clock: "itertools.count[int]" = field(default_factory=itertools.count)
    kept: list[HandOver] = field(default_factory=list)

    def feed(self, event: CallEvent) -> list[Action]:
        sounding = self.talk.mouth.prompt
        self.talk, actions = step(self.talk, event)
        self.actions += actions
        if StopSaying() in actions:
            self.feed(Played(self.at(), sounding, interrupted=True))
        return actions

    def at(self) -> float:
        return float(next(self.clock))

    def answer(self, caller: str | None = None) -> str:
        self.feed(Answered(self.at(), caller))
        return self.finish_saying()

    def finish_saying(self) -> str:
        """Let every prompt be heard to its end; all that was said since the last event."""
        said = []
        while self.talk.mouth.speaking:
            say = [action for action in self.actions if isinstance(action, Say)][-1]
            said.append(say.text)
            self.feed(Played(self.at(), say.prompt, interrupted=False))
        return " ".join(said)

    def hears(self, text: str, *, during_prompt: bool = False) -> list[Action]:
        at = self.at()
        return self.feed(Heard(at, Utterance(text, 0.9, at - 1, at, during_prompt)))

    def says(self, text: str, reply: Reply | None = None) -> str:
        """The caller says something, which is understood as `reply`; what they hear then."""
        actions = self.hears(text)
        questions = [action for action in actions if isinstance(action, Ask)]
        if questions and reply is not None:
            self.feed(Understood(self.at(), questions[-1].turn, reply))
        self.keep_records()
        return self.finish_saying()

    def keep_records(self) -> None:
        """The store takes what it was given, as long as somebody is there to hear of it."""
        for fact in self.records()[len(self.kept) :]:
            self.kept.append(fact)
            if self.end() is None:
                self.feed(Recorded(self.at(), fact))

    def stays_silent(self) -> str:
        self.feed(NoInput(self.at()))
        self.keep_records()
        return self.finish_saying()

    def understanding_fails(self, text: str) -> str:
        actions = self.hears(text)
        turn = next(action.turn for action in actions if isinstance(action, Ask))
        self.feed(EngineFailed(self.at(), Engine.UNDERSTANDING, turn))
        return self.finish_saying()

    def timer(self, name: str) -> TimerRang:
        """The ringing of the timer that was set last under this name."""
        wish = [a for a in self.actions if isinstance(a, SetTimer) and a.name == name][-1]
        return TimerRang(self.at(), wish.name, wish.number)

    def records(self) -> list[HandOver]:
        facts = [action.fact for action in self.actions if isinstance(action, Record)]
        return [fact for fact in facts if isinstance(fact, HandOver)]

    def end(self) -> End | None:
        ends = [action for action in self.actions if isinstance(action, End)]
        return ends[-1] if ends else None


def reply(intent: str, *texts: str, confidence: float = 0.95, **changes: object) -> Reply:
    messages = tuple(BotMessage(text) for text in texts)
    return replace(Reply(Guess(intent, confidence), messages), **changes)  # type: ignore[arg-type]


def answered() -> Conversation:
    """A conversation whose greeting has been heard."""
    conversation = Conversation()
    conversation.answer()
    return conversation
