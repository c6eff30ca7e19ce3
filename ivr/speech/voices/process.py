"""A voice whose engine works in a process of its own, which is replaced when it dies."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from ivr.core.errors import SpeakingFailed, VoiceLost
from ivr.speech.voices.trim import trim

_WAITING = 64
"""Texts that may wait for the engine; beyond them speaking fails at once."""
_STARTING_S = 15.0
"""How long an engine may load before it counts as hung."""
_PATIENCE_S, _LETTER_S = 2.0, 0.05
"""How long a text may take, and each of its letters, before the engine counts as hung. It counts
from when the engine begins this text; engines make speech several times faster than it sounds,
and a letter sounds for about 0.06 s."""
_HEAD_BYTES = 64 * 1024
_LEAVING_S = 1.0
_CLOSED = "the voice was closed: the program stops"
_TRIAL, _TRIAL_S = "Ja.", 4.0
"""What an engine is tried with, and how long it may take."""


@dataclass(slots=True)
class _Order:
    text: str
    pace: float
    sound: asyncio.Future[bytes] = field(default_factory=asyncio.Future)


class _Died(Exception):
    """The process is gone, or talks nonsense."""


class _Hangs(Exception):
    """The process takes longer than it may."""


class ProcessVoice:
    """Speaks each text as one piece; one engine serves all calls in the order of their texts.

    The process is started with the first text and lives until `close`. If it dies it is started
    again and the text tried once more; if that fails too, or if the engine hangs, VoiceLost. A
    hang costs nobody else the wait: what stands in line fails at once, and the engine is started
    again in the background.
    """

    def __init__(self, engine: str, options: Mapping[str, str], *, name: str, rate: int) -> None:
        self.name = name
        self.rate = rate
        self._command = ("-m", "ivr.speech.voices.engine", engine, json.dumps(dict(options)))
        self._orders: asyncio.Queue[_Order] = asyncio.Queue(_WAITING)
        self._worker: asyncio.Task[None] | None = None
        self._process: Process | None = None
        self._works = True
        """Whether the latest text was spoken."""
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the process that runs now."""
        return self._process.pid if self._process is not None else None

    async def speak(self, text: str, pace: float = 1.0) -> AsyncGenerator[bytes, None]:
        """Speak `text`, which holds at most a sentence, as one piece. Raises SpeakingFailed."""
        order = self._order(text, pace)
        try:
            sound = trim(await order.sound, self.rate)
        finally:
            order.sound.cancel()
        if sound:
            yield sound

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
            _fail(self._orders.get_nowait(), SpeakingFailed(_CLOSED))
        await self._end_process()

    async def kill(self) -> None:
        """End the process the hard way; the next text starts a new one."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()

    def _order(self, text: str, pace: float) -> _Order:
        if self._closed:
            raise SpeakingFailed(_CLOSED)
        if self._worker is None:
            self._worker = asyncio.create_task(self._work(), name=f"voice {self.name}")
        order = _Order(text, pace)
        try:
            self._orders.put_nowait(order)
        except asyncio.QueueFull:
            raise SpeakingFailed(
                f"{_WAITING} texts wait for {self.name}: the machine is too slow for so many"
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
                _fail(order, SpeakingFailed(_CLOSED))
                raise

    async def _fulfil(self, order: _Order) -> None:
        """Try twice: the process may have died since the last text."""
        for last in (False, True):
            try:
                sound = await self._ask(order)
            except _Hangs:
                await self._replace(order)
                return
            except _Died as error:
                await self._end_process()
                if last:
                    self._works = False
                    _fail(order, VoiceLost(f"the voice {self.name} died twice: {error}"))
            except SpeakingFailed as error:
                self._works = False
                _fail(order, error)
                return
            else:
                self._works = True
                if not order.sound.done():
                    order.sound.set_result(sound)
                return

    async def _ask(self, order: _Order) -> bytes:
        request = json.dumps({"text": order.text, "pace": order.pace}).encode() + b"\n"
        try:
            reading, writing = await self._started()
            async with asyncio.timeout(_PATIENCE_S + _LETTER_S * len(order.text) / order.pace):
                writing.write(request)
                await writing.drain()
                head = json.loads(await reading.readline() or b"{}")
                if "error" in head:
                    raise SpeakingFailed(f"the voice {self.name} failed: {head['error']}")
                return await reading.readexactly(head["bytes"])
        except TimeoutError as error:
            raise _Hangs from error
        except (OSError, EOFError, ValueError, KeyError) as error:
            raise _Died(repr(error)) from error

    async def _replace(self, order: _Order) -> None:
        """Let go of whoever waits for a hung engine, and start it again before it is needed."""
        self._works = False
        lost = f"the engine of the voice {self.name} hangs; it is started again"
        for each in (order, *(self._orders.get_nowait() for _ in range(self._orders.qsize()))):
            _fail(each, VoiceLost(lost))
        await self._end_process(kindly=False)
        try:
            await self._started()
        except (_Died, OSError, EOFError, ValueError):
            # Whatever is wrong, the next text tries anew and tells.
            await self._end_process(kindly=False)

    async def _started(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The pipes of a loaded engine. Raises TimeoutError and what broken pipes raise."""
        fresh = self._process is None
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
        if fresh:
            async with asyncio.timeout(_STARTING_S):
                if not await reading.readline():
                    raise EOFError("it ended while it loaded")
        return reading, writing

    async def _end_process(self, *, kindly: bool = True) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if not kindly:
            with suppress(ProcessLookupError):
                process.kill()
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(_LEAVING_S):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _fail(order: _Order, why: SpeakingFailed) -> None:
    if not order.sound.done():
        order.sound.set_exception(why)
        # Whoever gave up on it never looks: that is no reason for a warning.
        order.sound.exception()
