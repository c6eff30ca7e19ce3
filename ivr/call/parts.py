"""What belongs to one call, in one piece for those who work on it together."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from ivr.call.bridge import Outlet
from ivr.call.ears import Ears
from ivr.call.engines import Engines
from ivr.call.inbox import Inbox
from ivr.call.minutes import Minutes
from ivr.call.news import NewsHub
from ivr.core.desk import Taken, Waiting
from ivr.core.ports import Leg
from ivr.core.records import CallStart, HandOver


@dataclass(frozen=True, slots=True)
class Outgoing:
    """For whom we call somebody, and why."""

    call_id: str
    """A new one, for the record of this call."""
    waiting: Waiting
    """Whom we call; its id is the desk's name for this call."""
    taken: Taken
    """The agent, who is there."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Made when the call is answered."""

    start: CallStart
    leg: Leg
    """The caller's."""
    engines: Engines
    inbox: Inbox
    minutes: Minutes
    ears: Ears
    """The caller's words, to the hotline's ears."""
    outlet: Outlet
    news: NewsHub
    complete: Callable[[HandOver], HandOver] = field(repr=False)
    """Adds transcript and summary."""
    group: asyncio.TaskGroup = field(repr=False)
    """The call's: whatever runs in it ends with it."""
    out: Outgoing | None = None
    """For whom we called, if it was we who did."""

    @property
    def desk_id(self) -> str:
        """What the desk calls this call."""
        return self.start.call_id if self.out is None else self.out.waiting.call_id
