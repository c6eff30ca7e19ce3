"""Asks one certain colleague into a call: for advice, or to take it over."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import uuid4

from ivr.core.desk import Taken
from ivr.core.staffing import Agent, Wait
from ivr.desk import presence
from ivr.desk.changes import change_agent
from ivr.desk.premises import Premises
from ivr.desk.rings import Answered, Offer, RingResult

LetGo: TypeAlias = Callable[[str, str], Awaitable[None]]
"""Told of a call and of an agent of whom nothing comes for it, though the store be away."""


async def ask_in(
    premises: Premises, let_go: LetGo, colleague_id: str, wait: Wait, why: str
) -> Taken | None:
    """Ring a colleague who is free, with what is known of this call; None if they don't come.

    Whoever gets `Taken` puts the leg into the call, or hangs it up and tells the desk. Raises
    StoreUnavailable; nobody stays rung then.
    """
    store, me = premises.store, premises.store.me
    taken, reserved = None, None
    try:
        reserved = await change_agent(
            store,
            colleague_id,
            lambda agent: presence.reserve(agent, premises.clock(), wait.call_id, me),
        )
        if reserved is not None:
            taken = await _rung(premises, reserved, wait, why)
        return taken
    finally:
        # Not to have come to a colleague's call is no miss.
        if reserved is not None and taken is None:
            await let_go(wait.call_id, colleague_id)


async def _rung(premises: Premises, agent: Agent, wait: Wait, why: str) -> Taken | None:
    store, today = premises.store, premises.today(agent)
    await change_agent(store, agent.id, lambda a: presence.ring(a, premises.clock()))
    answer = await _ring(premises, agent, wait, why)
    if not isinstance(answer, Answered):
        return None
    came = None
    try:
        came = await change_agent(
            store, agent.id, lambda a: presence.accept(a, premises.clock(), today)
        )
    finally:
        if came is None:
            await answer.leg.hang_up()
    if came is None:
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
