"""The state of a conversation: frozen values that only `step` replaces."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ivr.core.desk import Place
from ivr.core.records import HandOverReason, Outcome
from ivr.core.speech import Expect
from ivr.core.understanding import Reply
from ivr.dialogue.script import Script


class Offer(StrEnum):
    """What a line offers the caller, who may take it with a word."""

    MORE = "more"
    """ "Kann ich sonst noch etwas für Sie tun?" """
    HUMAN = "human"
    """ "Möchten Sie mit einem Kollegen sprechen?" """


@dataclass(frozen=True, slots=True)
class Line:
    """One prompt on its way to the caller."""

    text: str
    expect: Expect = Expect.ANYTHING
    interruptible: bool = True
    digits: int | None = None
    """How many digits the expected number has, where that is known."""
    on_recording: bool = False
    """Whether it asks for consent to recording, or announces it."""
    offer: Offer | None = None

    @property
    def asks(self) -> bool:
        """Whether the caller is to answer it."""
        return self.expect is not Expect.ANYTHING or self.text.rstrip().endswith("?")


@dataclass(frozen=True, slots=True)
class Mouth:
    """What is being said, and what comes after it."""

    prompt: int = 0
    line: Line | None = None
    """What sounds, or sounded last."""
    speaking: bool = False
    filler: bool = False
    queue: tuple[Line, ...] = ()
    last: tuple[Line, ...] = ()
    """What `repeat` repeats: all that was said in the last answer."""
    cut: tuple[Line, ...] = ()
    """What the caller has interrupted and not answered yet: the line and what was to follow."""
    resumed: int = 0
    """How often the line that sounds was begun again after an interruption."""
    pace: float = 1.0

    @property
    def expect(self) -> Expect:
        return self.last[-1].expect if self.last else Expect.ANYTHING

    @property
    def digits(self) -> int | None:
        return self.last[-1].digits if self.last else None

    @property
    def offer(self) -> Offer | None:
        return self.last[-1].offer if self.last else None


@dataclass(frozen=True, slots=True)
class Taken:
    """The caller's last turn that was taken for what it says."""

    text: str
    answered_at: float | None = None
    """When it was decided what to say to it, in the call's time."""


@dataclass(frozen=True, slots=True)
class Question:
    """The caller's words that are being understood."""

    turn: int = 0
    awaited: bool = False
    text: str = ""
    fillers: int = 0
    held: Reply | None = None
    """An answer that came while a filler was still being said."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What has gone wrong so far."""

    silences: int = 0
    """In a row."""
    no_matches: int = 0
    """In a row."""
    no_matches_in_all: int = 0
    anger: int = 0
    same_words: int = 1
    """How often the caller's last words came in a row."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was learnt about the caller's wish."""

    intent: str | None = None
    slots: Mapping[str, str] = field(default_factory=dict)
    form: str | None = None
    dictated: str = ""
    """What was said to a form for messages without filling it in."""
    caller: str | None = None
    """The caller's number, where the line tells it."""
    given: Mapping[str, str] = field(default_factory=dict)
    """Slots that the agent has filled in, of which the understanding is not told yet."""
    settled: bool = False
    """Whether anything was answered."""


class Asking(StrEnum):
    NAME = "name"
    OWN_NUMBER = "own_number"
    PHONE = "phone"
    CONFIRM = "confirm"
    SAVING = "saving"


@dataclass(frozen=True, slots=True)
class Callback:
    """A call back being agreed on, which stands for the hand-over."""

    reason: HandOverReason
    asking: Asking = Asking.NAME
    name: str | None = None
    phone: str | None = None
    failures: int = 0
    """Of the present question."""
    resume: Line | None = None
    """The question of a form, asked again if the caller would rather go on with it."""


class Phase(StrEnum):
    """Where on the way to a person the caller is."""

    QUEUE = "queue"
    AGENT = "agent"
    """They talk with each other; the hotline is silent."""
    LOST = "lost"
    """The agent's connection has broken, and may come back."""
    LENT = "lent"
    """With the assistant, while the agent waits to have the caller back."""


@dataclass(frozen=True, slots=True)
class Transit:
    """The caller's way to a person, and what happens on it."""

    phase: Phase
    number: int
    """Counts the places taken: news of an earlier one is late."""
    reason: HandOverReason
    place: Place | None = None
    """The latest that the desk has said."""
    told: Place | None = None
    """What the caller was told of it, in what words and when."""
    told_at: float = 0.0
    introduced: bool = False
    """Whether the caller was told how waiting goes."""
    music: bool = False
    left_message: bool = False
    name: str = ""
    """The agent's, as the caller may hear it."""
    nobody: str = ""
    """What is still to be said because nobody can come."""
    agent_waits: bool = False
    """With `LENT`: whether the agent is still there to have the caller back."""
    queue: str = ""
    """Whose people were asked for; the company's first queue if empty."""


class Health(StrEnum):
    GOOD = "good"
    NO_UNDERSTANDING = "no_understanding"
    NO_RECOGNIZER = "no_recognizer"


class Closing(StrEnum):
    """How far the end of the call has come."""

    NO = "no"
    SAYING_GOODBYE = "saying_goodbye"
    LAST_CHANCE = "last_chance"
    """All is said; the caller may still say a word before the line is cut."""
    FINAL = "final"
    """The good-bye is being said and the call ends with it, whatever the caller says."""
    LAST_WORDS = "last_words"
    """The caller is about to hang up, and what they said before that is being understood."""
    GONE = "gone"
    """They have; the call ends as soon as that is understood."""


class Consent(StrEnum):
    """Of the caller, to being recorded."""

    NONE = "none"
    """It was not asked for."""
    ASKING = "asking"
    """The question was not heard to its end yet: what is said before cannot be a yes to it."""
    ASKED = "asked"
    """The question was heard to its end."""
    ANNOUNCING = "announcing"
    """What was not announced to the end is not recorded."""
    GIVEN = "given"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation."""

    script: Script
    mouth: Mouth = Mouth()
    taken: Taken | None = None
    question: Question = Question()
    repair: Repair = Repair()
    known: Known = Known()
    callback: Callback | None = None
    transit: Transit | None = None
    """None while the caller is on no way to a person."""
    places: int = 0
    """Places taken so far."""
    nobody: bool = False
    """Nobody could come: from now on a call back is the way to a person."""
    offered: Offer | None = None
    """What the last line offered. Nobody can take what they have not begun to hear."""
    resume: Line | None = None
    """The question of a form that an offer of a colleague came between."""
    health: Health = Health.GOOD
    consent: Consent = Consent.NONE
    closing: Closing = Closing.NO
    outcome: Outcome = Outcome.ABANDONED
    """What the call would be recorded as if it ended now."""
    cause: str = "hotline"
    """Who or what would have ended it: see `CallEnd`."""
    uses: Mapping[str, int] = field(default_factory=dict)
    """How often each phrase was used."""
