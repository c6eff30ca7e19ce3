"""One process's routing: makes offers for its callers, and tells them where they stand."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial

from ivr.core.desk import Nobody, NobodyReason, Taken
from ivr.core.staffing import Agent, Floor, Handling, Wait, WaitEnd, WaitState
from ivr.desk import admission, presence
from ivr.desk.changes import change_agent, change_wait
from ivr.desk.faults import contained
from ivr.desk.hub import QueueChanged
from ivr.desk.offers import Offers
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
        self._handling: dict[str, Handling] = {}
        self._measured_at = float("-inf")
        self._partings: dict[tuple[str, str], datetime] = {}
        """Who has parted, and when, where the store could not be told yet."""

    def wake(self) -> None:
        """Look at once: something has changed that routing depends on."""
        self._wake.set()

    def stop(self) -> None:
        """Offers that ring are broken off."""
        for offering in self._offering.values():
            offering.cancel()

    async def keep_routing(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S if self._stays else IDLE_S):
                    await self._wake.wait()
            self._wake.clear()
            with contained("calls cannot be routed at the moment"):
                await self._round()

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

    async def part(self, call_id: str, agent: str, at: datetime) -> None:
        """The talk is over. While the store is away it is told later, so this never fails."""
        self._partings[call_id, agent] = at
        with contained("an agent stays in the call until this can be kept"):
            await self._part_all()
        self.wake()

    async def _part_all(self) -> None:
        for (call_id, agent), at in list(self._partings.items()):
            done = await change_wait(
                self._store,
                call_id,
                partial(_parted, agent=agent, at=at),
                agent,
                partial(presence.part, now=at),
            )
            if done is None:
                # Who was only consulted, or took over from a colleague, is done, too.
                await change_agent(self._store, agent, partial(_left, call_id=call_id, at=at))
            self._partings.pop((call_id, agent), None)

    async def _round(self) -> None:
        if self._partings:
            await self._part_all()
        floor = await self._store.floor()
        rules, now = await self.rules(), self._clock()
        floor = replace(floor, waits=tuple(w for w in floor.waits if self._can_be_served(w)))
        await self._take_back(floor)
        for made in route(floor, rules, now):
            here = made.wait.kept or self._waits_here(made.wait.call_id)
            if made.wait.owner == self._store.me and here:
                self._offer(made)
        self._tell(floor, rules, now)

    def _can_be_served(self, wait: Wait) -> bool:
        """Whom we cannot call back is left to the work list."""
        line, phone = self._at.outward.line, wait.waiting.hand_over.phone
        return not wait.kept or (line is not None and phone is not None and line.allows(phone))

    async def _take_back(self, floor: Floor) -> None:
        """Offers that are on record but made by nobody: a fault has ended them half-way."""
        for wait in floor.waits:
            mine = wait.owner == self._store.me and wait.state is WaitState.OFFERED
            if mine and wait.call_id not in self._offering:
                await self._offers.take_back(wait.call_id)
                self.wake()

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
        spoken = asyncio.Event()

        async def reached() -> None:
            spoken.set()

        try:
            if made.wait.kept and self._at.outward.line is not None:
                await self._at.outward.line.call(made.wait.waiting, taken, reached)
        finally:
            if not spoken.is_set():
                # Nobody has spoken with them: the work list shows the wish again.
                with contained("a call back that was in vain counts as done"):
                    await change_wait(self._store, call_id, _in_vain)
            await taken.leg.hang_up()
            await self.part(call_id, taken.agent, self._clock())

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
        longest_s = max(((now - w.waiting.since).total_seconds() for w in waiting), default=0.0)
        self._at.hub.tell_all(QueueChanged(len(waiting), longest_s))

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


def _in_vain(wait: Wait) -> Wait | None:
    return replace(wait, taken_at=None) if wait.kept else None


def _parted(wait: Wait, agent: str, at: datetime) -> Wait | None:
    if wait.state is not WaitState.TALKING or wait.agent != agent:
        return None
    end = WaitEnd.CALL_BACK if wait.kept else WaitEnd.TAKEN
    return replace(wait, state=WaitState.ENDED, parted_at=at, ended_at=at, end=end)


def _left(agent: Agent, call_id: str, at: datetime) -> Agent | None:
    return presence.part(agent, at) if agent.call_id == call_id else None
