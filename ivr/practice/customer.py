"""The synthetic customer: takes what the agent says and does, and decides what to say. Pure.

Time is given with every call, in seconds. The mood goes from 0 (calm) to 100: it rises when the
customer is kept waiting, interrupted or asked the same again, and falls when they are helped.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ivr.core.practice import MoodAt
from ivr.practice.exercise import Answer, Exercise
from ivr.practice.listening import HOLD_ON, KIND, is_acknowledgement, said

ANGRY = 60
"""From this mood on the angry words are said, and the customer gives way to nobody."""
FURIOUS = 100
THINKS_S = 0.35
"""Between the agent's words and the customer's."""
BREATHES_S = 0.4
"""Between two lines of one answer."""
HOLD_ON_TIMES = 4
"""So many times longer an announced wait may last."""
HELD_STEP_S = 10.0
NOT_HEARD_S = 5.0
"""The agent has fallen silent, and no words came."""
AGAIN_BELOW = 0.7
"""A line is said once more if less of it was heard when it was interrupted."""
MOST_LINES = 3
"""Lines in one turn; more would be a speech."""
KIND_COUNTS = 3
"""Apologies that help; after them only deeds do."""

WAITING, ON_HOLD, INTERRUPTED, ASKED_AGAIN, LOST, UNSOLVED, KIND_WORDS = 8, 4, 10, 4, 3, 8, -8


@dataclass(frozen=True, slots=True)
class Speak:
    text: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Hang up."""


Deed: TypeAlias = Speak | Leave


class Customer:
    """One customer in one call, from the moment the agent is joined (0 s)."""

    def __init__(self, exercise: Exercise) -> None:
        self.solved = False
        self.moods: list[MoodAt] = []
        self._exercise = exercise
        self._mood = 0
        self._pending: deque[str] = deque()
        self._due = 0.0
        self._speaking: str | None = None
        self._agent_speaks = False
        self._quiet_since = 0.0
        self._unheard_since: float | None = None
        self._opened = False
        self._answered: set[str] = set()
        self._leaving = False
        self._nudges = 0
        self._said_once: dict[str, int] = {}
        self._patient = False
        self._held_since: float | None = None
        self._held_steps = 0
        self._feels(0.0, exercise.customer.mood, "begin")

    @property
    def mood(self) -> int:
        return self._mood

    @property
    def gives_way(self) -> bool:
        """Whether they fall silent when somebody speaks over them."""
        return self._mood < ANGRY

    def agent_begins(self, now: float) -> None:
        """The agent has begun to speak."""
        self._agent_speaks = True
        self._unheard_since = None

    def agent_ends(self, now: float, *, words: bool = True) -> None:
        """The agent has fallen silent; `words`: what they said is still to come."""
        self._agent_speaks = False
        self._quiet_since = now
        self._unheard_since = now if words else None
        self._due = max(self._due, now + THINKS_S)

    def interrupted(self, now: float, share: float) -> None:
        """The agent spoke over the line that is being said, of which this share was heard."""
        line, times = self._speaking, self._count("interrupted")
        self._feels(now, INTERRUPTED, "interrupted")
        if not self.gives_way:
            return
        self._speaking = None
        if line is not None and share < AGAIN_BELOW and times <= 2:
            self._pending.appendleft(line)
            if times == 1 and self._exercise.interrupted:
                self._pending.appendleft(self._exercise.interrupted[0])

    def has_said(self, now: float) -> None:
        """The line is over."""
        self._speaking = None
        self._quiet_since = now
        self._due = now + BREATHES_S

    def held(self, now: float, on: bool) -> None:
        """The agent has put the customer on hold, or is back."""
        self._held_since = now if on else None
        self._held_steps = 0
        self._quiet_since = now
        if on:
            self._unheard_since = None

    def heard(self, now: float, text: str) -> None:
        """These words of the agent were understood."""
        self._unheard_since = None
        self._quiet_since = now
        self._nudges = 0
        self._due = max(self._due, now + THINKS_S)
        if self._leaving:
            return
        if said(KIND, text) and self._count("kind") <= KIND_COUNTS:
            self._feels(now, KIND_WORDS, "kind")
        self._patient = said(HOLD_ON, text)
        if not self._opened:
            self._opened = True
            self._say(*self._exercise.opening)
            return
        answered = self._answer(now, text)
        if said(self._exercise.goodbye.when, text):
            self._part(now)
        elif not answered and not self._patient and not is_acknowledgement(text):
            self._at_a_loss(now)

    def tick(self, now: float) -> Deed | None:
        """What they do now; call it at every frame."""
        if self._held_since is not None:
            return self._on_hold(now, self._held_since)
        if self._speaking is not None or self._agent_speaks or now < self._due:
            return None
        if self._unheard_since is not None:
            # Somebody who has just spoken is waited for: their words take a moment.
            if now - self._unheard_since < NOT_HEARD_S:
                return None
            self._unheard_since = None
            self._say(self._exercise.not_heard)
        if self._mood >= FURIOUS and not self._leaving:
            self._pending.clear()
            self._say(self._exercise.leaves)
            self._leaving = True
        if self._pending:
            self._speaking = self._pending.popleft()
            return Speak(self._speaking)
        if self._leaving:
            return Leave()
        self._ask_if_there(now)
        return None

    def _answer(self, now: float, text: str) -> bool:
        """Answer what was asked; says whether anything was."""
        asked = [each for each in self._exercise.answers if said(each.when, text)]
        ready = [each for each in asked if self._answered.issuperset(each.after)]
        fresh = [each for each in ready if each.id not in self._answered][:MOST_LINES]
        for answer in fresh:
            self._answered.add(answer.id)
            angry = self._mood >= ANGRY and answer.angry is not None
            self._say((answer.angry if angry else None) or answer.says)
            self._feels(now, answer.mood, "helped")
        if not fresh and ready:
            self._repeat(now, ready[0])
        return bool(ready)

    def _repeat(self, now: float, answer: Answer) -> None:
        self._feels(now, ASKED_AGAIN, "asked_again")
        self._say(answer.again or answer.says)

    def _part(self, now: float) -> None:
        """The agent says good-bye."""
        goodbye = self._exercise.goodbye
        missing = not self._answered.issuperset(goodbye.needs)
        if missing:
            self._feels(now, UNSOLVED, "unsolved")
        if missing and self._count("unsolved") == 1:
            self._say(goodbye.unsolved)
            return
        self.solved = not missing
        self._say(self._exercise.leaves if missing else goodbye.says)
        self._leaving = True

    def _at_a_loss(self, now: float) -> None:
        digressions = self._exercise.digressions
        times = self._count("lost")
        if times <= len(digressions):
            self._say(digressions[times - 1])
            return
        self._feels(now, LOST, "lost")
        if self._exercise.otherwise:
            self._say(_turn(self._exercise.otherwise, times - len(digressions)))

    def _ask_if_there(self, now: float) -> None:
        patience_s = self._exercise.customer.patience_s
        if self._patient:
            patience_s *= HOLD_ON_TIMES
        if now - self._quiet_since < patience_s:
            return
        self._quiet_since = now
        self._patient = False
        self._nudges += 1
        self._feels(now, WAITING * self._nudges, "waiting")
        if self._nudges > len(self._exercise.nudges):
            self._say(self._exercise.leaves)
            self._leaving = True
        else:
            self._say(self._exercise.nudges[self._nudges - 1])

    def _on_hold(self, now: float, since: float) -> Deed | None:
        """Music is patience's enemy: the more so if it came unannounced."""
        free_s = self._exercise.customer.patience_s * (HOLD_ON_TIMES if self._patient else 1)
        steps = int((now - since - free_s) // HELD_STEP_S) + 1
        while self._held_steps < steps:
            self._held_steps += 1
            self._feels(now, ON_HOLD, "on_hold")
        if self._mood >= FURIOUS:
            self._leaving = True
            return Leave()
        return None

    def _say(self, *lines: str) -> None:
        self._pending.extend(lines)

    def _count(self, what: str) -> int:
        """How often this has happened, this time included."""
        self._said_once[what] = self._said_once.get(what, 0) + 1
        return self._said_once[what]

    def _feels(self, now: float, change: int, why: str) -> None:
        mood = min(FURIOUS, max(0, self._mood + change))
        if mood != self._mood or not self.moods:
            self._mood = mood
            self.moods.append(MoodAt(round(now, 1), mood, why))


def _turn(texts: Sequence[str], times: int) -> str:
    return texts[(times - 1) % len(texts)]
