"""A desk without people: it says what a script says, when the script says it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field

from ivr.core.desk import DeskNews, Nobody, NobodyReason, PartingHow, Place, Taken, Waiting
from ivr.core.records import HandOver


@dataclass(frozen=True, slots=True)
class After:
    """News that come so many seconds after what came before."""

    seconds: float
    news: DeskNews | Callable[[], DeskNews]
    """A function is called when it is due: legs are opened when they are needed."""


@dataclass
class ScriptedDesk:
    """Implements `ports.Desk`. Without a script nobody is there."""

    script: Sequence[After] = ()
    """What each caller is told; after it they wait for ever."""
    again: Sequence[After] | None = None
    """What callers are told who come back to the queue, if that differs."""
    waited: list[Waiting] = field(default_factory=list)
    """Everybody who took a place, in order."""
    given_up: list[str] = field(default_factory=list)
    """Calls that left before anybody had come."""
    called_back: list[Waiting] = field(default_factory=list)
    facts: list[HandOver] = field(default_factory=list)
    """What the assistant has learnt of callers it had back, in order."""
    passings: list[tuple[str, str]] = field(default_factory=list)
    """Who gave a caller straight to whom, in order."""
    partings: list[tuple[str, str, PartingHow]] = field(default_factory=list)

    async def outlook(self, client: str, queue: str = "", language: str = "de") -> Place | Nobody:
        if not self.script:
            return Nobody(NobodyReason.UNSTAFFED)
        first = self.script[0].news
        return first if isinstance(first, Place | Nobody) else Place(1, 0.0)

    async def enqueue(self, waiting: Waiting) -> AsyncGenerator[DeskNews, None]:
        before = any(each.call_id == waiting.call_id for each in self.waited)
        self.waited.append(waiting)
        script = self.again if before and self.again is not None else self.script
        if not script:
            yield Nobody(NobodyReason.UNSTAFFED)
            return
        settled = False
        try:
            for each in script:
                await asyncio.sleep(each.seconds)
                news = each.news() if callable(each.news) else each.news
                settled = isinstance(news, Taken | Nobody)
                yield news
                if settled:
                    return
            await asyncio.Event().wait()
        finally:
            if not settled:
                self.given_up.append(waiting.call_id)

    async def call_back(self, waiting: Waiting) -> None:
        self.called_back.append(waiting)

    async def learnt(self, call_id: str, hand_over: HandOver) -> None:
        self.facts.append(hand_over)

    async def passed(self, call_id: str, agent: str, to: Taken) -> None:
        self.partings.append((call_id, agent, PartingHow.TRANSFERRED))
        self.passings.append((agent, to.agent))

    async def parted(self, call_id: str, agent: str, how: PartingHow) -> None:
        self.partings.append((call_id, agent, how))
