"""One process's routing: makes offers for its callers, and tells them where they stand."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial

from ivr.core.desk import Nobody, NobodyReason, Taken
from ivr.core.staffing import Floor, Handling, Wait, WaitEnd, WaitState
from ivr.desk import admission
from ivr.desk.changes import change_stay, change_wait
from ivr.desk.faults import contained
from ivr.desk.hub import QueueChanged
from ivr.desk.offers import Offers
from ivr.desk.partings import Partings
from ivr.desk.premises import Premises
from ivr.desk.routing import Assignment, Rules, route
from ivr.desk.stay import Stay

POLL_S = 1.0
"""How often an office with callers looks at what other processes have changed."""
IDLE_S = 5.0
"""The same without callers."""
MEASURED_FOR_S = 15.0
"""How long measured handling times are used before they are read again."""
GRACE_S = 30.0
"""How long nobody may be there, a short absence, before waiting callers are told."""
AWAY_S = 30.0
"""How long callers wait for a store that is away, before they are told."""
ENDS = {
    NobodyReason.CLOSED: WaitEnd.CLOSED,
    NobodyReason.FULL: WaitEnd.FULL,
    NobodyReason.TOO_LONG: WaitEnd.TOO_LONG,
    NobodyReason.UNSTAFFED: WaitEnd.UNSTAFFED,
}


class Rounds:
    """`tasks` owns the offers; `stays` are the callers here, by call."""

    def __init__(
        self, premises: Premises, offers: Offers, stays: dict[str, Stay], tasks: asyncio.TaskGroup
    ) -> None:
        self._at = premises
        self._store, self._clock = premises.store, premises.clock
        self._offers = offers
        self._stays = stays
        self._tasks = tasks
        self._offering: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._told = QueueChanged(0, None)
        self._handling: dict[str, Handling] = {}
        self._measured_at = float("-inf")
        self._partings = Partings(premises.store)
        self._went_well_at = float("inf")
        """When a round last came to its end, by the loop's clock."""

    def wake(self) -> None:
        """Look at once: something has changed that routing depends on."""
        self._wake.set()

    def stop(self) -> None:
        """Offers that ring are broken off."""
        for offering in self._offering.values():
            offering.cancel()

    async def keep_routing(self) -> None:
        self._went_well_at = asyncio.get_running_loop().time()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S if self._stays else IDLE_S):
                    await self._wake.wait()
            self._wake.clear()
            with contained("calls cannot be routed at the moment"):
                await self._round()
                self._went_well_at = asyncio.get_running_loop().time()

    async def keep_watch(self) -> None:
        """Apart from the rounds, which hang where the store does: nobody hears music for ever."""
        while True:
            await asyncio.sleep(POLL_S)
            if asyncio.get_running_loop().time() - self._went_well_at < AWAY_S:
                continue
            for call_id, stay in self._stays.items():
                if self._waits_here(call_id) and call_id not in self._offering:
                    stay.fail()

    async def rules(self) -> Rules:
        """Raises StoreUnavailable."""
        settings, plan = self._at.settings, self._at.plan
        loop_s = asyncio.get_running_loop().time()
        if loop_s - self._measured_at >= MEASURED_FOR_S:
            measured = {queue.id: await self._store.handling(queue.id) for queue in plan.queues}
            self._handling = {queue: known for queue, known in measured.items() if known.calls}
            self._measured_at = loop_s
        return Rules(plan, settings.day_s, settings.retry_s, self._handling)

    async def withdraw(self, call_id: str) -> None:
        """The caller has left: nothing rings for them when this is done."""
        self._offers.stop_ringing(call_id)
        if (offering := self._offering.get(call_id)) is not None:
            await asyncio.wait({offering})

    async def part(
        self,
        call_id: str,
        agent: str,
        at: datetime,
        *,
        rung: bool = False,
        to: Taken | None = None,
    ) -> None:
        """See `Partings.part`. Never fails."""
        await self._partings.part(call_id, agent, at, rung=rung, to=to)
        self.wake()

    async def _round(self) -> None:
        await self._partings.tell()
        floor = self._at.served(await self._store.floor())
        rules, now = await self.rules(), self._clock()
        await self._take_back(floor)
        await self._set_right(floor)
        for made in route(floor, rules, now):
            here = made.wait.kept or self._waits_here(made.wait.call_id)
            if made.wait.owner == self._store.me and here:
                self._offer(made)
        self._tell(floor, rules, now)

    async def _take_back(self, floor: Floor) -> None:
        """Offers that are on record but made by nobody: a fault has ended them half-way."""
        for wait in floor.waits:
            mine = wait.owner == self._store.me and wait.state is WaitState.OFFERED
            if mine and wait.call_id not in self._offering:
                await self._offers.take_back(wait.call_id)
                self.wake()

    async def _set_right(self, floor: Floor) -> None:
        """What is on record is who is here: the store may have been away when they came or went,
        or another process has taken us for dead."""
        for wait in floor.waits:
            mine = wait.owner == self._store.me and wait.state is WaitState.WAITING
            if mine and not wait.kept and wait.call_id not in self._stays:
                gone = partial(abandoned, now=self._clock())
                await change_wait(self._store, wait.call_id, gone)
        there = {wait.call_id for wait in floor.waits}
        for call_id in [call_id for call_id in self._stays if call_id not in there]:
            if self._waits_here(call_id):
                await change_wait(self._store, call_id, self._not_lost)

    def _not_lost(self, wait: Wait) -> Wait | None:
        if wait.end is not WaitEnd.LOST or not self._waits_here(wait.call_id):
            return None
        self.wake()
        again = replace(wait, state=WaitState.WAITING, owner=self._store.me)
        return replace(again, agent=None, site=None, end=None, ended_at=None)

    def _waits_here(self, call_id: str) -> bool:
        stay = self._stays.get(call_id)
        return stay is not None and not stay.left and stay.end is None

    def _offer(self, made: Assignment) -> None:
        call_id = made.wait.call_id
        if call_id in self._offering:
            return
        task = self._tasks.create_task(self._see_through(made))
        self._offering[call_id] = task
        task.add_done_callback(lambda _: self._offered(call_id))

    def _offered(self, call_id: str) -> None:
        del self._offering[call_id]
        self.wake()

    async def _see_through(self, made: Assignment) -> None:
        call_id, kept = made.wait.call_id, made.wait.kept
        with contained("an offer has failed; the call is offered again"):
            taken = await self._offers.make(made, lambda: kept or self._waits_here(call_id))
            if taken is not None:
                await self._deliver(made, taken)

    async def _deliver(self, made: Assignment, taken: Taken) -> None:
        call_id = made.wait.call_id
        if not made.wait.kept and self._waits_here(call_id):
            self._stays[call_id].tell(taken)
            return
        reached_at: list[datetime] = []

        async def reached() -> None:
            reached_at[:] = [self._clock()]
            await self._spoken(made.wait, reached_at[0])

        try:
            if made.wait.kept and self._at.outward.line is not None:
                await self._at.outward.line.call(made.wait.waiting, taken, reached)
        finally:
            await taken.leg.hang_up()
            for at in reached_at:  # Once more, if the store was away.
                await self._spoken(made.wait, at)
            await self.part(call_id, taken.agent, self._clock())

    async def _spoken(self, called: Wait, at: datetime) -> None:
        """Nobody needs to call them any more; who was not reached stays on the work list."""

        def begun(wait: Wait) -> Wait | None:
            return replace(wait, taken_at=at) if wait.taken_at is None else None

        with contained("a call back that was made is on the work list still"):
            await change_stay(self._store, called.call_id, lambda w: w.id == called.id, begun)

    def _tell(self, floor: Floor, rules: Rules, now: datetime) -> None:
        for wait in floor.waits:
            if wait.kept or not self._waits_here(wait.call_id):
                continue
            stay = self._stays[wait.call_id]
            ringing = wait.call_id in self._offering or wait.state is not WaitState.WAITING
            # While it rings somewhere, there is nothing new to say.
            if not (ringing and stay.has_place):
                self._tell_one(stay, wait, floor, rules, leave=not ringing)
        waiting = [w for w in floor.waits if w.state is not WaitState.TALKING and not w.kept]
        longest_since = min((w.waiting.since for w in waiting), default=None)
        queue = QueueChanged(len(waiting), longest_since)
        # Each page that is told looks at everything anew, so it is told of nothing but changes.
        if queue != self._told:
            self._told = queue
            self._at.hub.tell_all(queue)

    def _tell_one(
        self, stay: Stay, wait: Wait, floor: Floor, rules: Rules, *, leave: bool
    ) -> None:
        now, loop_s = self._clock(), asyncio.get_running_loop().time()
        reason = admission.given_up(floor, rules, wait, now)
        if reason is None:
            stay.unstaffed_since = None
        elif leave:
            if stay.unstaffed_since is None:
                stay.unstaffed_since = loop_s
            nobody_came = loop_s - stay.unstaffed_since >= GRACE_S
            if reason is NobodyReason.TOO_LONG or nobody_came:
                self._turn_away(stay, reason, now)
                return
        stay.tell(admission.place_of(floor, rules, wait, now))

    def _turn_away(self, stay: Stay, reason: NobodyReason, now: datetime) -> None:
        stay.tell(Nobody(reason))

        def over(wait: Wait) -> Wait | None:
            if wait.state is not WaitState.WAITING:
                return None
            return replace(wait, state=WaitState.ENDED, end=ENDS[reason], ended_at=now)

        async def keep() -> None:
            with contained("the end of a caller's wait is not on record"):
                await change_wait(self._store, stay.waiting.call_id, over)

        self._tasks.create_task(keep())


def abandoned(wait: Wait, now: datetime) -> Wait | None:
    """The caller has left while nobody had come."""
    if wait.kept or wait.state is not WaitState.WAITING:
        return None
    return replace(wait, state=WaitState.ENDED, end=WaitEnd.ABANDONED, ended_at=now)
