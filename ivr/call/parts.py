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
from ivr.core.ports import Leg
from ivr.core.records import CallStart, HandOver


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
