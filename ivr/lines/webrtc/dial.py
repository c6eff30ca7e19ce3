"""Calls a hotline as its call page does, from a program: for tries, tests and measurements."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx

from ivr.config.webrtc import WebRtc
from ivr.core.errors import LineFailed
from ivr.lines.webrtc.leg import WebRtcLeg

_TIMEOUT_S = 10.0


async def dial_browser_line(
    address: str, settings: WebRtc, on_note: Callable[[Mapping[str, Any]], None]
) -> WebRtcLeg:
    """A leg to the hotline whose pages are at `address`, such as `http://127.0.0.1:8080`.

    `on_note` gets what the call page would show: states, captions. Raises LineFailed.
    """
    leg = WebRtcLeg(settings)
    leg.on_note = on_note
    peer = leg.make_peer()
    try:
        async with httpx.AsyncClient(base_url=address, timeout=_TIMEOUT_S) as client:
            response = await client.post("/calls", json={"sdp": await peer.offer()})
        if response.status_code != httpx.codes.CREATED:
            raise LineFailed(f"the hotline takes no call: {_reason(response)}")
        await peer.accepted(response.json()["sdp"])
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError) as error:
        await peer.close()
        raise LineFailed(
            f"no hotline answers at {address} ({error}): start it with make run, or correct the"
            " address"
        ) from error
    except LineFailed:
        await peer.close()
        raise
    leg.attach(peer)
    if not await leg.connected():
        await leg.hang_up()
        raise LineFailed("the hotline answers, but no sound comes through: check the firewall")
    return leg


def _reason(response: httpx.Response) -> str:
    try:
        return str(response.json()["error"])
    except (ValueError, KeyError, TypeError):
        return f"status {response.status_code}"
