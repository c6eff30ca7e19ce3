"""The desk's values to rows and back."""

from typing import Any

from ivr.core.jsonable import jsonable, restore
from ivr.core.staffing import (
    Agent,
    OfferEnd,
    OfferMade,
    SiteState,
    StateSpan,
    Wait,
)
from ivr.core.staffing import AgentState as State
from ivr.store.desk_tables import AgentRow, OfferRow, SiteRow, SpanRow, WaitRow


def agent_values(agent: Agent) -> dict[str, Any]:
    return {"agent": agent.id, "data": _document(agent), "version": agent.version}


def agent_of(row: AgentRow) -> Agent:
    return restore(Agent, {**row.data, "version": row.version})


def wait_values(wait: Wait) -> dict[str, Any]:
    talked_s = wait.talked_s
    return {
        "call_id": wait.call_id,
        "queue": wait.queue,
        "state": wait.state.value,
        "caller": wait.waiting.caller,
        "agent": wait.agent,
        "site": wait.site,
        "taken_at": wait.taken_at,
        "ended_at": wait.ended_at,
        "handled_s": None if talked_s is None else talked_s + wait.wrap_s,
        "data": _document(wait, "id"),
        "version": wait.version,
    }


def wait_of(row: WaitRow) -> Wait:
    return restore(Wait, {**row.data, "id": row.id, "version": row.version})


def site_of(row: SiteRow) -> SiteState:
    return restore(SiteState, {**row.data, "version": row.version})


def site_values(site: SiteState) -> dict[str, Any]:
    return {"site": site.id, "data": _document(site), "version": site.version}


def offer_values(offer: OfferMade) -> dict[str, Any]:
    return {
        "call_id": offer.call_id,
        "queue": offer.queue,
        "agent": offer.agent,
        "site": offer.site,
        "made_at": offer.at,
        "outcome": offer.end.value,
        "rang_s": offer.rang_s,
    }


def offer_of(row: OfferRow) -> OfferMade:
    end = OfferEnd(row.outcome)
    return OfferMade(row.call_id, row.queue, row.agent, row.site, row.made_at, end, row.rang_s)


def span_of(row: SpanRow) -> StateSpan:
    return StateSpan(row.agent, State(row.state), row.reason, row.began_at, row.ended_at)


def _document(value: object, *without: str) -> dict[str, Any]:
    left_out = {"version", *without}
    return {key: item for key, item in jsonable(value).items() if key not in left_out}
