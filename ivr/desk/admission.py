"""What a caller faces who joins the queue, or goes on waiting in it. Pure."""

from datetime import datetime

from ivr.config.desk_plan import Queue, Site
from ivr.core.desk import Nobody, NobodyReason, Place
from ivr.core.staffing import AgentState, Floor, Wait
from ivr.desk.expectation import crew, expected_s, rounded, used_lines
from ivr.desk.order import in_order, position
from ivr.desk.routing import UNKNOWN, Reach, Rules, by_owner, in_service


def outlook(
    floor: Floor, rules: Rules, wait: Wait, now: datetime, reach: Reach = by_owner
) -> Place | Nobody:
    """For a caller who is not in the queue yet."""
    queue = rules.plan.queue(wait.queue)
    if not any(site.on_duty(now) for site in _sites(rules, wait, queue)):
        return Nobody(NobodyReason.CLOSED)
    ordered = in_order(floor.waits, rules.plan, now)
    if sum(1 for each in ordered if each.queue == queue.id and not each.kept) >= queue.limit:
        return Nobody(NobodyReason.FULL)
    joined = Floor(floor.agents, (*floor.waits, wait), floor.sites)
    if not staffed(joined, rules, wait, now, reach):
        return Nobody(NobodyReason.UNSTAFFED)
    place = place_of(joined, rules, wait, now, reach)
    if place.wait_s is not None and place.wait_s > queue.longest_wait_s:
        return Nobody(NobodyReason.TOO_LONG)
    return place


def place_of(
    floor: Floor, rules: Rules, wait: Wait, now: datetime, reach: Reach = by_owner
) -> Place:
    """Where a caller on the floor stands."""
    queue = rules.plan.queue(wait.queue)
    place = position(wait, in_order(floor.waits, rules.plan, now))
    servers, free = _servers(floor, rules, wait, now, reach)
    handling = rules.handling.get(queue.id, UNKNOWN)
    return Place(place, rounded(expected_s(place, servers, free, handling)))


def staffed(
    floor: Floor, rules: Rules, wait: Wait, now: datetime, reach: Reach = by_owner
) -> bool:
    """Whether there is anybody who will take this call, now or when they are done."""
    return _servers(floor, rules, wait, now, reach)[0] > 0


def given_up(
    floor: Floor, rules: Rules, wait: Wait, now: datetime, reach: Reach = by_owner
) -> NobodyReason | None:
    """Why a caller who waits should be told that nobody can come, if so."""
    queue = rules.plan.queue(wait.queue)
    if (now - wait.waiting.since).total_seconds() >= queue.longest_wait_s:
        return NobodyReason.TOO_LONG
    if staffed(floor, rules, wait, now, reach):
        return None
    on_duty = any(site.on_duty(now) for site in _sites(rules, wait, queue))
    return NobodyReason.UNSTAFFED if on_duty else NobodyReason.CLOSED


def _sites(rules: Rules, wait: Wait, queue: Queue) -> list[Site]:
    return [
        site
        for site in rules.plan.sites
        if wait.waiting.language in site.languages and (not site.queues or queue.id in site.queues)
    ]


def _servers(
    floor: Floor, rules: Rules, wait: Wait, now: datetime, reach: Reach
) -> tuple[int, int]:
    """How many can serve this call, and how many of them are free now."""
    queue = rules.plan.queue(wait.queue)
    servers = free = 0
    for site in _sites(rules, wait, queue):
        used = used_lines(floor.waits, site.id)
        if site.trunk is not None:
            usable = in_service(floor.sites.get(site.id), used, now)
            if usable and site.on_duty(now) and site.id not in wait.tried and not wait.kept:
                servers += site.lines
                free += max(0, site.lines - used)
        elif site.on_duty(now) or (not wait.kept and site.on_duty(wait.waiting.since)):
            here = [a for a in floor.agents if a.site == site.id and reach(wait, a)]
            able = crew(here, wait, queue, rules.moment(site, queue.id, now))
            servers += min(site.lines, len(able))
            idle = sum(1 for agent in able if agent.state is AgentState.FREE)
            free += min(idle, max(0, site.lines - used))
    return servers, free
