"""The ports of what keeps the desk: its store and its work list."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from ivr.core.desk import CallOutEnd
from ivr.core.records import Message
from ivr.core.staffing import (
    Agent,
    Floor,
    Handling,
    OfferMade,
    SiteState,
    StateSpan,
    Task,
    Wait,
)


class DeskStore(Protocol):
    """Keeps the desk for one client. Every method raises StoreUnavailable.

    Those that answer None have changed nothing: somebody was quicker, read again.
    """

    async def floor(self) -> Floor: ...
    async def add_agent(self, agent: Agent) -> bool:
        """False if there is one of this id."""
        ...

    async def remove_agent(self, agent_id: str) -> bool: ...
    async def agent(self, agent_id: str) -> Agent | None: ...
    async def save_agent(self, agent: Agent) -> Agent | None:
        """Keep a change; a state that has ended goes into the spans."""
        ...

    async def join(self, wait: Wait) -> Wait:
        """A new stay, or the one that this call has: it keeps its place and becomes ours."""
        ...

    async def wait_of(self, call_id: str) -> Wait | None:
        """The call's latest stay, ended or not."""
        ...

    async def stays(self, call_id: str) -> Sequence[Wait]:
        """All of the call's, oldest first: who has lost an agent joins again."""
        ...

    async def save_wait(self, wait: Wait) -> Wait | None: ...
    async def claim(self, wait: Wait, agent: Agent | None, lines: int) -> bool:
        """Keep that this agent or site is offered this call, both as they are to be.

        `lines`: how many calls the site can have at once; the claim fails if they are taken.
        """
        ...

    async def claim_line(self, wait: Wait, lines: int) -> Wait | None:
        """A new stay that has a line of its site from now on; None if all are taken."""
        ...

    async def drop(self, wait: Wait) -> None:
        """Forget a stay of which nothing has come."""
        ...

    async def settle(self, wait: Wait, agent: Agent | None, offer: OfferMade | None) -> bool:
        """Keep what became of an offer or of a talk: both or neither."""
        ...

    async def save_site(self, site: SiteState) -> SiteState | None: ...
    async def handling(self, queue: str, last: int = 50) -> Handling: ...
    async def handled(self, agent: str, since: datetime) -> Handling:
        """How long this agent's own talks have taken that began and ended since then."""
        ...

    async def last_agent(self, caller: str) -> str | None: ...
    async def beat(self) -> None:
        """Tell the others that this process lives; to be called every ten seconds or so."""
        ...

    async def dead(self, owners: Collection[str]) -> frozenset[str]:
        """Those of these processes that no longer run; ours is never among them.

        Of another machine's that is known when it has not beaten for a minute.
        """
        ...

    async def ended(
        self, since: datetime, until: datetime, agent: str | None = None
    ) -> Sequence[Wait]:
        """Stays that ended in this time, oldest first; of one agent's, if one is given. Each comes
        with its transcript: what only counts has `Ledgers`."""
        ...

    async def offers(self, since: datetime, until: datetime) -> Sequence[OfferMade]: ...
    async def spans(self, since: datetime, until: datetime) -> Sequence[StateSpan]: ...

    @property
    def me(self) -> str:
        """This process, as `owner` names it."""
        ...


class Links(Protocol):
    """Links to what a call is about, for people without an account. Raises StoreUnavailable."""

    async def make(self, call_id: str, now: datetime) -> str:
        """The secret part of a new link: unguessable, and good for one look, soon."""
        ...

    async def open(self, token: str, now: datetime) -> str | None:
        """Which call the link is about, once; None for one that is unknown, used or too old."""
        ...


class WorkList(Protocol):
    """Messages and call backs that wait for a person. Every method raises StoreUnavailable."""

    async def tasks(
        self, now: datetime, limit: int = 100, agent: str | None = None
    ) -> Sequence[Task]:
        """Those that are not done and not snoozed, oldest first.

        For this agent if there is one: first what they have claimed, then what is nobody's.
        """
        ...

    async def claimed(self, limit: int = 100) -> Sequence[Task]:
        """What anybody has claimed and not done, oldest first."""
        ...

    async def task(self, task_id: str) -> Task | None: ...
    async def claim(self, task_id: str, agent: str, now: datetime) -> bool:
        """False if somebody else has it, or it is done. One's own may be claimed again.

        Whoever claims a call back, puts it off or is done with it ends the place in the queue that
        was kept for it, so that nobody is called twice; False while that place has its turn.
        """
        ...

    async def release(self, task_id: str, agent: str | None) -> bool:
        """Give it back for others. Without an agent, whoever has it."""
        ...

    async def release_all(self, agent: str) -> int:
        """Give back whatever this agent has claimed; how many."""
        ...

    async def snooze(self, task_id: str, agent: str, until: datetime) -> bool:
        """Put it off. False if somebody else has it, or it is done."""
        ...

    async def finish(self, task_id: str, agent: str, note: str, now: datetime) -> bool:
        """It is done. False if somebody else has it, or had done it."""
        ...

    async def schedule(self, message: Message, due_at: datetime, call_id: str | None) -> str:
        """A new task that is shown when it is due; its id. `call_id`: in which call it was agreed
        on, if that is on record."""
        ...

    async def tried(self, task_id: str, end: CallOutEnd, now: datetime) -> None:
        """The caller was called for it, whatever came of it. Harmless for an unknown task."""
        ...
