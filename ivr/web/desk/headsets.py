"""Keeps each agent's headset, from the moment their page connects it until it has gone."""

import asyncio
import logging
from collections.abc import AsyncIterable, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Self

from ivr.config.webrtc import WebRtc
from ivr.core.errors import StoreUnavailable
from ivr.desk.hub import Hub
from ivr.desk.people import People
from ivr.lines.webrtc.accept import accept_offer, resume
from ivr.lines.webrtc.headset import Headset
from ivr.lines.webrtc.offer import Offer, OfferRefused

log = logging.getLogger(__name__)

RECONNECT_S = 4.0
"""How long a headset whose browser is silent stays in its call. A caller hears nothing meanwhile,
so it is short; the agent has half a minute more to come back to the call."""
MOST = 500
"""Headsets at once."""


class TooMany(Exception):
    """No further headset can be connected."""


@dataclass(slots=True)
class _Worn:
    headset: Headset
    page: str
    """Which window it belongs to."""
    task: asyncio.Task[None] | None = None


class Headsets:
    """All agents' headsets. Used as a context, at whose end they are disconnected.

    `back` is told when an agent's headset is up (again), `changed` when it is up or gone.
    """

    def __init__(
        self,
        settings: WebRtc,
        hub: Hub,
        people: People,
        back: Callable[[str, Headset], Awaitable[None]],
        changed: Callable[[str], None],
    ) -> None:
        self._settings = settings.model_copy(update={"reconnect_s": RECONNECT_S})
        self._hub = hub
        self._people = people
        self._back = back
        self._changed = changed
        self._worn: dict[str, _Worn] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        tasks = [worn.task for worn in self._worn.values() if worn.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def of(self, agent_id: str) -> Headset | None:
        """The agent's headset, if it works now."""
        worn = self._worn.get(agent_id)
        return worn.headset if worn is not None and worn.headset.up else None

    async def connect(self, agent_id: str, page: str, offer: Offer) -> str:
        """Connect, or come back; the SDP that the browser waits for.

        A window that had the headset before is told that it has it no more. Raises OfferRefused
        and TooMany.
        """
        worn = self._worn.get(agent_id)
        if worn is not None and not worn.headset.wire.over:
            if worn.page != page:
                worn.headset.tell({"type": "replaced"})
                worn.page = page
            answer = await resume(worn.headset.wire, offer)
            if answer is not None:
                return answer
            if not worn.headset.wire.over:
                raise OfferRefused("a later offer was faster")
            # It was taken off meanwhile: this is a new one.
        if len(self._worn) >= MOST:
            raise TooMany
        wire, answer = await accept_offer(offer, self._settings)
        wire.on_attached = partial(self._changed, agent_id)
        worn = self._worn[agent_id] = _Worn(Headset(wire), page)
        worn.task = asyncio.create_task(self._wear(agent_id, worn), name="headset")
        return answer

    def disconnect(self, agent_id: str, page: str) -> None:
        """The agent takes the headset off, in this window."""
        worn = self._worn.get(agent_id)
        if worn is not None and worn.page == page:
            worn.headset.wire.leave()

    async def _wear(self, agent_id: str, worn: _Worn) -> None:
        carrying = asyncio.create_task(worn.headset.run(), name="headset sound")
        try:
            if await worn.headset.wire.connected():
                await self._ring_here(agent_id, worn, carrying)
        except Exception:
            # One agent's fault must not reach another.
            log.exception("a headset has failed")
        finally:
            carrying.cancel()
            await asyncio.wait([carrying])
            if self._worn.get(agent_id) is worn:
                del self._worn[agent_id]
                with suppress(StoreUnavailable):
                    await self._people.disconnected(agent_id)
            self._changed(agent_id)

    async def _ring_here(self, agent_id: str, worn: _Worn, carrying: "asyncio.Task[None]") -> None:
        """Calls can be offered for as long as the headset is there."""
        async with self._hub.listen(agent_id) as news:
            telling = asyncio.create_task(self._tell(agent_id, news), name="headset news")
            try:
                await self._people.connected(agent_id)
                await self._back(agent_id, worn.headset)
                self._changed(agent_id)
                await asyncio.wait([carrying])
            finally:
                telling.cancel()
                await asyncio.wait([telling])

    async def _tell(self, agent_id: str, news: AsyncIterable[object]) -> None:
        async for _ in news:
            self._changed(agent_id)
