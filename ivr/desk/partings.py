"""Who is no longer in a call: told to the store until it has taken it, so nobody stays in one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from ivr.core.desk import Taken
from ivr.core.desk_store import DeskStore
from ivr.core.staffing import Agent, Wait, WaitEnd, WaitState
from ivr.desk import presence
from ivr.desk.changes import change_agent, change_stay
from ivr.desk.faults import contained


@dataclass(frozen=True, slots=True)
class _Parting:
    at: datetime
    rung: bool
    """Whether they may be let go before they have answered, too."""
    to: Taken | None = None
    """Who has the caller from then on, without a wait in between."""


class Partings:
    """Bounded by the agents: each can part from one call at a time."""

    def __init__(self, store: DeskStore) -> None:
        self._store = store
        self._open: dict[tuple[str, str], _Parting] = {}

    async def part(
        self,
        call_id: str,
        agent: str,
        at: datetime,
        *,
        rung: bool = False,
        to: Taken | None = None,
    ) -> None:
        """The talk is over, or with `rung` what was to become one; `to`: who goes on with it.
        While the store is away it is told later, so this never fails."""
        before = self._open.get((call_id, agent))
        if before is not None:
            to = to or before.to
        self._open[call_id, agent] = _Parting(at, rung, to)
        with contained("an agent stays in the call until this can be kept"):
            await self.tell()

    async def tell(self) -> None:
        """Whatever is still to be told. Raises StoreUnavailable: then it still is."""
        for (call_id, agent), parting in list(self._open.items()):
            done = await change_stay(
                self._store,
                call_id,
                partial(_talks, agent=agent),
                partial(_parted, at=parting.at),
                agent,
                partial(_left, call_id=call_id, parting=parting),
            )
            if done is None:
                # Who was only consulted, or took over from a colleague, is done, too.
                change: Callable[[Agent], Agent | None] = partial(
                    _left, call_id=call_id, parting=parting
                )
                await change_agent(self._store, agent, change)
            if parting.to is not None and parting.to.site:
                await _go_on(self._store, call_id, parting.to, parting.at)
            if self._open.get((call_id, agent)) is parting:
                del self._open[call_id, agent]


async def _go_on(store: DeskStore, call_id: str, taken: Taken, at: datetime) -> None:
    """Whoever goes on has a stay of their own, so that each is in the history and the reports with
    their own times, code and note, and uses a line of their own site."""
    stays = await store.stays(call_id)
    if not stays or any(_talks(stay, taken.agent) for stay in stays):
        return
    before = stays[-1]
    await store.join(
        Wait(
            replace(before.waiting, since=at),
            before.queue,
            state=WaitState.TALKING,
            agent=taken.agent,
            site=taken.site,
            why=taken.why,
            offered_at=at,
            taken_at=at,
            passed_on=True,
        )
    )


def _talks(wait: Wait, agent: str) -> bool:
    return wait.state is WaitState.TALKING and wait.agent == agent


def _parted(wait: Wait, at: datetime) -> Wait:
    end = WaitEnd.CALL_BACK if wait.kept else WaitEnd.TAKEN
    return replace(wait, state=WaitState.ENDED, parted_at=at, ended_at=at, end=end)


def _left(agent: Agent, call_id: str, parting: _Parting) -> Agent | None:
    if agent.call_id != call_id:
        return None
    let_go = presence.let_go if parting.rung else presence.part
    return let_go(agent, parting.at)
