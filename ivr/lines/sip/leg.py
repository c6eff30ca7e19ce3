"""One telephone call as a leg: its sound comes from and goes to the SIP stack's process."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any

from ivr.audio.framing import slices
from ivr.audio.music import hold_music
from ivr.core.measures import Tally
from ivr.core.pcm import FRAME_S, SAMPLE_BYTES, frame_bytes
from ivr.core.ports import Leg, Meter
from ivr.core.telephony import TransferFailure, TransferReason, Transferred, TransferResult
from ivr.lines.sip.door import Admitted
from ivr.lines.sip.numbers import may_call
from ivr.lines.sip.stack_process import StackError, StackProcess
from ivr.lines.sip.stand_in import StandIn
from ivr.lines.sip.wire import Sound

log = logging.getLogger(__name__)

IN_HAND_S = 0.2
"""How much a speaker may be ahead of what sounds: what a busy moment of ours may cost."""
_HEARD_FRAMES = 50
"""A second of the party's sound waits for who takes it; then the oldest is dropped and counted."""
_LEAVING_S = 2.0
_TRIES = 10
_BETWEEN_TRIES_S = 0.3
"""The stack changes nothing in a call while another change of it waits for the peer's answer."""
_COUNTER = 1 << 32


class SipLeg:
    """Implements `Leg`, `Transferable`, `Holdable`, `Dials`, `Traced` and `Breakable`."""

    def __init__(
        self,
        process: StackProcess,
        call: int,
        rate: int,
        who: Admitted,
        meter: Meter,
        dial_to: tuple[str, ...],
    ) -> None:
        self.call = call
        self.rate = rate
        self.caller = who.caller
        self.called = who.called
        self.trace: Mapping[str, str] = who.trace
        self._who = who
        self.ended_by: str | None = None
        self.held_by_party = False
        self._stand_in: StandIn | None = None
        self._process = process
        self._meter = meter
        self._dial_to = dial_to
        self._bytes_a_second = rate * SAMPLE_BYTES
        self._heard: deque[bytes] = deque()
        self._sent = 0
        self._flushes = 0
        self._since_flush = 0
        self._unplayed = 0
        self._room = asyncio.Event()
        self._sounds = asyncio.Event()
        self._keys: asyncio.Queue[str | None] = asyncio.Queue(maxsize=64)
        self._over = asyncio.Event()

    # What the line reports.

    def take(self, sound: Sound) -> None:
        """Sound of the party, and how far our own has come."""
        size = frame_bytes(self.rate)
        for frame in slices(sound.pcm, size):
            if len(self._heard) >= _HEARD_FRAMES:
                self._heard.popleft()
                self._meter.count(Tally.DROPPED_FRAMES)
            self._heard.append(self._stand_in.frame(frame) if self._stand_in else frame)
        if sound.pcm:
            self._sounds.set()
        if sound.flushes == self._flushes:
            on_the_way = (self._sent - sound.taken) % _COUNTER
            self._unplayed = on_the_way + sound.waiting
        else:
            self._unplayed = self._since_flush
        self._room.set()

    def pressed(self, key: str) -> None:
        # A person cannot type faster than the queue is emptied; a machine that does loses keys.
        if not self._keys.full():
            self._keys.put_nowait(key)

    def held(self, held: bool, *, music: bool = False) -> None:
        """`music`: ours is heard in place of the party's, if they have none."""
        self.held_by_party = held
        self._stand_in = None
        if held and music:
            # The first one at this rate has to be made.
            making = asyncio.get_running_loop().run_in_executor(None, hold_music, self.rate)
            self._stand_in = StandIn(making)

    def finish(self) -> None:
        """The call is over, whoever ended it."""
        if self._over.is_set():
            return
        self._over.set()
        self._unplayed = 0
        self._room.set()
        self._sounds.set()
        if self._keys.full():
            self._keys.get_nowait()
        self._keys.put_nowait(None)

    # What the call asks for.

    async def frames(self) -> AsyncIterator[bytes]:
        """The pace is the telephone's; while a caller holds us, nothing comes."""
        while True:
            while self._heard:
                yield self._heard.popleft()
            if self._over.is_set():
                return
            self._sounds.clear()
            await self._sounds.wait()

    async def keys(self) -> AsyncIterator[str]:
        while (key := await self._keys.get()) is not None:
            yield key
        # For whoever listens next.
        self._keys.put_nowait(None)

    async def play(self, frame: bytes) -> None:
        while self.unplayed_s() >= IN_HAND_S and not self._over.is_set():
            self._room.clear()
            await self._room.wait()
        if not self._over.is_set():
            self._sent = (self._sent + len(frame)) % _COUNTER
            self._since_flush += len(frame)
            self._unplayed += len(frame)
            self._process.play(self.call, frame)

    def flush(self) -> None:
        if not self._over.is_set():
            self._process.tell("flush", call=self.call)
        self._flushes = (self._flushes + 1) & 0xFFFF
        self._unplayed = self._since_flush = 0
        self._room.set()

    def unplayed_s(self) -> float:
        return self._unplayed / self._bytes_a_second

    async def hang_up(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.unplayed_s() + FRAME_S * 5):
                while self._unplayed and not self._over.is_set():
                    self._room.clear()
                    await self._room.wait()
        if self._over.is_set():
            return
        with suppress(StackError):
            await self._ask("hang_up")
        with suppress(TimeoutError):
            async with asyncio.timeout(_LEAVING_S):
                await self._over.wait()
        self.finish()

    async def hold(self) -> bool:
        return await self._insist("hold")

    async def resume(self) -> bool:
        return await self._insist("resume")

    def send_key(self, key: str) -> None:
        """Press one key towards the party, without waiting."""
        self._process.tell("keys", id=0, call=self.call, keys=key)

    async def send_keys(self, keys: str) -> bool:
        """Press keys towards the party, about four a second."""
        return await self._try("keys", keys=keys)

    async def transfer(self, target: str, *, timeout_s: float = 30.0) -> TransferResult:
        if not may_call(target, self._dial_to):
            log.warning("a transfer to a target that is not allowed was refused")
            return TransferFailure(TransferReason.NOT_ALLOWED)
        return await self._transfer(timeout_s, to=target)

    async def transfer_to(self, other: Leg, *, timeout_s: float = 30.0) -> TransferResult:
        if not isinstance(other, SipLeg):
            return TransferFailure(TransferReason.REFUSED)
        result: TransferResult = TransferFailure(TransferReason.FAILED)
        # The stack would do it by itself, but give up at once where it has to wait.
        if all(await asyncio.gather(self.hold(), other.hold())):
            result = await self._transfer(timeout_s, to_call=other.call)
        if isinstance(result, TransferFailure):
            await asyncio.gather(self._off_hold(), other._off_hold())
            if self._over.is_set():
                return TransferFailure(TransferReason.GONE)
        return result

    async def _off_hold(self) -> None:
        """Whoever cannot be taken off hold hears the call end, rather than nothing for ever."""
        if not await self.resume() and not self._over.is_set():
            log.error(
                "a party could not be taken off hold and was hung up on",
                extra={"account": self._who.account, "sip_call": self._who.sip_call},
            )
            await self.hang_up()

    async def _transfer(self, timeout_s: float, **to: Any) -> TransferResult:
        try:
            await self._ask("transfer", timeout_s=timeout_s, patience_s=timeout_s + 15, **to)
        except StackError as error:
            if self._over.is_set():
                return TransferFailure(TransferReason.GONE)
            refused = error.status in (405, 501, 603) or error.kind != "TransferFailed"
            # Without Replaces the stack does not ask at all.
            refused = refused or "does not support" in error.why
            reason = TransferReason.REFUSED if refused else TransferReason.FAILED
            return TransferFailure(reason, error.status)
        self.finish()
        return Transferred()

    async def _insist(self, wish: str) -> bool:
        """Whether it was done: at once, or when the peer has answered what was asked before."""
        for _ in range(_TRIES):
            if await self._try(wish):
                return True
            with suppress(TimeoutError):
                async with asyncio.timeout(_BETWEEN_TRIES_S):
                    await self._over.wait()
                    return False
        return False

    async def _try(self, wish: str, **rest: Any) -> bool:
        try:
            await self._ask(wish, **rest)
        except StackError:
            return False
        return True

    async def _ask(self, wish: str, *, patience_s: float = 10.0, **rest: Any) -> None:
        await self._process.ask(wish, patience_s=patience_s, call=self.call, **rest)
