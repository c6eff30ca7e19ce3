"""The way in for browsers: an offer becomes a leg and an answer."""

from collections.abc import Awaitable, Callable

from ivr.config.webrtc import WebRtc
from ivr.lines.webrtc.leg import WebRtcLeg
from ivr.lines.webrtc.offer import Offer


async def accept_offer(
    offer: Offer, settings: WebRtc, *, caller: str | None = None
) -> tuple[WebRtcLeg, str]:
    """A leg, and the SDP that the browser waits for. The leg is up once `connected` says so.

    Whoever gets it hangs it up, even if it never comes up. Raises OfferRefused.
    """
    leg = WebRtcLeg(settings, caller=caller)
    peer = leg.make_peer()
    answer = await peer.answer(offer)
    leg.attach(peer)
    return leg, answer


async def _always() -> bool:
    return True


async def resume(
    leg: WebRtcLeg, offer: Offer, wanted: Callable[[], Awaitable[bool]] = _always
) -> str | None:
    """Let a browser that lost its network come back to its leg; None if that is too late.

    Too late is it when the leg is over, nobody waits for the answer any more (`wanted`), or a
    later offer was faster: the way back that works must not be closed for one that was given up.
    Raises OfferRefused.
    """
    peer = leg.make_peer()
    answer = await peer.answer(offer)
    if await wanted() and leg.attach(peer):
        return answer
    await peer.close()
    return None
