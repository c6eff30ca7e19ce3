"""How a call is offered to somebody, whatever they have on their desk."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from ivr.config.desk_plan import Queue, Site
from ivr.core.desk import Waiting
from ivr.core.ports import Leg
from ivr.core.staffing import Agent


@dataclass(frozen=True, slots=True)
class Offer:
    """A call that somebody may take."""

    id: str
    waiting: Waiting
    queue: Queue
    site: Site
    agent: Agent | None
    """None for an external site, which finds somebody by itself."""
    rings_s: float
    why: str = ""
    callback: bool = False
    """The caller is not on the line: whoever accepts calls them back."""


@dataclass(frozen=True, slots=True)
class Answered:
    leg: Leg
    by_phone: bool = False
    """Whether the end of the leg is the agent's hanging up."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The agent said no."""


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """Nobody reacted."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The way there does not work: a page that is gone, a trunk that refuses."""

    busy: bool = False
    """Somebody is there, but has no line free now: no fault."""


RingResult: TypeAlias = Answered | Refused | NotAnswered | Unreachable


class Ring(Protocol):
    async def ring(self, offer: Offer) -> RingResult:
        """Offer a call and wait for what comes of it. Being cancelled withdraws the offer: if it
        is accepted at that moment, the leg is hung up."""
        ...

    async def alive(self, site: Site) -> bool:
        """Whether an external site answers, without calling anybody there. Never raises."""
        ...


@dataclass
class ScriptedRing:
    """The fake: reacts as `react` says, `after_s` later."""

    react: Callable[[Offer], RingResult]
    after_s: float = 1.0
    down: set[str] = field(default_factory=set)
    """Sites that do not answer."""
    ringing: dict[str, Offer] = field(default_factory=dict)
    """By who is rung: an agent's id, or a site's."""
    rung: list[Offer] = field(default_factory=list)

    async def ring(self, offer: Offer) -> RingResult:
        whom = offer.agent.id if offer.agent is not None else f"{offer.site.id}/{offer.id}"
        if whom in self.ringing:
            raise RuntimeError("two offers at once for one agent")
        self.rung.append(offer)
        self.ringing[whom] = offer
        try:
            await asyncio.sleep(self.after_s)
            return self.react(offer)
        finally:
            del self.ringing[whom]

    async def alive(self, site: Site) -> bool:
        return site.id not in self.down


@dataclass(slots=True)
class Switchboard:
    """Rings each at what they have: a browser, or a telephone."""

    browsers: Ring
    phones: Ring | None = None
    """None while there is no telephone line."""

    async def ring(self, offer: Offer) -> RingResult:
        by_phone = offer.agent is None or offer.agent.phone is not None
        if not by_phone:
            return await self.browsers.ring(offer)
        return Unreachable() if self.phones is None else await self.phones.ring(offer)

    async def alive(self, site: Site) -> bool:
        return self.phones is not None and await self.phones.alive(site)
