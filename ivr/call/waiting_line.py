"""A caller's place at the desk: everything known goes there, its news come back as events."""

import asyncio
import logging
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime

from ivr.call.parts import Parts
from ivr.core.actions import Enqueue
from ivr.core.desk import Desk, EarlierCall, Nobody, Place, Taken, Waiting
from ivr.core.errors import HotlineError
from ivr.core.events import AgentCame, DeskSaid, Engine, EngineFailed
from ivr.core.ports import Leg
from ivr.core.records import HandOver

log = logging.getLogger(__name__)

LOOK_UP_S = 1.0
"""Earlier calls that are not found by then go without: nobody waits for the database to wait."""


class WaitingLine:
    """One call's dealings with the queue. `taken` is who has come and was not let go yet."""

    def __init__(self, parts: Parts) -> None:
        out = parts.out
        self.taken: Taken | None = None if out is None else out.taken
        self._start = parts.start
        self._engines = parts.engines
        self._inbox = parts.inbox
        self._desk_id = parts.desk_id
        self._number = 0 if out is None else 1
        """Of the latest place; the first is taken by who is there from the beginning."""
        self._since: datetime | None = None
        self._waiting: Waiting | None = None if out is None else out.waiting
        self._task: asyncio.Task[None] | None = None

    def enqueue(self, wish: Enqueue, group: asyncio.TaskGroup) -> None:
        """Take a place. The wish's hand-over is complete."""
        self.leave()
        self._number = wish.number
        desk = self._engines.desk
        if desk is None:
            self._failed(wish.number)
            return
        # Who comes back to the queue keeps the moment at which they began to wait.
        self._since = self._since or datetime.now(UTC)
        start, hand_over = self._start, wish.hand_over
        waiting = Waiting(
            call_id=self._desk_id,
            client=start.client,
            hand_over=hand_over,
            since=self._since,
            line=start.line,
            caller=start.caller,
            called=start.called,
            queue=wish.queue,
            priority=wish.priority,
            moods=wish.moods,
            suggestions=self._engines.suggest(hand_over.intent) if hand_over.intent else (),
        )
        self._waiting = waiting
        self._task = group.create_task(self._wait(desk, wish.number, waiting), name="queue")

    def leave(self) -> None:
        """Give up the place, if there is one."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def keep_for_call_back(self, hand_over: HandOver) -> None:
        """Leave the line, but keep the place: the caller is called when it is their turn."""
        desk, waiting = self._engines.desk, self._waiting
        try:
            if desk is not None and waiting is not None:
                await desk.call_back(replace(waiting, hand_over=hand_over))
        except HotlineError as error:
            # The wish itself is on record; only the place in the queue is lost.
            log.warning("a place could not be kept", extra={"error": str(error)})
        finally:
            self.leave()

    def rejoined(self, leg: Leg, number: int) -> None:
        """The agent who was lost is back, on another leg."""
        if self.taken is not None:
            self.taken = replace(self.taken, leg=leg)
            self._report(self.taken, number)

    def replaced(self, taken: Taken) -> Taken | None:
        """Somebody else has the caller from now on; who had them before."""
        before, self.taken = self.taken, taken
        self._report(taken, self._number)
        return before

    async def _wait(self, desk: Desk, number: int, waiting: Waiting) -> None:
        try:
            waiting = replace(waiting, earlier=await self._earlier())
            self._waiting = waiting
            async with aclosing(desk.enqueue(waiting)) as news:
                async for each in news:
                    match each:
                        case Taken():
                            self.taken = each
                            self._report(each, number)
                            return
                        case Place() | Nobody():
                            self._inbox.put(DeskSaid(self._inbox.now(), number, each))
                    if isinstance(each, Nobody):
                        return
        except Exception:
            # The desk's fault is not this caller's: the dialogue knows another way.
            log.exception("the desk has failed a caller who waits")
        self._failed(number)

    def _report(self, taken: Taken, number: int) -> None:
        self._inbox.put(AgentCame(self._inbox.now(), number, taken.agent, taken.name))

    def _failed(self, number: int) -> None:
        self._inbox.put(EngineFailed(self._inbox.now(), Engine.DESK, number))

    async def _earlier(self) -> tuple[EarlierCall, ...]:
        look_up, caller = self._engines.earlier, self._start.caller
        if look_up is None or caller is None:
            return ()
        try:
            async with asyncio.timeout(LOOK_UP_S):
                found = await look_up(caller)
        except (HotlineError, TimeoutError) as error:
            log.warning("earlier calls could not be looked up", extra={"error": str(error)})
            return ()
        return tuple(each for each in found if each.call_id != self._start.call_id)
