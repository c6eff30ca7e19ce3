"""The program's end of the SIP stack's process: asks it, hears its events, ends it."""

import asyncio
import logging
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from ivr.core.errors import LineFailed
from ivr.lines.sip import wire
from ivr.lines.sip.wire import Json, Sound

log = logging.getLogger(__name__)

ANSWER_S = 10.0
"""How long the stack may take over something that needs no answer from the network."""
PING_S = 10.0
"""How often it is asked whether it is alive, and how long it may take to say so."""
_MISSED = 2
_LEAVING_S = 3.0


class StackError(Exception):
    """The stack could not do what it was asked for."""

    def __init__(self, kind: str, why: str, status: int | None = None) -> None:
        super().__init__(f"{kind}: {why}")
        self.kind = kind
        self.why = why
        self.status = status


class StackProcess:
    """One process of the SIP stack. `wait_gone` returns when it has ended, for whatever reason."""

    def __init__(
        self, happened: Callable[[Json], None], heard: Callable[[Sequence[Sound]], None]
    ) -> None:
        """`happened` is told its events in order, `heard` its sound; neither may wait."""
        self._happened = happened
        self._heard = heard
        self._process: Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._asked: dict[int, asyncio.Future[Json]] = {}
        self._last = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    async def start(self) -> None:
        """Raises LineFailed."""
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "ivr.lines.sip.stack",
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                limit=1 << 20,
                # Ctrl-C at a terminal goes to the whole group; who drains needs the stack.
                start_new_session=True,
            )
        except OSError as error:
            raise LineFailed(f"the SIP stack's process cannot be started: {error}") from error
        reading, self._writer = self._process.stdout, self._process.stdin
        if reading is None:
            raise LineFailed("the SIP stack's process has no pipes: start the program again")
        self._reading = asyncio.create_task(self._read(reading), name="SIP stack")

    async def ask(self, wish: str, *, patience_s: float = ANSWER_S, **rest: Any) -> Json:
        """Have the stack do something. Raises StackError if it cannot, or is gone."""
        number, answer = self.begin(wish, **rest)
        try:
            async with asyncio.timeout(patience_s):
                told = await answer
        except TimeoutError:
            raise StackError("CommandTimeout", f"no answer to {wish}") from None
        finally:
            self._asked.pop(number, None)
        if "error" in told:
            raise StackError(told["error"], told["why"], told["status"])
        return told

    def begin(self, wish: str, **rest: Any) -> tuple[int, asyncio.Future[Json]]:
        """Send a wish; its number, and the answer that will come."""
        self._last += 1
        number = self._last
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        if not self._send(wire.facts({"do": wish, "id": number, **rest})):
            answer.set_result({"error": "RuntimeDead", "why": "the stack is gone", "status": None})
        return number, answer

    def tell(self, wish: str, **rest: Any) -> None:
        """Have the stack do something that has no answer."""
        self._send(wire.facts({"do": wish, **rest}))

    def play(self, call: int, pcm: bytes) -> None:
        self._send(wire.sounds([Sound(call, pcm)]))

    async def wait_gone(self) -> None:
        """Until it has ended. One that hangs is ended: its calls hear nothing anyway."""
        if self._reading is None:
            return
        pinging = asyncio.create_task(self._ping(), name="SIP ping")
        try:
            await asyncio.wait([self._reading])
        finally:
            pinging.cancel()

    async def _ping(self) -> None:
        missed = 0
        while missed < _MISSED:
            try:
                await self.ask("ping", patience_s=PING_S)
            except StackError:
                missed += 1
            else:
                missed = 0
                await asyncio.sleep(PING_S)
        log.error("the SIP stack does not answer any more, and is ended")
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def close(self) -> None:
        """End the process, its calls with it. Closing twice is harmless."""
        process, self._process = self._process, None
        if process is None:
            return
        if self._writer is not None:
            self._writer.close()
        try:
            async with asyncio.timeout(_LEAVING_S):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if self._reading is not None:
            await asyncio.wait([self._reading])

    def _send(self, message: bytes) -> bool:
        if self._writer is None or self._writer.is_closing():
            return False
        self._writer.write(message)
        return True

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                message = await wire.read(reader)
                if isinstance(message, list):
                    self._heard(message)
                elif "re" in message:
                    self._answered(message)
                else:
                    self._happened(message)
        except (EOFError, OSError, ValueError):
            gone = {"error": "RuntimeDead", "why": "the stack is gone", "status": None}
            for number in list(self._asked):
                self._answered({"re": number, **gone})

    def _answered(self, message: Json) -> None:
        answer = self._asked.pop(message["re"], None)
        if answer is not None and not answer.done():
            answer.set_result(message)
