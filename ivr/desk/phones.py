"""Offers that ring a telephone: an agent's, or an external site's trunk."""

import logging
from collections.abc import Awaitable, Callable, Mapping

from ivr.config.desk_plan import Site
from ivr.core.errors import StoreUnavailable
from ivr.core.telephony import DialFailure, Dialler, DialReason
from ivr.desk.rings import Answered, NotAnswered, Offer, Refused, RingResult, Unreachable

_log = logging.getLogger(__name__)

Probe = Callable[[str], Awaitable[bool]]
"""Whether something answers at a SIP address (OPTIONS)."""
LinkMaker = Callable[[str], Awaitable[str]]
"""A link to what a call is about. Raises StoreUnavailable."""
LONGEST_HEADER = 200
"""Characters of a header's value: some providers drop calls with longer ones."""


class PhoneRing:
    """Implements `rings.Ring`. `probe` may be missing: then only failed calls tell of a fault."""

    def __init__(
        self,
        dialler: Dialler,
        company: str,
        probe: Probe | None = None,
        link: LinkMaker | None = None,
    ) -> None:
        self._dialler = dialler
        self._company = company
        self._probe = probe
        self._link = link

    async def ring(self, offer: Offer) -> RingResult:
        target = offer.agent.phone if offer.agent is not None else offer.site.trunk
        if target is None:
            return Unreachable()
        headers = context_headers(offer, self._company, await self._link_for(offer))
        answered = await self._dialler.dial(target, headers=headers, timeout_s=offer.rings_s)
        if isinstance(answered, DialFailure):
            return _of_failure(answered.reason)
        return Answered(answered, by_phone=True)

    async def _link_for(self, offer: Offer) -> str:
        """Empty where none is wanted; a call is not kept waiting for want of a link."""
        if self._link is None or "link" not in offer.site.headers:
            return ""
        try:
            return await self._link(offer.waiting.call_id)
        except StoreUnavailable as error:
            _log.warning("a call goes without its link", extra={"reason": str(error)})
            return ""

    async def alive(self, site: Site) -> bool:
        if site.trunk is None or self._probe is None:
            return True
        return await self._probe(site.trunk)


def context_headers(offer: Offer, company: str, link: str = "") -> Mapping[str, str]:
    """What the plan allows to tell of the call in SIP headers: an allow-list, each in one line."""
    waiting = offer.waiting
    known = {
        "company": company,
        "intent": waiting.hand_over.intent or "",
        "language": waiting.language,
        "summary": waiting.hand_over.summary,
        # Half a link is none.
        "link": link if len(link) <= LONGEST_HEADER else "",
    }
    return {
        f"X-Hotline-{name.capitalize()}": line
        for name in offer.site.headers
        if (line := _one_line(known.get(name, "")))
    }


def _one_line(text: str) -> str:
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(printable.split())[:LONGEST_HEADER]


def _of_failure(reason: DialReason) -> RingResult:
    match reason:
        case DialReason.DECLINED:
            return Refused()
        case DialReason.NO_ANSWER:
            return NotAnswered()
        case DialReason.BUSY | DialReason.FULL:
            return Unreachable(busy=True)
        case _:
            return Unreachable()
