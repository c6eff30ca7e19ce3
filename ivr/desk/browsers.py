"""Offers that ring in agents' browsers."""

import asyncio

from ivr.config.desk_plan import Site
from ivr.core.ports import Leg
from ivr.desk.hub import Hub, OfferOver, OfferRings
from ivr.desk.rings import Answered, Offer, Refused, RingResult, Unreachable


class BrowserRing:
    """Implements `rings.Ring`; the pages answer through `accept` and `refuse`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._open: dict[str, tuple[Offer, asyncio.Future[RingResult]]] = {}

    async def ring(self, offer: Offer) -> RingResult:
        if offer.agent is None or not self._hub.listens(offer.agent.id):
            return Unreachable()
        answer: asyncio.Future[RingResult] = asyncio.get_running_loop().create_future()
        self._open[offer.id] = (offer, answer)
        self._hub.tell(offer.agent.id, OfferRings(offer))
        try:
            return await answer
        except asyncio.CancelledError:
            # Accepted and withdrawn in one moment: nobody is left to speak with.
            if answer.done() and not answer.cancelled():
                result = answer.result()
                if isinstance(result, Answered):
                    await result.leg.hang_up()
            raise
        finally:
            del self._open[offer.id]
            self._hub.tell(offer.agent.id, OfferOver(offer.id))

    async def alive(self, site: Site) -> bool:
        return site.trunk is None

    def offers(self, agent_id: str) -> list[Offer]:
        """What rings at the agent's now: for a page that has just been opened."""
        ringing = (offer for offer, answer in self._open.values() if not answer.done())
        return [offer for offer in ringing if offer.agent and offer.agent.id == agent_id]

    def accept(self, agent_id: str, offer_id: str, leg: Leg) -> bool:
        """Take an offered call with this leg. False if it does not ring here any more."""
        return self._answer(agent_id, offer_id, Answered(leg))

    def refuse(self, agent_id: str, offer_id: str) -> bool:
        return self._answer(agent_id, offer_id, Refused())

    def _answer(self, agent_id: str, offer_id: str, result: RingResult) -> bool:
        offer, answer = self._open.get(offer_id, (None, None))
        if offer is None or answer is None or answer.done():
            return False
        if offer.agent is None or offer.agent.id != agent_id:
            return False
        answer.set_result(result)
        return True
