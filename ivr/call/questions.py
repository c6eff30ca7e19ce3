"""Asks the understanding what the caller means; the answers come back as events."""

import asyncio
import logging

from ivr.call.engines import Engines
from ivr.call.inbox import Inbox
from ivr.core.actions import Ask
from ivr.core.errors import UnderstandingUnavailable
from ivr.core.events import Engine, EngineFailed, EngineRecovered, Understood
from ivr.core.measures import Tally, Timing
from ivr.core.records import CallStart

log = logging.getLogger(__name__)

PROBE_S = 2.0
"""How often a failed understanding is asked whether it is back."""


class Questions:
    """One call's questions. Each runs in a task of its own."""

    def __init__(
        self, start: CallStart, engines: Engines, inbox: Inbox, group: asyncio.TaskGroup
    ) -> None:
        self._start = start
        self._engines = engines
        self._inbox = inbox
        self._group = group
        self._running: set[asyncio.Task[None]] = set()
        self._probing: asyncio.Task[None] | None = None

    def ask(self, question: Ask) -> None:
        """The answer, or that there is none, carries the question's turn."""
        self._run(self._group.create_task(self._ask(question), name="ask"))

    def close(self) -> None:
        """Nobody wants an answer any more."""
        for task in self._running:
            task.cancel()

    def _run(self, task: asyncio.Task[None]) -> None:
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _ask(self, question: Ask) -> None:
        engines, loop = self._engines, asyncio.get_running_loop()
        began = loop.time()
        try:
            with engines.working():
                reply = await engines.understanding.reply(
                    self._start.call_id,
                    question.text,
                    caller=self._start.caller,
                    given=question.given,
                )
        except UnderstandingUnavailable as error:
            log.warning("the understanding is away", extra={"error": str(error)})
            engines.meter.count(Tally.ENGINE_FAILURES)
            now = self._inbox.now()
            self._inbox.put(EngineFailed(now, Engine.UNDERSTANDING, question.turn))
            if self._probing is None or self._probing.done():
                self._probing = self._group.create_task(self._probe(), name="probe")
                self._run(self._probing)
        else:
            engines.meter.observe(Timing.UNDERSTANDING, loop.time() - began)
            self._inbox.put(Understood(self._inbox.now(), question.turn, reply))

    async def _probe(self) -> None:
        """Look every now and then whether the understanding is back."""
        back = False
        while not back:
            await asyncio.sleep(PROBE_S)
            with self._engines.working():
                back = await self._engines.understanding.ready()
        self._inbox.put(EngineRecovered(self._inbox.now(), Engine.UNDERSTANDING))
