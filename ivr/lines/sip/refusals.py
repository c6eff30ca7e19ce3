"""Keeps count of the calls that are turned away, and tells the log of them, one of each reason."""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping

from ivr.core.measures import Tally
from ivr.core.ports import Meter
from ivr.lines.sip.door import Example, Refusal

log = logging.getLogger(__name__)

TOLD_EVERY_S = 10.0
COUNTED: Mapping[Refusal, Tally] = {
    Refusal.DRAINING: Tally.REFUSED_DRAINING,
    Refusal.FULL: Tally.REFUSED_FULL,
    Refusal.ACCOUNT_FULL: Tally.REFUSED_ACCOUNT_FULL,
    Refusal.NOT_OURS: Tally.REFUSED_NOT_OURS,
    Refusal.STRANGER: Tally.REFUSED_STRANGER,
    Refusal.UNTRACED: Tally.REFUSED_UNTRACED,
    Refusal.NAMELESS: Tally.REFUSED_NAMELESS,
}


class Refusals:
    """Of one line."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._untold: Counter[Refusal] = Counter()
        self._examples: dict[Refusal, Example] = {}
        """Of each reason the call that was refused last, to be found in others' logs."""
        self._told_at = float("-inf")

    def count(self, why: Refusal, example: Example) -> None:
        """The log is told at once of the first one, and of those after it every few seconds."""
        self._examples[why] = example
        self._meter.count(COUNTED[why])
        self._untold[why] += 1
        now = asyncio.get_running_loop().time()
        if now - self._told_at >= TOLD_EVERY_S:
            self._told_at = now
            self._tell()

    def _tell(self) -> None:
        for why, calls in self._untold.items():
            example = self._examples[why]
            log.warning(
                "telephone calls were refused",
                extra={
                    "why": str(why),
                    "calls": calls,
                    "account": example.account,
                    "sip_call": example.sip_call,
                    "personal_source": example.source,
                    "personal_called": example.called,
                },
            )
        self._untold.clear()
        self._examples.clear()
