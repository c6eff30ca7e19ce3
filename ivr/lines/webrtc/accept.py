"""The way in for browsers: an offer becomes a leg and an answer."""

from ivr.config.webrtc import WebRtc
from ivr.core.ports import Meter
from ivr.lines.webrtc.leg import WebRtcLeg
from ivr.lines.webrtc.offer import Offer


async def accept_offer(
    offer: Offer, settings: WebRtc, *, caller: str | None = None, meter: Meter | None = None
) -> tuple[WebRtcLeg, str]:
    """A leg, and the SDP that the browser waits for. The leg is up once `connected` says so.

    Whoever gets it hangs it up, even if it never comes up. Raises OfferRefused.
    """
    leg = WebRtcLeg(settings, caller=caller, meter=meter)
    peer = leg.make_peer()
    answer = await peer.answer(offer)
    leg.attach(peer)
    return leg, answer


async def resume(leg: WebRtcLeg, offer: Offer) -> str | None:
    """Let a browser that lost its network come back to its leg; None if the leg is over by then.

    Raises OfferRefused.
    """
    peer = leg.make_peer()
    answer = await peer.answer(offer)
    if leg.over:
        await peer.close()
        return None
    leg.attach(peer)
    return answer
