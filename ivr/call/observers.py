"""Who looks on at a call from outside it."""

from collections.abc import Callable
from dataclasses import dataclass

from ivr.call.seating import Seating
from ivr.core.actions import Action
from ivr.core.events import CallEvent
from ivr.core.records import CallStart, Turn


@dataclass(frozen=True, slots=True)
class Observers:
    """Who wants to know how a call goes. Called on the loop; must not wait."""

    on_start: Callable[[CallStart], None] | None = None
    on_action: Callable[[Action], None] | None = None
    """Told of each action before it is carried out: of a prompt before it sounds."""
    on_turn: Callable[[Turn], None] | None = None
    on_event: Callable[[CallEvent], None] | None = None
    on_seating: Callable[[Seating], None] | None = None
    """Told whenever people are seated anew: the caller held, a colleague brought in."""
    on_level: Callable[[float], None] | None = None
    """Told how loud the caller is, in dBFS, about ten times a second."""
