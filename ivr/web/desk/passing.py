"""Passing a caller on from the desk: to a colleague, a number, or a call centre.

Whoever is to take the caller is there before the agent is let go; if nobody comes, the agent has
the caller back. Meanwhile the caller hears music.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from ivr.call.conversation import Conversation
from ivr.config.desk_plan import Site
from ivr.core.desk import CallOutEnd, PartingHow, Taken
from ivr.core.errors import NotConnected
from ivr.core.records import CallEnd
from ivr.core.staffing import Wait
from ivr.desk.centres import ask_centre
from ivr.desk.colleagues import LetGo, ask_in
from ivr.desk.premises import Premises

Parted: TypeAlias = Callable[[str, str, PartingHow], Awaitable[None]]


@dataclass(slots=True)
class UnderWay:
    """Somebody is being asked to take a caller."""

    whom: str
    held: bool
    """Whether the caller hears music meanwhile, and not the agent."""
    asking: "asyncio.Task[Taken | CallOutEnd]"


class Passing:
    """All agents'. Everything raises StoreUnavailable, and NotConnected if there is no call any
    more; what it answers is None if it is done, or why nobody came."""

    def __init__(
        self,
        premises: Premises,
        parted: Parted,
        let_go: LetGo,
        changed: Callable[[], None],
    ) -> None:
        self._at = premises
        self._parted = parted
        self._let_go = let_go
        self._changed = changed
        self._under_way: dict[str, UnderWay] = {}

    def of(self, agent_id: str) -> UnderWay | None:
        """Whom this agent waits for now."""
        return self._under_way.get(agent_id)

    def stop(self, agent_id: str) -> None:
        """Ask no longer; the agent has the caller back."""
        under_way = self._under_way.get(agent_id)
        if under_way is not None:
            under_way.asking.cancel()

    async def to_number(
        self, agent_id: str, talk: Conversation, number: str, *, first: bool
    ) -> CallOutEnd | None:
        """`first`: the agent speaks with them before the caller does."""
        line = self._at.outward.line
        if line is None:
            return CallOutEnd.LINE_DOWN
        if not line.allows(number):
            return CallOutEnd.NOT_ALLOWED
        asking = self._ask(agent_id, talk, number, line.reach(number), hold=not first)
        return await self._let_in_who_comes(asking, talk, talk.consult if first else talk.transfer)

    async def to_colleague(
        self, agent_id: str, talk: Conversation, colleague: str, why: str
    ) -> CallOutEnd | None:
        asking = self._ask_colleague(agent_id, talk, colleague, why, hold=True)
        return await self._let_in_who_comes(asking, talk, talk.transfer)

    async def consult(
        self, agent_id: str, talk: Conversation, colleague: str, why: str
    ) -> CallOutEnd | None:
        """The caller is spoken with until the colleague is there, and then on hold."""
        asking = self._ask_colleague(agent_id, talk, colleague, why, hold=False)
        return await self._let_in_who_comes(asking, talk, talk.consult)

    async def to_site(
        self, agent_id: str, talk: Conversation, site: Site, why: str
    ) -> CallOutEnd | None:
        """To a call centre that is reached by telephone."""
        ring = ask_centre(self._at, self._let_go, site, await self._wait(talk), why)
        taken = await self._ask(agent_id, talk, site.name, ring, hold=True)
        if isinstance(taken, CallOutEnd):
            return taken
        await self._let_in(talk, taken, talk.transfer)
        return None

    async def _ask_colleague(
        self, agent_id: str, talk: Conversation, colleague: str, why: str, *, hold: bool
    ) -> Taken | CallOutEnd:
        wait = await self._wait(talk)
        known = await self._at.store.agent(colleague)

        async def ask() -> Taken | CallOutEnd:
            found = await ask_in(self._at, self._let_go, colleague, wait, why)
            return CallOutEnd.NO_ANSWER if found is None else found

        name = colleague if known is None else known.name
        return await self._ask(agent_id, talk, name, ask(), hold=hold)

    async def _wait(self, talk: Conversation) -> Wait:
        wait = await self._at.store.wait_of(talk.call_id)
        if wait is None:
            raise NotConnected("the desk does not know this call")
        return wait

    async def _ask(
        self,
        agent_id: str,
        talk: Conversation,
        whom: str,
        ask: Coroutine[Any, Any, Taken | CallOutEnd],
        *,
        hold: bool,
    ) -> Taken | CallOutEnd:
        """Until somebody comes, the caller leaves, or the agent has had enough of it."""
        if not talk.connected or agent_id in self._under_way:
            ask.close()
            raise NotConnected("nobody can be asked to take this call now")
        asking = asyncio.create_task(ask, name="pass on")
        over = asyncio.create_task(_end_of(talk), name="end of call")
        self._under_way[agent_id] = UnderWay(whom, hold, asking)
        found: Taken | CallOutEnd = CallOutEnd.GIVEN_UP
        try:
            if hold:
                talk.hold()
            self._changed()
            await asyncio.wait({asking, over}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
            asking.cancel()
            await asyncio.wait({asking, over})
            del self._under_way[agent_id]
            if not asking.cancelled() and asking.exception() is None:
                found = asking.result()
            if hold and isinstance(found, CallOutEnd):
                with suppress(NotConnected):
                    talk.resume()
            self._changed()
        return found if asking.cancelled() else asking.result()

    async def _let_in_who_comes(
        self,
        asking: Awaitable[Taken | CallOutEnd],
        talk: Conversation,
        let_in: Callable[[Taken], None],
    ) -> CallOutEnd | None:
        taken = await asking
        if isinstance(taken, CallOutEnd):
            return taken
        await self._let_in(talk, taken, let_in)
        return None

    async def _let_in(
        self, talk: Conversation, taken: Taken, let_in: Callable[[Taken], None]
    ) -> None:
        try:
            let_in(taken)
        except NotConnected:
            await taken.leg.hang_up()
            await self._parted(talk.call_id, taken.agent, PartingHow.DONE)
            raise


async def _end_of(talk: Conversation) -> None:
    news = talk.news()
    try:
        async for each in news:
            if isinstance(each, CallEnd):
                return
    finally:
        news.close()
