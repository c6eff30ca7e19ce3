"""What the understanding (Rasa) says of an utterance, and what it wants said in return."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.core.speech import Expect

ABOUT_THE_TALK = frozenset(
    {
        "greet",
        "goodbye",
        "thank",
        "affirm",
        "deny",
        "repeat",
        "slower",
        "help",
        "wait",
        "inform",
        "correction",
        "stop_form",
        "human_agent",
        "bot_question",
        "small_talk",
        "out_of_scope",
        "nlu_fallback",
        "insult",
    }
)
"""Intents that say how the talk goes, not what the call is about."""


@dataclass(frozen=True, slots=True)
class Entity:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Guess:
    intent: str
    confidence: float
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class BotMessage:
    """One thing to say, with its hints for the telephone."""

    text: str
    interruptible: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one utterance."""

    guess: Guess
    messages: tuple[BotMessage, ...] = ()
    ranking: tuple[Guess, ...] = ()
    """The best guesses, best first, the winner included."""
    entities: tuple[Entity, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)
    """All filled slots that concern the business, as text."""
    form: str | None = None
    """The form that is being filled, if any."""
    expect: Expect = Expect.ANYTHING
    """What the last message expects to hear."""
    understood: bool = True
    """False where the confidence was too low to act on: the dialogue's no-match."""
    hand_over: str | None = None
    """The reason for a hand-over that the assistant itself wants."""
    queue: str = ""
    """Whose people shall take it over; the company's first queue if empty."""
    actions: tuple[str, ...] = ()
    """What was done about the utterance, in order, in Rasa's names: answers, forms, actions."""
    end: bool = False
    """Whether the conversation is over once the messages have been heard."""
    model: str | None = None
    """Which model answered; None where that is not known."""
