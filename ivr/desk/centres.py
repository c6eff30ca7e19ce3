"""Asks a call centre outside to take over a caller whom an agent has, by the rules of routing."""

import asyncio
from dataclasses import replace
from uuid import uuid4

from ivr.config.desk_plan import Site
from ivr.core.desk import CallOutEnd, Taken
from ivr.core.errors import StoreUnavailable
from ivr.core.staffing import Wait, WaitState
from ivr.desk.changes import change_site, change_stay
from ivr.desk.colleagues import LetGo
from ivr.desk.expectation import used_lines
from ivr.desk.premises import Premises
from ivr.desk.rings import Answered, NotAnswered, Offer, RingResult, Unreachable
from ivr.desk.routing import in_service
from ivr.desk.trouble import failed, worked


async def ask_centre(
    premises: Premises, let_go: LetGo, site: Site, wait: Wait, why: str
) -> Taken | CallOutEnd:
    """Ring there on a line that is reserved before it rings; or why that cannot be.

    The line is in use from then on, as a stay of its own after the agent's, until the desk is told
    that the site has parted. A site that does not answer is taken out as after any other call.
    Raises StoreUnavailable.
    """
    store, now = premises.store, premises.clock()
    floor = await store.floor()
    if not site.on_duty(now):
        return CallOutEnd.CLOSED
    if not in_service(floor.sites.get(site.id), used_lines(floor.waits, site.id), now):
        return CallOutEnd.UNREACHABLE
    stay = Wait(
        replace(wait.waiting, since=now),
        wait.queue,
        state=WaitState.TALKING,
        agent=site.id,
        site=site.id,
        why=why,
        offered_at=now,
        passed_on=True,
    )
    claimed = await store.claim_line(stay, site.lines)
    if claimed is None:
        return CallOutEnd.FULL
    taken: Taken | None = None
    try:
        answer = await _rung(premises, site, claimed)
        if not isinstance(answer, Answered):
            return await _not_taken(premises, site, answer)
        taken = await _accepted(premises, site, claimed, answer)
    finally:
        if taken is None:
            await _forget(premises, let_go, claimed)
    return CallOutEnd.UNREACHABLE if taken is None else taken


async def _rung(premises: Premises, site: Site, stay: Wait) -> RingResult:
    rings_s = premises.settings.offer_s
    queue = premises.plan.queue(stay.queue)
    offer = Offer(uuid4().hex, stay.waiting, queue, site, None, rings_s, stay.why)
    try:
        async with asyncio.timeout(rings_s):
            return await premises.ring.ring(offer)
    except TimeoutError:
        return NotAnswered()


async def _accepted(premises: Premises, site: Site, stay: Wait, answer: Answered) -> Taken | None:
    now, there = premises.clock(), None
    try:
        there = await change_stay(
            premises.store,
            stay.call_id,
            lambda each: each.id == stay.id,
            lambda each: replace(each, taken_at=now),
        )
    finally:
        if there is None:
            await answer.leg.hang_up()
    if there is None:
        return None
    await change_site(premises.store, site.id, worked)
    return Taken(site.id, site.name, site.id, answer.leg, answer.by_phone, stay.why)


async def _not_taken(premises: Premises, site: Site, result: RingResult) -> CallOutEnd:
    busy = isinstance(result, Unreachable) and result.busy
    if isinstance(result, Unreachable | NotAnswered) and not busy:
        now, pause_s = premises.clock(), premises.settings.site_pause_s
        await change_site(premises.store, site.id, lambda state: failed(state, now, pause_s))
    if busy:
        return CallOutEnd.BUSY
    return CallOutEnd.NO_ANSWER if isinstance(result, NotAnswered) else CallOutEnd.UNREACHABLE


async def _forget(premises: Premises, let_go: LetGo, stay: Wait) -> None:
    """Free the line; later if the store is away now."""
    try:
        await premises.store.drop(stay)
    except StoreUnavailable:
        await let_go(stay.call_id, stay.agent or "")
