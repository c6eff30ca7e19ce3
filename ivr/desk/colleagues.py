"""Asks one certain colleague into a call: for advice, or to take it over."""

import asyncio
from uuid import uuid4

from ivr.core.desk import Taken
from ivr.core.staffing import Agent, Wait
from ivr.desk import presence
from ivr.desk.changes import change_agent
from ivr.desk.premises import Premises
from ivr.desk.rings import Answered, Offer, RingResult


async def ask_in(premises: Premises, colleague_id: str, wait: Wait, why: str) -> Taken | None:
    """Ring a colleague who is free, with what is known of this call; None if they don't come.

    Whoever gets `Taken` puts the leg into the call, or hangs it up and tells the desk. Raises
    StoreUnavailable.
    """
    store = premises.store
    reserved = await change_agent(
        store,
        colleague_id,
        lambda agent: presence.reserve(agent, premises.clock(), wait.call_id),
    )
    if reserved is None:
        return None
    await change_agent(store, colleague_id, lambda agent: presence.ring(agent, premises.clock()))
    answer = await _ring(premises, reserved, wait, why)
    if not isinstance(answer, Answered):
        await _set_free(premises, colleague_id)
        return None
    today = premises.today(reserved)
    came = await change_agent(
        store, colleague_id, lambda agent: presence.accept(agent, premises.clock(), today)
    )
    if came is None:
        await answer.leg.hang_up()
        return None
    return Taken(came.id, came.name, came.site, answer.leg, by_phone=answer.by_phone, why=why)


async def _ring(premises: Premises, agent: Agent, wait: Wait, why: str) -> RingResult | None:
    plan, rings_s = premises.plan, premises.settings.offer_s
    site = plan.site(agent.site) or plan.sites[0]
    queue = plan.queue(wait.queue)
    offer = Offer(uuid4().hex, wait.waiting, queue, site, agent, rings_s, why)
    try:
        async with asyncio.timeout(rings_s):
            return await premises.ring.ring(offer)
    except TimeoutError:
        return None
    except BaseException:
        await _set_free(premises, agent.id)
        raise


async def _set_free(premises: Premises, agent_id: str) -> None:
    """Not to have come to a colleague's call is no miss."""
    await change_agent(
        premises.store, agent_id, lambda agent: presence.withdraw(agent, premises.clock())
    )
