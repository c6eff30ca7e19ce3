"""What an exercise consists of: who calls, what they say when, and what the agent is to do."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ivr.practice.listening import FAREWELL

Text = Annotated[str, Field(min_length=1, max_length=600)]
Phrase = Annotated[str, Field(min_length=2, max_length=80)]
Phrases = Annotated[tuple[Phrase, ...], Field(min_length=1, max_length=40)]
Texts = Annotated[tuple[Text, ...], Field(max_length=20)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]

NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"
"""How exercises are named: the file's name without its ending."""


class Piece(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Persona(Piece):
    """Who calls, and how they are."""

    name: Text
    phone: Annotated[str, Field(pattern=r"^\+[0-9]{6,15}$")] = "+4915700000000"
    pitch: float = Field(1.0, ge=0.6, le=1.6)
    """Of the voice: below 1 is deeper."""
    pace: float = Field(1.0, ge=0.7, le=1.3)
    """Of speech: below 1 is slower."""
    mood: int = Field(30, ge=0, le=90)
    """At the beginning: 0 is calm; at 100 the customer hangs up."""
    patience_s: float = Field(7, ge=3, le=60)
    """Seconds of silence after which the customer asks whether anybody is there."""


class Known(Piece):
    """What the assistant has learnt of the caller: it stands on the agent's desk."""

    intent: Id | None = None
    slots: Mapping[Id, Text] = Field(default_factory=dict)


class Answer(Piece):
    """What the customer says when the agent says one of these."""

    id: Id
    when: Phrases
    says: Text
    angry: Text | None = None
    """Said instead by an angry customer."""
    again: Text | None = None
    """Said when the agent asks the same once more; else `says` is repeated."""
    mood: int = Field(-4, ge=-50, le=50)
    """How this changes the mood: less is calmer."""
    after: tuple[Id, ...] = ()
    """Only once all of these were said."""


class Goodbye(Piece):
    """How the call ends."""

    when: Phrases = FAREWELL
    needs: tuple[Id, ...] = ()
    """Answers without which the customer does not consider it done."""
    says: Text = "Vielen Dank. Auf Wiederhören!"
    unsolved: Text = "Moment, und was wird jetzt aus meinem Anliegen?"
    """Said instead while something is missing; the second time they hang up."""


class Check(Piece):
    """A point of the supervisor's checklist."""

    point: Text
    when: Phrases
    """Any of these fulfils it, said by the agent."""
    within: Literal["first", "call"] = "call"
    """`first`: it counts only in what the agent says before the customer speaks."""
    avoid: bool = False
    """It is the other way round: none of it shall be said."""


class Exercise(Piece):
    """One practice call."""

    title: Text
    about: Text
    """For those who choose it: what it is about, and what it teaches."""
    customer: Persona
    known: Known = Known()
    opening: Annotated[tuple[Text, ...], Field(min_length=1, max_length=5)]
    """What the customer says after the agent has answered the call."""
    answers: Annotated[tuple[Answer, ...], Field(min_length=1, max_length=60)]
    digressions: Texts = ()
    """Said in turn instead of an answer that the customer does not have: they wander off."""
    otherwise: Texts = (
        "Wie meinen Sie das?",
        "Das verstehe ich jetzt nicht. Können Sie das anders sagen?",
        "Und was heißt das jetzt für mich?",
    )
    nudges: Texts = ("Hallo? Sind Sie noch dran?", "Hallo? Hören Sie mich?", "Was ist denn jetzt?")
    """Said when nobody speaks."""
    interrupted: Texts = ("Lassen Sie mich bitte ausreden.",)
    not_heard: Text = "Entschuldigung, das habe ich akustisch nicht verstanden."
    leaves: Text = "Das reicht mir jetzt. Ich rufe ein anderes Mal an."
    """Said by a customer whose patience is at its end."""
    goodbye: Goodbye = Goodbye()
    checklist: Annotated[tuple[Check, ...], Field(min_length=1, max_length=40)]
    example: Texts = ()
    """How an agent could say it, in turn: shown afterwards. `ivr desk practice run` says it."""

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        ids = [answer.id for answer in self.answers]
        if twice := next((each for each in ids if ids.count(each) > 1), None):
            raise ValueError(f"answers: the id {twice} occurs twice")
        asked = [*self.goodbye.needs, *(each for answer in self.answers for each in answer.after)]
        if unknown := next((each for each in asked if each not in ids), None):
            raise ValueError(f"there is no answer {unknown}: there are {', '.join(ids)}")
        return self

    def lines(self) -> Iterator[str]:
        """Everything that the customer may say."""
        yield from self.opening
        for answer in self.answers:
            yield from filter(None, (answer.says, answer.angry, answer.again))
        yield from (*self.digressions, *self.otherwise, *self.nudges, *self.interrupted)
        yield from (self.not_heard, self.leaves, self.goodbye.says, self.goodbye.unsolved)
