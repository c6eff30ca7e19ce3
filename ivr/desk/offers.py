"""One offer from the claim to what became of it."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from ivr.config.desk import Desk as DeskSettings
from ivr.config.desk_plan import Plan, Site
from ivr.core.desk import Taken
from ivr.core.desk_store import DeskStore
from ivr.core.staffing import OfferEnd, OfferMade, SiteState, Wait, WaitState
from ivr.desk import presence
from ivr.desk.changes import change_agent, change_site, change_wait
from ivr.desk.rings import (
    Answered,
    NotAnswered,
    Offer,
    Refused,
    Ring,
    RingResult,
    Unreachable,
)
from ivr.desk.routing import Assignment
from ivr.desk.trouble import answers, failed, silent, worked

_log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


class Offers:
    """Makes offers. Every method raises StoreUnavailable."""

    def __init__(
        self, store: DeskStore, plan: Plan, settings: DeskSettings, ring: Ring, clock: Clock
    ) -> None:
        self._store = store
        self._plan = plan
        self._settings = settings
        self._ring = ring
        self._clock = clock
        self._ringing: dict[str, asyncio.Task[RingResult]] = {}

    async def make(self, made: Assignment, wanted: Callable[[], bool]) -> Taken | None:
        """Claim, ring, and keep the result; None if nobody has taken the call.

        `wanted`: whether the caller is still there; `stop_ringing` tells when they are not.
        """
        now, wait, agent = self._clock(), made.wait, made.agent
        claimed = replace(
            wait,
            state=WaitState.OFFERED,
            agent=agent.id if agent else made.site.id,
            site=made.site.id,
            why=made.why,
            offered_at=now,
        )
        me = self._store.me
        reserved = presence.reserve(agent, now, wait.call_id, me) if agent else None
        if agent is not None and reserved is None:
            return None
        if not await self._store.claim(claimed, reserved, made.site.lines):
            return None
        if agent is not None:
            await change_agent(self._store, agent.id, lambda a: presence.ring(a, self._clock()))
        offered = replace(made, wait=claimed)
        result = await self._answer(offered) if wanted() else None
        if result is None:
            await self.take_back(wait.call_id)
            return None
        if isinstance(result, Answered):
            return await self._accepted(offered, result)
        await self._not_taken(offered, result)
        return None

    def stop_ringing(self, call_id: str) -> None:
        """The caller has left. An answer that is there already still counts."""
        if (ringing := self._ringing.get(call_id)) is not None:
            ringing.cancel()

    async def _answer(self, made: Assignment) -> RingResult | None:
        """None if the ringing was stopped."""
        call_id = made.wait.call_id
        ringing = asyncio.create_task(self._rung(made))
        self._ringing[call_id] = ringing
        try:
            await asyncio.wait({ringing})
        finally:
            del self._ringing[call_id]
            ringing.cancel()
        if ringing.cancelled():
            return None
        if (fault := ringing.exception()) is not None:
            _log.error("a call cannot be offered", exc_info=fault)
            return Unreachable()
        return ringing.result()

    async def take_back(self, call_id: str) -> None:
        """The call waits again, and whoever was rung for it is free."""
        wait = await self._store.wait_of(call_id)
        if wait is None or wait.state is not WaitState.OFFERED:
            return
        offer = self._offer_made(wait, OfferEnd.WITHDRAWN)
        await change_wait(
            self._store,
            call_id,
            lambda w: _back(w) if w.state is WaitState.OFFERED else None,
            wait.agent,
            lambda a: presence.withdraw(a, self._clock()),
            offer,
        )

    async def _rung(self, made: Assignment) -> RingResult:
        queue = self._plan.queue(made.wait.queue)
        offer = Offer(
            uuid4().hex,
            made.wait.waiting,
            queue,
            made.site,
            made.agent,
            self._settings.offer_s,
            made.why,
            made.wait.kept,
        )
        try:
            async with asyncio.timeout(self._settings.offer_s):
                return await self._ring.ring(offer)
        except TimeoutError:
            return NotAnswered()

    async def _accepted(self, made: Assignment, answer: Answered) -> Taken | None:
        wait, agent, now = made.wait, made.agent, self._clock()

        def taken(current: Wait) -> Wait | None:
            if current.state is not WaitState.OFFERED:
                return None
            # Who is to be called back has not been spoken with before they answer.
            return replace(
                current, state=WaitState.TALKING, taken_at=None if current.kept else now
            )

        today = self.today(made.site)
        saved = None
        try:
            saved = await change_wait(
                self._store,
                wait.call_id,
                taken,
                agent.id if agent else None,
                lambda a: presence.accept(a, now, today),
                self._offer_made(made.wait, OfferEnd.ACCEPTED),
            )
        finally:
            if saved is None:
                await answer.leg.hang_up()
        if saved is None:
            return None
        if agent is None:
            await change_site(self._store, made.site.id, worked)
        who = agent.id if agent else made.site.id
        name = agent.name if agent else made.site.name
        return Taken(
            who,
            name,
            made.site.id,
            answer.leg,
            by_phone=answer.by_phone,
            why=made.why,
            send_on=agent is None and made.site.join == "transfer",
        )

    async def _not_taken(self, made: Assignment, result: RingResult) -> None:
        ends = {Refused: OfferEnd.REFUSED, NotAnswered: OfferEnd.MISSED}
        end = ends.get(type(result), OfferEnd.FAILED)
        agent = made.agent
        await change_wait(
            self._store,
            made.wait.call_id,
            lambda w: _tried(w, self._clock()) if w.state is WaitState.OFFERED else None,
            agent.id if agent else None,
            lambda a: presence.miss(a, self._clock(), self._settings.misses),
            self._offer_made(made.wait, end),
        )
        fault = isinstance(result, Unreachable) and not result.busy
        if agent is None and (fault or isinstance(result, NotAnswered)):
            await self.site_failed(made.site)

    async def site_probed(self, site: Site, *, alive: bool) -> bool:
        """Whether that an external site answers, or does not, changes anything."""
        pause_s, changed = self._settings.site_pause_s, list[SiteState]()

        def judged(state: SiteState) -> SiteState | None:
            now = self._clock()
            after = answers(state, now) if alive else silent(state, now, pause_s)
            changed[:] = [] if after is None else [after]
            return after

        await change_site(self._store, site.id, judged)
        return bool(changed)

    async def site_failed(self, site: Site) -> None:
        """Take an external site out for a while."""
        pause_s = self._settings.site_pause_s
        await change_site(
            self._store, site.id, lambda state: failed(state, self._clock(), pause_s)
        )

    def today(self, site: Site) -> date:
        return self._clock().astimezone(ZoneInfo(site.timezone)).date()

    def _offer_made(self, wait: Wait, end: OfferEnd) -> OfferMade:
        now = self._clock()
        at = wait.offered_at or now
        rang_s = (now - at).total_seconds()
        return OfferMade(
            wait.call_id, wait.queue, wait.agent or "", wait.site or "", at, end, rang_s
        )


def _back(wait: Wait) -> Wait:
    """To where the call was before the offer."""
    return replace(wait, state=WaitState.WAITING, agent=None, site=None, offered_at=None)


def _tried(wait: Wait, now: datetime) -> Wait:
    return replace(_back(wait), tried={**wait.tried, wait.agent or "": now})
