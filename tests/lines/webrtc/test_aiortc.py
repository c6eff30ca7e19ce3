"""What of aiortc we rely on that it has not promised. Fails first when aiortc changes.

Our jitter buffer stands in a private place of aiortc's receiver (`peer.JITTER_BUFFER`), its way
of sending data is wrapped (`peer.SEND_DATA`), it is told how long to wait for STUN and TURN
servers (`peer.ICE`, `peer.CANDIDATES`), and it does not hang up by itself (`peer.CONSENT`). If a
test here fails after an update:

1. look in `aiortc/rtcrtpreceiver.py` for who calls the jitter buffer in `_handle_rtp_packet`, and
   in `aiortc/rtcdtlstransport.py` for what SCTP calls to send, and in `aioice/ice.py` for what
   waits for servers and asks for consent;
2. name the new places in `ivr/lines/webrtc/peer.py`, and give `Incoming.add` the new signature;
3. until then stay with the version that the lock names: calls work with it.
"""

import asyncio
import gc
import inspect
from typing import Any

import aioice.ice
import aioice.stun
import pytest
from aiortc import RTCIceGatherer, RTCPeerConnection, RTCRtpReceiver
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtp import RtpPacket

from ivr.lines.webrtc.peer import CANDIDATES, CONSENT, ICE, JITTER_BUFFER, SEND_DATA, Incoming
from ivr.lines.webrtc.playout import MOST_FRAMES
from tests.lines.webrtc.pair import pair


async def test_the_receiver_has_its_jitter_buffer_where_ours_is_put() -> None:
    connection = RTCPeerConnection()
    try:
        receiver = connection.addTransceiver("audio").receiver
        assert isinstance(receiver, RTCRtpReceiver)
        assert isinstance(getattr(receiver, JITTER_BUFFER, None), JitterBuffer), __doc__
    finally:
        await connection.close()


def test_our_buffer_is_called_as_aiortc_calls_its_own() -> None:
    theirs = inspect.signature(JitterBuffer.add).parameters
    assert list(theirs) == list(inspect.signature(Incoming.add).parameters), __doc__
    calls = inspect.getsource(RTCRtpReceiver._handle_rtp_packet)
    assert "jitter_buffer.add(packet)" in calls, __doc__


async def test_packets_reach_our_buffer_and_nothing_else_of_it_is_asked_for() -> None:
    incoming = Incoming()
    assert incoming.add(RtpPacket(payload_type=96, sequence_number=1)) == (False, None)
    async with pair() as (ours, theirs):
        for _ in range(MOST_FRAMES):
            await theirs.play(bytes(1920))
        assert ours._peer is not None
        async with asyncio.timeout(30):
            while not ours._peer.incoming.packets:  # noqa: ASYNC110 - aiortc tells nobody
                await asyncio.sleep(0.02)


def test_sctp_sends_where_loss_is_taken_as_loss() -> None:
    assert inspect.iscoroutinefunction(getattr(RTCDtlsTransport, SEND_DATA, None)), __doc__


async def test_a_server_is_waited_for_as_long_as_we_say() -> None:
    ice = getattr(RTCIceGatherer([]), ICE)
    assert "timeout" in inspect.signature(getattr(ice, CANDIDATES)).parameters, __doc__
    assert f".{CANDIDATES}(" in inspect.getsource(ice.gather_candidates), __doc__


async def test_a_busy_machine_whose_answers_are_late_hangs_up_on_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """aioice takes an answer after half a second for none, and closes after six of them."""
    monkeypatch.setattr(aioice.ice, "CONSENT_INTERVAL", 0.01)
    monkeypatch.setattr(aioice.stun, "RETRY_RTO", 0.0)
    assert f".{CONSENT}()" in inspect.getsource(aioice.ice.Connection.connect), __doc__
    async with pair() as (ours, theirs):
        await asyncio.sleep(0.5)
        assert ours.tell({"type": "state"})
        assert theirs.tell({"type": "ping"})


async def test_a_connection_that_is_lost_is_lost_quietly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """aiortc's retransmissions would fail in tasks of nobody's, until the call is given up."""
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _loop, context: complaints.append(context)
    )
    async with pair() as (ours, theirs):
        peer = ours._peer
        assert peer is not None
        sctp = peer._connection.sctp
        assert sctp is not None
        # From now on no packet reaches us; what we send is never confirmed.
        ice = sctp.transport.transport._connection
        assert theirs.tell({"type": "ping"})
        ours.tell({"type": "state"})
        monkeypatch.setattr(aioice.ice.StunProtocol, "datagram_received", lambda *_given: None)
        ours.tell({"type": "state"})
        await ice.close()
        ours.tell({"type": "state"})
        sctp._t3_expired()  # What comes by itself a second or so later.
        await asyncio.sleep(0.1)
        gc.collect()
        await asyncio.sleep(0)
    assert complaints == []
