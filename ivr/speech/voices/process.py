"""A voice whose engine works in a process of its own, which is replaced when it dies."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest

from ivr.core.errors import SpeakingFailed
from ivr.speech.voices.sentences import pause_after, sentences
from ivr.speech.voices.trim import trim

_WAITING = 64
"""Sentences that may wait for the engine; beyond them speaking fails at once."""
_STARTING_S = 15.0
_PATIENCE_S = 15.0
"""How long a sentence may take before the engine counts as hung."""
_HEAD_BYTES = 64 * 1024
_LEAVING_S = 1.0
_TRIAL, _TRIAL_S = "Ja.", 4.0
"""What an engine is tried with, and how long it may take."""


@dataclass(slots=True)
class _Order:
    text: str
    pace: float
    sound: asyncio.Future[bytes] = field(default_factory=asyncio.Future)


class _Died(Exception):
    """The process is gone, or hangs, or talks nonsense."""


class ProcessVoice:
    """Speaks sentence by sentence; one engine serves all calls in the order of their sentences.

    The process is started with the first sentence and lives until `close`. If it dies it is
    started again and the sentence tried once more; if that fails too, SpeakingFailed.
    """

    def __init__(self, engine: str, options: Mapping[str, str], *, name: str, rate: int) -> None:
        self.name = name
        self.rate = rate
        self._command = ("-m", "ivr.speech.voices.engine", engine, json.dumps(dict(options)))
        self._orders: asyncio.Queue[_Order] = asyncio.Queue(_WAITING)
        self._worker: asyncio.Task[None] | None = None
        self._process: Process | None = None
        self._works = True
        """Whether the latest sentence was spoken."""
        self._closed = False

    async def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
        """Speak `text`, a sentence a piece; the next is made while this one is heard.

        Raises SpeakingFailed.
        """
        parts = sentences(text)
        ahead = self._order(parts[0], pace) if parts else None
        before = ""
        try:
            for part, following in zip_longest(parts, parts[1:]):
                order = ahead or self._order(part, pace)
                ahead = self._order(following, pace) if following else None
                sound = trim(await order.sound, self.rate)
                if sound:
                    yield pause_after(before, self.rate) + sound
                    before = part
        finally:
            if ahead is not None:
                ahead.sound.cancel()

    async def ready(self) -> bool:
        """An engine that has gone, or has never been needed, is started and tried."""
        if self._closed:
            return False
        if self._works and self._process is not None and self._process.returncode is None:
            return True
        try:
            async with asyncio.timeout(_TRIAL_S):
                return any([sound async for sound in self.speak(_TRIAL)])
        except (SpeakingFailed, TimeoutError):
            return False

    async def close(self) -> None:
        """End the process; what is being said fails. Closing twice is harmless."""
        self._closed = True
        if self._worker is not None:
            self._worker.cancel()
            with suppress(asyncio.CancelledError):
                await self._worker
            self._worker = None
        while not self._orders.empty():
            _fail(self._orders.get_nowait(), "the voice was closed: the program stops")
        await self._end_process()

    async def kill(self) -> None:
        """End the process the hard way; the next sentence starts a new one."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()

    def _order(self, text: str, pace: float) -> _Order:
        if self._closed:
            raise SpeakingFailed("the voice was closed: the program stops")
        if self._worker is None:
            self._worker = asyncio.create_task(self._work(), name=f"voice {self.name}")
        order = _Order(text, pace)
        try:
            self._orders.put_nowait(order)
        except asyncio.QueueFull:
            raise SpeakingFailed(
                f"{_WAITING} sentences wait for {self.name}: the machine is too slow for so many"
            ) from None
        return order

    async def _work(self) -> None:
        while True:
            order = await self._orders.get()
            if order.sound.cancelled():
                continue
            try:
                await self._fulfil(order)
            except asyncio.CancelledError:
                _fail(order, "the voice was closed: the program stops")
                raise

    async def _fulfil(self, order: _Order) -> None:
        """Try twice: the process may have died since the last sentence."""
        for last in (False, True):
            try:
                sound = await self._ask(order)
            except _Died as error:
                await self._end_process()
                if last:
                    self._works = False
                    _fail(order, f"the voice {self.name} died twice: {error}")
            except SpeakingFailed as error:
                self._works = False
                _fail(order, str(error))
                return
            else:
                self._works = True
                if not order.sound.done():
                    order.sound.set_result(sound)
                return

    async def _ask(self, order: _Order) -> bytes:
        request = json.dumps({"text": order.text, "pace": order.pace}).encode() + b"\n"
        try:
            fresh = self._process is None
            async with asyncio.timeout(_PATIENCE_S + (_STARTING_S if fresh else 0)):
                reading, writing = await self._pipes()
                writing.write(request)
                await writing.drain()
                head = json.loads(await reading.readline() or b"{}")
                if "error" in head:
                    raise SpeakingFailed(f"the voice {self.name} failed: {head['error']}")
                return await reading.readexactly(head["bytes"])
        except (OSError, EOFError, ValueError, KeyError) as error:
            raise _Died(repr(error)) from error

    async def _pipes(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                limit=_HEAD_BYTES,
            )
        reading, writing = self._process.stdout, self._process.stdin
        if reading is None or writing is None:
            raise _Died("its pipes are not there")
        return reading, writing

    async def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(_LEAVING_S):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _fail(order: _Order, why: str) -> None:
    if not order.sound.done():
        order.sound.set_exception(SpeakingFailed(why))
        # Whoever gave up on it never looks: that is no reason for a warning.
        order.sound.exception()
