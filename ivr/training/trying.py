"""Trying a model before callers meet it: what it makes of words, without a trace in any figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ivr.core.errors import HotlineError
from ivr.core.understanding import Reply
from ivr.training import pieces as p
from ivr.training.pieces import Content


class ModelLoading(HotlineError):
    """The model is not ready yet: ask again in a moment."""


class CannotTry(HotlineError):
    """It cannot be tried now; the text says why, in the admin's words."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One thing that was said, and what the hotline made of it."""

    said: str
    """The admin's words; empty for the greeting."""
    answer: str
    reply: Reply | None = None
    """None where the words did not reach the understanding: keys, or a call back being agreed."""
    rule: str = ""
    seconds: float = 0.0
    """From the words to the answer's text."""
    ended: bool = False
    """The hotline has hung up: what is said next begins a new call."""


@dataclass(frozen=True, slots=True)
class Recognized:
    text: str
    confidence: float
    seconds: float
    """That the recognizer took, waiting included."""


class TryOuts(Protocol):
    """Conversations of admins with models; each has a key of its own."""

    async def greet(self, talk: str, model: str) -> Exchange:
        """Begin anew, with a model; the active one if empty. Raises ModelLoading, CannotTry."""
        ...

    async def say(self, talk: str, model: str, text: str) -> Exchange:
        """Raises ModelLoading and CannotTry."""
        ...

    async def hear(self, talk: str, pcm: bytes, *, phone: bool) -> Recognized:
        """Recognize 16 kHz PCM as in a call; `phone`: through the telephone's band. Raises
        CannotTry."""
        ...


def rule_taken(content: Content, reply: Reply) -> str:
    """The title of the rule that led from the intent to what was done; empty if none did."""
    found, most = "", 0
    for piece in content.of(p.RULE).values():
        steps = piece.body["steps"]
        if not steps or not isinstance(steps[0], Mapping):
            continue
        named = {
            step["action"] for step in steps if isinstance(step, Mapping) and "action" in step
        }
        fits = steps[0].get("intent") == reply.guess.intent and named <= set(reply.actions)
        if fits and len(named) > most:
            found, most = str(piece.body["title"]), len(named)
    return found
