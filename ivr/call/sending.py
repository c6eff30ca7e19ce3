"""Sends a caller on to an external site: once somebody is there, the two talk on without us."""

import asyncio
import logging

from ivr.call.parts import Parts
from ivr.core.desk import PartingHow, Taken
from ivr.core.events import AgentLeft
from ivr.core.telephony import Transferable, Transferred

log = logging.getLogger(__name__)


class Sending:
    """One call's. While it is under way the end of a leg is no hanging up."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._settled = asyncio.Event()
        self._settled.set()

    @property
    def under_way(self) -> bool:
        return not self._settled.is_set()

    async def settled(self) -> None:
        """Wait until it is known what came of it; at once if nothing is under way."""
        await self._settled.wait()

    async def send(self, taken: Taken) -> None:
        """Try it. If their line cannot, or it fails, the call stays bridged (RFC 3891)."""
        leg, inbox = self._parts.leg, self._parts.inbox
        if not isinstance(leg, Transferable):
            return
        self._settled.clear()
        try:
            result = await leg.transfer_to(taken.leg)
            if isinstance(result, Transferred):
                inbox.put(AgentLeft(inbox.now(), PartingHow.SENT_ON))
            else:
                log.info(
                    "a caller could not be sent on and stays on our lines",
                    extra={"reason": result.reason.value, "status": result.status},
                )
        except Exception:
            # They are talking already: a fault here must not cost them that.
            log.exception("a caller could not be sent on and stays on our lines")
        finally:
            self._settled.set()
