"""The central office: takes callers into the queue and gets them to people.

All that is decided is decided by `routing` on the floor as the store has it. Several processes
may run one office each on one database: every office rings for its own callers only.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

from ivr.core.desk import DeskNews, Nobody, NobodyReason, PartingHow, Place, Taken, Waiting
from ivr.core.errors import StoreUnavailable
from ivr.core.records import HandOver, HandOverReason
from ivr.core.staffing import Wait, WaitEnd, WaitState
from ivr.desk import admission
from ivr.desk.changes import change_wait
from ivr.desk.faults import contained
from ivr.desk.hub import LookAnew
from ivr.desk.offers import Offers
from ivr.desk.premises import Premises
from ivr.desk.rounds import AWAY_S, ENDS, Rounds, abandoned
from ivr.desk.stay import Stay
from ivr.desk.upkeep import POLL_S, Upkeep

_log = logging.getLogger(__name__)

BEHIND_ALL = -1
"""Priority of those whom nobody could come for: they do not wait on the line."""
_NOBODY_THERE = (WaitEnd.CLOSED, WaitEnd.UNSTAFFED)


@asynccontextmanager
async def open_office(premises: Premises) -> AsyncIterator["Office"]:
    """An office that routes until this is left. End the calls of those who wait before."""
    async with asyncio.TaskGroup() as tasks:
        office = Office(premises, tasks)
        duties = (
            office.keep_routing(),
            office.keep_watch(),
            office.keep_up(),
            office.watch_sites(),
        )
        work = [tasks.create_task(duty) for duty in duties]
        try:
            yield office
        finally:
            for task in work:
                task.cancel()
            office.stop()


class Office:
    """Implements `core.desk.Desk`; made by `open_office`."""

    def __init__(self, premises: Premises, tasks: asyncio.TaskGroup) -> None:
        self._at = premises
        self._store, self._clock = premises.store, premises.clock
        self._tasks = tasks
        self._stopped = False
        self._stays: dict[str, Stay] = {}
        self._offers = Offers(
            premises.store, premises.plan, premises.settings, premises.ring, premises.clock
        )
        self._upkeep = Upkeep(premises, self._offers)
        self._rounds = Rounds(premises, self._offers, self._stays, tasks)

    async def keep_routing(self) -> None:
        await self._rounds.keep_routing()

    async def keep_watch(self) -> None:
        await self._rounds.keep_watch()

    async def keep_up(self) -> None:
        while True:
            with contained("wrap-up and absences are not looked after at the moment"):
                if self._upkeep.due() and await self._upkeep.round():
                    self.wake()
            await asyncio.sleep(POLL_S)

    async def watch_sites(self) -> None:
        """Apart from the upkeep: a site that does not answer takes seconds to be found out."""
        while True:
            # At the start the telephone line is not up yet.
            await asyncio.sleep(self._at.settings.site_check_s)
            with contained("sites are not looked after at the moment"):
                if await self._upkeep.check_sites():
                    self.wake()

    def stop(self) -> None:
        """Nothing rings any more, and places kept are left for the next start."""
        self._stopped = True
        self._rounds.stop()

    def wake(self) -> None:
        """Look at once: something has changed that routing depends on."""
        self._rounds.wake()

    async def outlook(self, client: str, queue: str = "", language: str = "de") -> Place | Nobody:
        now = self._clock()
        asked = self._new_wait(_somebody(client, queue, language, now))
        try:
            floor, rules = await self._store.floor(), await self._rounds.rules()
        except StoreUnavailable as error:
            _log.error("the desk cannot be asked", extra={"reason": str(error)})
            return Nobody(NobodyReason.UNSTAFFED)
        return admission.outlook(self._at.served(floor), rules, asked, now)

    async def enqueue(self, waiting: Waiting) -> AsyncGenerator[DeskNews, None]:
        stay = Stay(waiting)
        self._stays[waiting.call_id] = stay
        handed = False
        try:
            await self._join(stay)
            while not handed:
                news = await stay.next()
                handed = not isinstance(news, Place)
                yield news
        finally:
            # The caller may be back already, by another iterator.
            if self._stays.get(waiting.call_id) is stay:
                del self._stays[waiting.call_id]
            stay.left = True
            if not handed and not self._stopped:
                self._tasks.create_task(self._tidy(stay))

    async def call_back(self, waiting: Waiting) -> None:
        call_id, kept = waiting.call_id, replace(self._new_wait(waiting), kept=True)

        def keep(wait: Wait) -> Wait | None:
            return self._kept(wait, waiting)

        if (stay := self._stays.get(call_id)) is not None:
            stay.left = True
        await self._rounds.withdraw(call_id)
        there = await change_wait(self._store, call_id, keep)
        if there is None and not self._at.never_serves(kept):
            before = await self._store.wait_of(call_id)
            if before is not None and before.end in _NOBODY_THERE:
                # Their turn comes when nobody waits on the line: they had no place to keep.
                kept = replace(kept, waiting=replace(waiting, priority=BEHIND_ALL))
            await self._store.join(kept)
        self.wake()

    def _kept(self, wait: Wait, waiting: Waiting) -> Wait | None:
        """The place of whoever waits, or has just left. It is over where we may not call them:
        the work list has the wish, and nobody waits behind a place that never has its turn."""
        gone = wait.state is WaitState.ENDED and wait.end is WaitEnd.ABANDONED
        if not gone and wait.state is not WaitState.WAITING:
            return None
        asked = replace(waiting, since=wait.waiting.since)
        kept = replace(wait, waiting=asked, kept=True, owner=self._store.me)
        if self._at.never_serves(kept):
            end, ended_at = WaitEnd.CALL_BACK, self._clock()
            return replace(kept, state=WaitState.ENDED, end=end, ended_at=ended_at)
        return replace(kept, state=WaitState.WAITING, end=None, ended_at=None)

    async def learnt(self, call_id: str, hand_over: HandOver) -> None:
        """The stay has it, for the agent's form."""

        def learnt(wait: Wait) -> Wait:
            return replace(wait, waiting=replace(wait.waiting, hand_over=hand_over))

        await change_wait(self._store, call_id, learnt)
        self._at.hub.tell_all(LookAnew())

    async def parted(self, call_id: str, agent: str, how: PartingHow) -> None:
        await self._rounds.part(call_id, agent, self._clock())

    async def passed(self, call_id: str, agent: str, to: Taken) -> None:
        await self._rounds.part(call_id, agent, self._clock(), to=to)

    async def let_go(self, call_id: str, agent: str) -> None:
        """Nothing comes of what this agent was rung for; or it did, and is over. Never fails."""
        await self._rounds.part(call_id, agent, self._clock(), rung=True)

    def _new_wait(self, waiting: Waiting) -> Wait:
        queue = self._at.plan.queue(waiting.queue)
        skill = queue.skills.get(waiting.hand_over.intent or "")
        return Wait(waiting, queue.id, (skill,) if skill else (), owner=self._store.me)

    async def _join(self, stay: Stay) -> None:
        """Whoever had a place, or an agent, before is let in whatever the outlook."""
        try:
            async with asyncio.timeout(AWAY_S):
                await self._let_in(stay)
        except (StoreUnavailable, TimeoutError) as error:
            _log.error("the queue cannot be kept", extra={"reason": str(error)})
            stay.fail()
        self.wake()

    async def _let_in(self, stay: Stay) -> None:
        waiting, now = stay.waiting, self._clock()
        floor = self._at.served(await self._store.floor())
        wait = self._new_wait(waiting)
        if waiting.caller:
            wait = replace(wait, last_agent=await self._store.last_agent(waiting.caller))
        if not any(each.call_id == waiting.call_id for each in floor.waits):
            seen = admission.outlook(floor, await self._rounds.rules(), wait, now)
            if isinstance(seen, Nobody) and waiting.priority <= 0:
                ended = replace(wait, state=WaitState.ENDED, end=ENDS[seen.reason])
                await self._store.join(replace(ended, ended_at=now))
                stay.tell(seen)
                return
        await self._store.join(wait)

    async def _tidy(self, stay: Stay) -> None:
        """The caller has gone, perhaps with somebody on the way to them."""
        call_id = stay.waiting.call_id
        with contained("what a caller has left behind in the queue stays there"):
            await self._rounds.withdraw(call_id)
            if isinstance(stay.end, Taken):
                await stay.end.leg.hang_up()
                await self._rounds.part(call_id, stay.end.agent, self._clock())
            elif call_id not in self._stays:
                now = self._clock()
                await change_wait(self._store, call_id, lambda wait: abandoned(wait, now))
        self.wake()


def _somebody(client: str, queue: str, language: str, now: datetime) -> Waiting:
    """A caller of whom nothing is known but where they would wait."""
    unknown = HandOver(HandOverReason.ASKED, None, None, None)
    return Waiting("", client, unknown, now, language=language, queue=queue)
