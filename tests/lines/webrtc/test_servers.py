"""STUN and TURN servers of the settings: what they tell is offered, what they relay is heard."""

import asyncio
import os
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aioice.ice import get_host_addresses
from pydantic import SecretStr

from ivr.config.webrtc import WebRtc
from ivr.lines.webrtc.accept import accept_offer
from ivr.lines.webrtc.leg import WebRtcLeg
from ivr.lines.webrtc.offer import read_offer
from tests.lines.webrtc.outage import firewall
from tests.lines.webrtc.pair import pair, stun_server
from tests.lines.webrtc.test_leg import heard, loud, say, tone
from tests.ports import free_ports

PUBLIC = ("203.0.113.9", 40_123)
USER, PASSWORD = "hotline", "nur-zum-Testen"


@asynccontextmanager
async def turn_server(folder: Path) -> AsyncIterator[WebRtc]:
    """A TURN server that is not ours (coturn), and the settings that name it.

    It relays from this machine's own address: those of the inside nobody tries.
    """
    own, port = get_host_addresses(use_ipv4=True, use_ipv6=False)[0], free_ports(1)[0]
    process = await asyncio.create_subprocess_exec(
        *("turnserver", "-n", "--no-tls", "--no-dtls", "--no-cli", "--lt-cred-mech"),
        *("-L", own, "-E", own, "-p", str(port), "-r", "musterfirma", "-u", f"{USER}:{PASSWORD}"),
        *("--userdb", str(folder / "turn.db"), "--pidfile", str(folder / "turn.pid")),
        *("--log-file", "stdout", "--simple-log"),
        stdout=DEVNULL,
        stderr=PIPE,
        cwd=folder,
        env={**os.environ, "LC_ALL": "C"},
    )
    try:
        await _listens(process, own, port)
        yield WebRtc(
            turn=f"turn:{own}:{port}?transport=udp",
            turn_user=USER,
            turn_password=SecretStr(PASSWORD),
        )
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.communicate()


async def _listens(process: Process, host: str, port: int) -> None:
    while process.returncode is None:
        with suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            await writer.wait_closed()
            return
        await asyncio.sleep(0.05)
    raise AssertionError("coturn did not start")


async def test_the_address_that_a_stun_server_tells_is_offered_and_answered() -> None:
    with stun_server(PUBLIC) as address:
        settings = WebRtc(stun=f"stun:{address}")
        theirs = WebRtcLeg(settings)
        peer = theirs.make_peer()
        offer = await peer.offer()
        ours, answer = await accept_offer(read_offer(offer), settings)
        try:
            for sdp in (offer, answer):
                [told] = {line.split(" ")[4] for line in sdp.splitlines() if "typ srflx" in line}
                assert told == PUBLIC[0]
        finally:
            await asyncio.gather(ours.hang_up(), peer.close())


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_call_that_no_packet_reaches_directly_is_heard_through_a_relay(
    tmp_path: Path,
) -> None:
    with firewall() as wall:
        async with turn_server(tmp_path) as settings, pair(settings) as (ours, theirs):
            for speaker, listener in ((ours, theirs), (theirs, ours)):
                speaking = asyncio.create_task(say(speaker, tone(0.8)))
                assert loud(await heard(aiter(listener.frames()), 60)) >= 35
                await speaking
    assert wall.swallowed
