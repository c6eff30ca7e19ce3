"""One connection to a browser: aiortc carries it, packets and pace are our own.

aiortc's own receive path waits for four packets in hand and stands still for a third of a second
when one is lost, so received packets are taken before it, in place of its jitter buffer; and what
is sent is encoded here, which saves a change of threads a frame. ICE restart is not in aiortc:
who comes back brings a new offer and gets a new `Peer`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from fractions import Fraction
from functools import partial
from typing import Any

from aiortc import (
    InvalidStateError,
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.rtp import RtpPacket
from av.packet import Packet
from typing_extensions import override

from ivr.audio.framing import Framer
from ivr.config.webrtc import WebRtc
from ivr.core.beat import Beat
from ivr.core.pcm import FRAME_S, frame_bytes
from ivr.lines.webrtc.jitter import JitterBuffer, Missing
from ivr.lines.webrtc.offer import Offer, OfferRefused
from ivr.lines.webrtc.opus import FRAME_SAMPLES, RATE, OpusDecoder, OpusEncoder

CHANNEL = "call"
"""Name of the data channel."""
GATHER_S = 1.0
"""How long a STUN or TURN server is waited for; without its word, the call goes on with the
addresses that are known. aiortc itself would wait for 5 s, and no caller does."""
MOST_UNSENT = 64_000
"""Bytes that may wait in the data channel; a browser that takes no more gets no more."""
JITTER_BUFFER = "_RTCRtpReceiver__jitter_buffer"
SEND_DATA = "_send_data"
ICE, CANDIDATES, CONSENT = "_connection", "get_component_candidates", "query_consent"
"""All are aiortc's own affair: `tests/lines/webrtc/test_aiortc.py` says what to do when it has
changed them."""
_LATE_S = 0.2
"""A sender that is late by more begins anew instead of catching up."""
_TIME_BASE = Fraction(1, RATE)
_SILENCE = bytes(frame_bytes(RATE))


def configuration(settings: WebRtc) -> RTCConfiguration:
    """Without a server in the settings, only this machine's own addresses are used."""
    servers = [RTCIceServer(settings.stun)] if settings.stun else []
    if settings.turn:
        password = settings.turn_password.get_secret_value() if settings.turn_password else None
        servers.append(RTCIceServer(settings.turn, settings.turn_user, password))
    return RTCConfiguration(iceServers=servers)


class Outgoing(MediaStreamTrack):
    """What we send: a frame every 20 ms, already Opus."""

    kind = "audio"

    def __init__(self, next_frame: Callable[[], bytes | None]) -> None:
        super().__init__()
        self._next_frame = next_frame
        self._encoder = OpusEncoder()
        self._beat: Beat | None = None
        self._sent = 0

    @override
    async def recv(self) -> "Packet[Any]":
        if self.readyState != "live":
            raise MediaStreamError
        now = asyncio.get_running_loop().time()
        self._beat = self._beat or Beat(now - FRAME_S, late_s=_LATE_S)
        await asyncio.sleep(self._beat.wait_s(now))
        packet = Packet(self._encoder.encode(self._next_frame() or _SILENCE))
        packet.pts = self._sent * FRAME_SAMPLES
        packet.time_base = _TIME_BASE
        self._sent += 1
        return packet


class Incoming:
    """What we receive, evened out: `take` gives a frame every 20 ms.

    Stands in for the jitter buffer of aiortc's receiver, which calls `add` for each packet.
    """

    def __init__(self) -> None:
        self._buffer = JitterBuffer()
        self._decoder = OpusDecoder()
        self._framer = Framer(frame_bytes(RATE))
        self._ready: list[bytes] = []
        self._last = _SILENCE
        self.packets = 0
        self.heard_at = 0.0
        """Loop time of the latest packet."""

    def add(self, packet: RtpPacket) -> tuple[bool, None]:
        self.packets += 1
        self.heard_at = asyncio.get_running_loop().time()
        self._buffer.put(packet.sequence_number, packet.payload)
        return False, None

    def take(self) -> bytes:
        """A packet of more than 20 ms is given out frame by frame; what is lost is silence."""
        if not self._ready:
            due = self._buffer.take()
            if not isinstance(due, Missing):
                self._ready = list(self._framer.push(self._decoder.decode(due)))
        return self._ready.pop(0) if self._ready else _SILENCE

    @property
    def lost(self) -> int:
        return self._buffer.lost


class Peer:
    """A connection, from the offer to its close. Reports to its owner by the three callbacks."""

    def __init__(
        self,
        settings: WebRtc,
        next_frame: Callable[[], bytes | None],
        on_message: Callable[[object], None],
        on_state: Callable[[], None],
    ) -> None:
        """`on_state` is called when `state` or `channel_open` may have changed."""
        self.number = 0
        """Where its owner makes several: in the order in which they were asked for."""
        self._connection = RTCPeerConnection(configuration(settings))
        self._on_message = on_message
        self._on_state = on_state
        self._channel: RTCDataChannel | None = None
        self._closing: asyncio.Task[None] | None = None
        self.incoming = Incoming()
        self._connection.add_listener("connectionstatechange", on_state)
        self._connection.add_listener("datachannel", self._take_channel)
        self._connection.addTrack(Outgoing(next_frame))
        _receive_into(self._connection.getReceivers()[0], self.incoming)

    @property
    def state(self) -> str:
        """As in the browser: new, connecting, connected, failed, closed."""
        return str(self._connection.connectionState)

    @property
    def channel_open(self) -> bool:
        """An open channel of a lost connection counts as closed: it would only pile up."""
        channel, connection = self._channel, self._connection.connectionState
        return channel is not None and channel.readyState == "open" and connection == "connected"

    async def answer(self, offer: Offer) -> str:
        """SDP for the browser. Raises OfferRefused; the peer is closed then."""
        try:
            await self._connection.setRemoteDescription(
                RTCSessionDescription(offer.sdp(), "offer")
            )
            self._adjust_transports()
            await self._connection.setLocalDescription()
        except Exception as error:
            # Whatever aiortc dislikes about an offer is the offer's fault.
            await self.close()
            raise OfferRefused("the offer cannot be answered") from error
        except asyncio.CancelledError:
            await self.close()
            raise
        return str(self._connection.localDescription.sdp)

    async def offer(self) -> str:
        """SDP of a call from this side."""
        self._take_channel(self._connection.createDataChannel(CHANNEL))
        self._adjust_transports()
        await self._connection.setLocalDescription(await self._connection.createOffer())
        return str(self._connection.localDescription.sdp)

    async def accepted(self, answer: str) -> None:
        """Take the other side's answer to `offer`. Raises ValueError if it is none."""
        await self._connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    def send(self, text: str) -> bool:
        """Over the data channel, if it is open; says whether it could be sent. Never waits."""
        channel = self._channel
        if channel is None or not self.channel_open or channel.bufferedAmount > MOST_UNSENT:
            return False
        with suppress(InvalidStateError):
            channel.send(text)
            return True
        return False

    async def close(self) -> None:
        """Closing twice is harmless, and both wait for the end of it."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._connection.close(), name="close peer")
        await asyncio.shield(self._closing)

    def _adjust_transports(self) -> None:
        self._take_loss_as_loss()
        dtls = {each.sender.transport for each in self._connection.getTransceivers()}
        if self._connection.sctp is not None:
            dtls.add(self._connection.sctp.transport)
        for each in dtls:
            ice = getattr(each.transport.iceGatherer, ICE)
            setattr(ice, CANDIDATES, partial(getattr(ice, CANDIDATES), timeout=GATHER_S))
            getattr(ice, CONSENT)
            setattr(ice, CONSENT, _consents)

    def _take_loss_as_loss(self) -> None:
        """Let SCTP take a datagram that cannot be sent for one that was lost on the way.

        aiortc sends them again from tasks that nobody owns; when the connection has gone, each of
        those would fail with "Cannot send data, not connected" until it is closed.
        """
        if self._connection.sctp is not None:
            transport = self._connection.sctp.transport
            setattr(transport, SEND_DATA, _forgiving(getattr(transport, SEND_DATA)))

    def _take_channel(self, channel: RTCDataChannel) -> None:
        if self._channel is not None or channel.label != CHANNEL:
            channel.close()
            return
        self._channel = channel
        channel.add_listener("message", self._on_message)
        channel.add_listener("open", self._on_state)
        channel.add_listener("close", self._on_state)
        self._on_state()


def _receive_into(receiver: RTCRtpReceiver, incoming: Incoming) -> None:
    """Put `incoming` where aiortc has its jitter buffer. Raises AttributeError if it has none."""
    getattr(receiver, JITTER_BUFFER)
    setattr(receiver, JITTER_BUFFER, incoming)


async def _consents() -> None:
    """Whether the browser still wants our packets (RFC 7675) is seen by its own: `WebRtcLeg` ends
    where none have come for `reconnect_s`, sooner than after the RFC's 30 s.

    aioice would ask in STUN and take what is answered after more than half a second for no answer;
    after six of them it closes, so that one busy half a minute would end every call at once.
    """


def _forgiving(send: Callable[[bytes], Awaitable[None]]) -> Callable[[bytes], Awaitable[None]]:
    async def sent(data: bytes) -> None:
        with suppress(ConnectionError):
            await send(data)

    return sent
