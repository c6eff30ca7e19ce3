"""Puts on record what comes of a call: orders, messages, hand-overs."""

import asyncio
import logging
from collections.abc import Callable

from ivr.call.engines import Engines
from ivr.call.inbox import Inbox
from ivr.core.errors import RecordRefused, StoreUnavailable
from ivr.core.events import Engine, EngineFailed, Recorded
from ivr.core.records import Fact, HandOver

FACT_S = 15.0
"""How long the end of a call waits for its last record to be safe."""

log = logging.getLogger(__name__)


class Keeping:
    """Says to `inbox` what became of each fact."""

    def __init__(
        self,
        call_id: str,
        engines: Engines,
        inbox: Inbox,
        complete: Callable[[HandOver], HandOver],
    ) -> None:
        """`complete` adds to a hand-over what is known only when it is kept."""
        self._call_id = call_id
        self._engines = engines
        self._inbox = inbox
        self._complete = complete
        self.facts: list[Fact] = []
        """What is on record by now."""
        self._tasks: set[asyncio.Task[None]] = set()

    def keep(self, fact: Fact, group: asyncio.TaskGroup) -> None:
        self._tasks.add(group.create_task(self._keep(fact), name="keep"))

    async def settle(self) -> None:
        """Wait for what is under way; what takes too long the journal keeps when it can."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=FACT_S)
            for task in late:
                task.cancel()

    async def _keep(self, fact: Fact) -> None:
        if isinstance(fact, HandOver):
            fact = self._complete(fact)
        try:
            with self._engines.working():
                fact = await self._engines.journal.fact(self._call_id, fact)
        except (StoreUnavailable, RecordRefused):
            log.exception("a record of the call could not be kept")
            self._inbox.put(EngineFailed(self._inbox.now(), Engine.STORE, 0))
        else:
            self.facts.append(fact)
            self._inbox.put(Recorded(self._inbox.now(), fact))
