"""Conversations that leave no record: what is taken down in them goes nowhere."""

from dataclasses import replace

from ivr.core.records import Fact, Order
from ivr.understanding.actions.settle import Keep

UNRECORDED = "try-"
"""What the ids of such conversations begin with; a call's id never does."""
_NUMBER = "600000"
"""An order number that the store never gives."""


async def kept_nowhere(_call_id: str, fact: Fact) -> Fact:
    """As if it had been kept."""
    return replace(fact, number=_NUMBER) if isinstance(fact, Order) else fact


def recorded_calls_only(keep: Keep) -> Keep:
    """Keeps facts of calls, and none of conversations that are tried."""

    async def kept(call_id: str, fact: Fact) -> Fact:
        if call_id.startswith(UNRECORDED):
            return await kept_nowhere(call_id, fact)
        return await keep(call_id, fact)

    return kept
