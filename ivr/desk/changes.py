"""Changes of what other processes and pages may change at the same time: read, change, keep, and
again if somebody was quicker."""

from collections.abc import Awaitable, Callable

from ivr.core.desk_store import DeskStore
from ivr.core.errors import StoreUnavailable
from ivr.core.staffing import Agent, OfferMade, SiteState, Wait

_ATTEMPTS = 10
"""Every failure means that another change came through, so they come to an end."""

WaitChange = Callable[[Wait], Wait | None]
AgentChange = Callable[[Agent], Agent | None]


async def change_agent(store: DeskStore, agent_id: str, change: AgentChange) -> Agent | None:
    """The changed agent; None if there is no such agent or `change` does not apply.

    Raises StoreUnavailable.
    """
    for _ in range(_ATTEMPTS):
        agent = await store.agent(agent_id)
        changed = change(agent) if agent is not None else None
        if changed is None:
            return None
        if (saved := await store.save_agent(changed)) is not None:
            return saved
    raise _contended()


async def change_wait(
    store: DeskStore,
    call_id: str,
    change: WaitChange,
    agent_id: str | None = None,
    agent_change: AgentChange | None = None,
    offer: OfferMade | None = None,
) -> Wait | None:
    """The changed stay, with what changes for its agent in the same step.

    None if there is no such stay or `change` does not apply; the agent stays as they are if
    theirs does not. Raises StoreUnavailable.
    """
    return await _change(
        store, lambda: store.wait_of(call_id), change, agent_id, agent_change, offer
    )


async def change_stay(
    store: DeskStore,
    call_id: str,
    which: Callable[[Wait], bool],
    change: WaitChange,
    agent_id: str | None = None,
    agent_change: AgentChange | None = None,
) -> Wait | None:
    """The same with the first of the call's stays that is meant: the caller may be back in the
    queue before what was before has been put on record."""

    async def find() -> Wait | None:
        return next(filter(which, await store.stays(call_id)), None)

    return await _change(store, find, change, agent_id, agent_change, None)


async def own_stay(store: DeskStore, agent: Agent) -> Wait | None:
    """The stay of the call that this agent has or has had, even if others have it now; None for
    who was only asked into it: code, note and times of it are somebody else's."""
    stays = await store.stays(agent.call_id) if agent.call_id else ()
    return next((stay for stay in reversed(stays) if stay.agent == agent.id), None)


async def _change(
    store: DeskStore,
    find: Callable[[], Awaitable[Wait | None]],
    change: WaitChange,
    agent_id: str | None,
    agent_change: AgentChange | None,
    offer: OfferMade | None,
) -> Wait | None:
    for _ in range(_ATTEMPTS):
        wait = await find()
        changed = change(wait) if wait is not None else None
        if changed is None:
            return None
        agent = await store.agent(agent_id) if agent_id is not None else None
        after = agent_change(agent) if agent is not None and agent_change else None
        if await store.settle(changed, after, offer):
            return changed
    raise _contended()


async def change_site(
    store: DeskStore, site_id: str, change: Callable[[SiteState], SiteState | None]
) -> None:
    """Raises StoreUnavailable."""
    for _ in range(_ATTEMPTS):
        state = (await store.floor()).sites.get(site_id, SiteState(site_id))
        changed = change(state)
        if changed is None or await store.save_site(changed) is not None:
            return
    raise _contended()


def _contended() -> StoreUnavailable:
    return StoreUnavailable("the desk's state changes too fast to be kept: try again")
