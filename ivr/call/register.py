"""The register of live calls: takes them in, keeps one's failure from the others, drains."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from ivr.call.conversation import Conversation
from ivr.call.engines import Engines
from ivr.call.live import LiveBoard
from ivr.call.observers import Observers
from ivr.call.parts import Outgoing
from ivr.call.session import CallSession
from ivr.call.speaker import play
from ivr.core.context import call_context
from ivr.core.measures import OUTCOMES, Level, Tally
from ivr.core.ports import Leg
from ivr.core.records import CallRecord, CallStart
from ivr.core.telephony import Traced
from ivr.dialogue.script import Script

log = logging.getLogger(__name__)

APOLOGY_S = 15.0
"""How long a call that has failed may take to tell the caller so."""
CUT_AFTER_S = 2.0
"""How long past the grace a draining call may still take before it is cut, and to be cut."""


class Register:
    """All calls that are going on in this program."""

    def __init__(self, client: str, engines: Engines, script: Callable[[], Script]) -> None:
        """`script` is asked at the start of each call: what is open today changes by the day."""
        self._client = client
        self._engines = engines
        self._script = script
        self._sessions: dict[str, CallSession] = {}
        self._running: dict[str, asyncio.Task[CallRecord]] = {}
        self.board = LiveBoard()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self.draining = False

    def __len__(self) -> int:
        return len(self._sessions)

    def conversation(self, call_id: str) -> Conversation | None:
        """The live call that the desk calls so; None if there is none (any more)."""
        found = (each for each in self.conversations() if each.call_id == call_id)
        return next(found, None)

    def conversations(self) -> list[Conversation]:
        """All live calls that have been answered, oldest first."""
        found = (session.conversation for session in self._sessions.values())
        return [conversation for conversation in found if conversation is not None]

    async def take(
        self,
        leg: Leg,
        line: str,
        observers: Observers | None = None,
        out: Outgoing | None = None,
    ) -> CallRecord:
        """Run one call to its end. A fault in it is logged and recorded, never raised.

        With `out` it is we who called, for an agent who is there already.
        """
        start = CallStart(
            call_id=secrets.token_hex(8) if out is None else out.call_id,
            client=self._client,
            line=line,
            started_at=datetime.now(UTC),
            caller=leg.caller if out is None else out.waiting.hand_over.phone,
            called=leg.called if out is None else None,
            outbound=out is not None,
            trace=dict(leg.trace) if isinstance(leg, Traced) else {},
        )
        watched = self.board.watch(start, observers)
        session = CallSession(start, leg, self._engines, self._script(), watched, out)
        self._sessions[start.call_id] = session
        self._changed()
        try:
            with call_context(start.call_id):
                running = asyncio.create_task(self._run(session, leg), name="call")
            self._running[start.call_id] = running
            return await self._outcome(running, session)
        finally:
            del self._sessions[start.call_id]
            del self._running[start.call_id]
            self._ended(session.record())
            self._changed()

    async def _outcome(
        self, running: "asyncio.Task[CallRecord]", session: CallSession
    ) -> CallRecord:
        """Wait for a call. One that was cut ends with its record, its owner goes on."""
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError:
            running.cancel()
            await asyncio.wait([running])
            raise
        return session.record() if running.cancelled() else running.result()

    async def _run(self, session: CallSession, leg: Leg) -> CallRecord:
        try:
            return await session.run()
        except asyncio.CancelledError:
            leg.flush()
            await leg.hang_up()
            raise
        except Exception:
            log.exception("a call failed")
            self._engines.meter.count(Tally.ENGINE_FAILURES)
            await _part(leg, self._engines.emergency)
            return session.record()
        finally:
            # Last of all: nobody is on the line any more who would have to wait for it.
            await session.forget()

    async def drain(self, grace_s: float) -> None:
        """Take part in no new call; wait until the live ones have ended, `grace_s` at the most."""
        self.draining = True
        for session in self._sessions.values():
            session.drain(grace_s)
        try:
            async with asyncio.timeout(grace_s + CUT_AFTER_S):
                await self._quiet.wait()
        except TimeoutError:
            log.warning(
                "calls did not end in time and are cut", extra={"calls": len(self._sessions)}
            )
            for running in list(self._running.values()):
                running.cancel()
            with suppress(TimeoutError):
                async with asyncio.timeout(CUT_AFTER_S):
                    await self._quiet.wait()

    def _ended(self, record: CallRecord) -> None:
        self.board.end(record)
        if record.end is not None:
            self._engines.meter.count(OUTCOMES[record.end.outcome])

    def _changed(self) -> None:
        self._engines.meter.level(Level.CALLS, len(self._sessions))
        if self._sessions:
            self._quiet.clear()
        else:
            self._quiet.set()


async def _part(leg: Leg, apology: bytes) -> None:
    """Tell the caller on a line whose call has failed that something is out of order; hang up."""
    leg.flush()
    # Software lines keep their pace only while somebody listens.
    listening = asyncio.create_task(_listen_on(leg), name="listen on")
    try:
        async with asyncio.timeout(APOLOGY_S):
            await play(leg, apology)
            await leg.hang_up()
    except Exception:
        log.exception("the line of a failed call could not be hung up")
    finally:
        listening.cancel()
        await asyncio.wait([listening])


async def _listen_on(leg: Leg) -> None:
    async for _ in leg.frames():
        pass
