"""The connections of one leg: makes them, goes on over one, and closes those that are done."""

import asyncio
from collections.abc import Callable
from functools import partial

from ivr.config.webrtc import WebRtc
from ivr.lines.webrtc.peer import Peer
from ivr.lines.webrtc.ways import Ways


class Connections:
    """Carries what a leg says over the connection in use, and what comes over it to the leg."""

    def __init__(
        self,
        settings: WebRtc,
        next_frame: Callable[[], bytes | None],
        on_message: Callable[[object], None],
        on_open: Callable[[], None],
    ) -> None:
        """`on_open` is called when another connection than before is in use."""
        self._settings = settings
        self._next_frame = next_frame
        self._on_message = on_message
        self._on_open = on_open
        self._made = 0
        self._peers: dict[int, Peer] = {}
        self._ways = Ways()
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def used(self) -> Peer | None:
        """None until the first one is open."""
        return None if self._ways.used is None else self._peers[self._ways.used]

    @property
    def up(self) -> bool:
        """Whether the latest one is open."""
        used = self.used
        later = used is None or any(number > used.number for number in self._ways.coming)
        return used is not None and not later and used.channel_open

    def make(self) -> Peer:
        """One that is used once it is added and open."""
        self._made += 1
        number = self._made
        peer = Peer(
            self._settings,
            partial(self._frame_for, number),
            partial(self._hear, number),
            partial(self._look, number),
        )
        peer.number = number
        return peer

    def add(self, peer: Peer) -> bool:
        """False, and it is closed, if a later one is in use."""
        ways = self._ways.offered(peer.number)
        if peer.number not in ways:
            self.close_soon(peer)
            return False
        self._peers[peer.number] = peer
        self._go_on(ways)
        self._look(peer.number)
        return True

    def send_to_all(self, text: str) -> bool:
        """Nobody knows yet which one the browser settles for; says whether any took it."""
        taken = [peer.send(text) for peer in self._peers.values()]
        return any(taken)

    def close_soon(self, peer: Peer) -> None:
        closing = asyncio.create_task(peer.close(), name="close peer")
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Closing twice is harmless, and both wait for the end of it."""
        for peer in self._peers.values():
            self.close_soon(peer)
        if self._closing:
            await asyncio.wait(self._closing)

    def _frame_for(self, number: int) -> bytes | None:
        """What is said once is not shared out among several."""
        return self._next_frame() if number == self._ways.used else None

    def _hear(self, number: int, data: object) -> None:
        self._go_on(self._ways.spoken(number))
        self._on_message(data)

    def _look(self, number: int) -> None:
        peer = self._peers.get(number)
        if peer is not None and peer.channel_open:
            self._go_on(self._ways.opened(number))

    def _go_on(self, ways: Ways) -> None:
        former, self._ways = self._ways, ways
        for number in [number for number in self._peers if number not in ways]:
            self.close_soon(self._peers.pop(number))
        if ways.used != former.used:
            self._on_open()
