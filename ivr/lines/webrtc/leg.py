"""A party at a browser. The leg outlives its connection: who comes back in time is still in call.

While the browser is away its party is silent, and what is being said to it waits.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Any

from ivr.config.webrtc import WebRtc
from ivr.core.beat import Beat
from ivr.core.pcm import FRAME_S, frame_bytes
from ivr.lines.webrtc.connections import Connections
from ivr.lines.webrtc.messages import Bye, Key, Pace, Ping, read_message, read_note
from ivr.lines.webrtc.opus import RATE
from ivr.lines.webrtc.peer import Peer
from ivr.lines.webrtc.playout import MOST_FRAMES, Playout

LOST_S = 2.0
"""Without a packet or a message for so long the browser counts as away."""
_LOOK_S = 0.5
"""How often it is looked whether the browser is gone for good."""
_LAST_WORD_S = 0.3
"""How long the last message is given to reach the browser."""
_MOST_KEYS = 64
_SILENCE = bytes(frame_bytes(RATE))

log = logging.getLogger(__name__)

Note = Mapping[str, Any]


class WebRtcLeg:
    """One party at a browser; implements `ivr.core.ports.Leg`."""

    rate = RATE

    def __init__(
        self,
        settings: WebRtc,
        *,
        caller: str | None = None,
        called: str | None = None,
        on_attached: Callable[[], None] | None = None,
    ) -> None:
        """`on_attached` is called each time a browser can be told something again."""
        self.caller = caller
        self.called = called
        self.on_attached = on_attached
        self.on_note: Callable[[Note], None] | None = None
        """Told what the other side says to its page, where this side is the one that called."""
        self._settings = settings
        self._playout = Playout()
        self._keys: asyncio.Queue[str | None] = asyncio.Queue(maxsize=_MOST_KEYS)
        self._connections = Connections(settings, self._next_frame, self._hear, self._opened)
        self._changed = asyncio.Event()
        self._parted = False
        self._attached_at = 0.0
        self._opened_at = 0.0
        """Loop times of the latest connection: on its way, and in use."""
        self._message_at = 0.0
        """Loop time of the latest message, of a browser that may have no microphone."""
        self._pace = Pace()
        self._watched = False
        self._over = False

    @property
    def over(self) -> bool:
        """Whether either side has hung up."""
        return self._over

    @property
    def away(self) -> bool:
        """Whether the browser cannot be reached just now."""
        return self._away_s() >= LOST_S

    @property
    def _peer(self) -> Peer | None:
        return self._connections.used

    def make_peer(self) -> Peer:
        """A connection that will carry this leg once it is `attach`ed."""
        return self._connections.make()

    def attach(self, peer: Peer) -> bool:
        """Carry on over this connection as soon as it opens, if none is faster (`Ways`).

        A leg that is over needs none, nor does one that has a later one: then it is closed, and
        the answer is False."""
        if self._over:
            self._connections.close_soon(peer)
            return False
        self._attached_at = asyncio.get_running_loop().time()
        return self._connections.add(peer)

    async def connected(self) -> bool:
        """Wait until sound comes in and messages go out over the connection that was attached
        last; False if that does not come to be."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.connect_s):
                while not self._over and not self._connections.up:
                    self._changed.clear()
                    await self._changed.wait()
        up = not self._over and self._connections.up
        if up and not self._watched:
            self._watched = True
            self._end_if_gone()
        return up

    def tell(self, note: Note) -> bool:
        """Send the browser a message; says whether it could be sent. Never waits."""
        text = json.dumps(note, ensure_ascii=False)
        return self._peer is not None and self._peer.send(text)

    async def frames(self) -> AsyncIterator[bytes]:
        """What the party says; the pace of this iteration is the loop's clock.

        Ends when they hang up, or have been away for longer than `reconnect_s`.
        """
        loop = asyncio.get_running_loop()
        beat = Beat(loop.time())
        while True:
            await asyncio.sleep(beat.wait_s(loop.time()))
            if self._over:
                return
            yield self._peer.incoming.take() if self._peer is not None else _SILENCE

    async def keys(self) -> AsyncIterator[str]:
        while (key := await self._keys.get()) is not None:
            yield key

    async def play(self, frame: bytes) -> None:
        await self._playout.put(frame)

    def flush(self) -> None:
        self._playout.flush()

    def unplayed_s(self) -> float:
        return self._playout.seconds

    def press(self, key: str) -> None:
        """Press a key; more than 64 that wait are lost."""
        if not self._keys.full():
            self._keys.put_nowait(key)

    def send_key(self, key: str) -> None:
        """Press a key at the other side, where this side is the one that called."""
        self.tell({"type": "key", "key": key})

    def leave(self) -> None:
        """Hang up as the party."""
        self._finish()

    async def hang_up(self) -> None:
        with suppress(TimeoutError):
            # A browser that is away takes nothing: waiting needs an end.
            async with asyncio.timeout(MOST_FRAMES * FRAME_S * 2):
                await self._playout.drain()
        self._finish()
        if not self._parted:
            self._parted = True
            if self._connections.send_to_all(json.dumps({"type": "ended"})):
                await asyncio.sleep(_LAST_WORD_S)
        await self._connections.close()

    def _end_if_gone(self) -> None:
        """By a timer: whoever plays to a browser that is away stands still meanwhile."""
        asked_s = asyncio.get_running_loop().time() - self._attached_at
        if min(self._away_s(), asked_s) > self._settings.reconnect_s:
            self._finish()
        if not self._over:
            asyncio.get_running_loop().call_later(_LOOK_S, self._end_if_gone)

    def _next_frame(self) -> bytes | None:
        return None if self.away else self._playout.take()

    def _away_s(self) -> float:
        """For how long nothing has come from the browser."""
        now, peer = asyncio.get_running_loop().time(), self._peer
        if peer is None:
            return now - self._attached_at if self._attached_at else 0.0
        return now - max(self._opened_at, self._message_at, peer.incoming.heard_at)

    def _opened(self) -> None:
        self._opened_at = asyncio.get_running_loop().time()
        self._changed.set()
        if self.on_attached is not None:
            self.on_attached()

    def _hear(self, data: object) -> None:
        if self._over:
            return
        self._message_at = asyncio.get_running_loop().time()
        if self.on_note is None and not self._pace.kept(self._message_at):
            log.warning("a browser sent far more messages than any page does: its call ends")
            self.leave()
            return
        match read_message(data):
            case Key(key=key):
                self.press(key)
            case Bye():
                self.leave()
            case Ping():
                self.tell({"type": "pong"})
            case None if self.on_note is not None and (note := read_note(data)):
                self.on_note(note)
                if note.get("type") == "ended":
                    self.leave()
            case None:
                pass

    def _finish(self) -> None:
        if self._over:
            return
        self._over = True
        self._playout.close()
        self._changed.set()
        if self._keys.full():
            self._keys.get_nowait()
        self._keys.put_nowait(None)
