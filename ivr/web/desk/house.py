"""What the desk's pages work with, and who is to look anew when something happens."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ivr.call.conversation import Conversation
from ivr.call.register import Register
from ivr.call.seating import Supervision
from ivr.config.webrtc import WebRtc
from ivr.core.desk_store import DeskStore, WorkList
from ivr.core.staffing import AgentState
from ivr.desk.browsers import BrowserRing
from ivr.desk.call_outs import CallOuts
from ivr.desk.people import People
from ivr.desk.premises import Premises
from ivr.web.desk.headsets import Headsets
from ivr.web.desk.passing import Passing
from ivr.web.desk.pressed import Pressed


class Glance:
    """One open page's eye: it looks when it is woken, and every few seconds anyway."""

    LOOK_S = 5.0

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self.closed = False

    async def changed(self) -> bool:
        try:
            async with asyncio.timeout(self.LOOK_S):
                await self.woken.wait()
        except TimeoutError:
            pass
        self.woken.clear()
        return not self.closed


class Glances:
    """Who looks at which agent's desk; supervisors look at all."""

    def __init__(self) -> None:
        self._open: set[tuple[str, Glance]] = set()

    @contextmanager
    def looking(self, agent_id: str = "") -> Iterator[Glance]:
        """While a page is open: an agent's own, or everybody's."""
        entry = (agent_id, Glance())
        self._open.add(entry)
        try:
            yield entry[1]
        finally:
            self._open.discard(entry)

    def wake(self, agent_id: str) -> None:
        for whose, glance in self._open:
            if whose in ("", agent_id):
                glance.woken.set()

    def wake_all(self) -> None:
        for _, glance in self._open:
            glance.woken.set()

    def close(self) -> None:
        """Let all pages go: the program stops."""
        for _, glance in self._open:
            glance.closed = True
            glance.woken.set()


@dataclass(frozen=True, slots=True)
class Watching:
    """A supervisor in somebody else's call."""

    call_id: str
    seat: str
    how: Supervision


@dataclass(frozen=True, slots=True)
class House:
    """Everything behind the desk's pages."""

    premises: Premises
    people: People
    ring: BrowserRing
    register: Register
    headsets: Headsets
    work: WorkList
    call_outs: CallOuts
    settings: WebRtc
    answer_phrase: str
    """What agents say when they answer."""
    parted: Callable[[str, str], Awaitable[None]]
    """Told of a call and of an agent who is no longer in it, or of whom nothing came for it."""
    passing: Passing
    pressed: Pressed
    glances: Glances = field(default_factory=Glances)
    watching: dict[str, Watching] = field(default_factory=dict)
    """By the supervisor's name; one each."""
    practising: dict[str, "House"] = field(default_factory=dict)
    """Agents who are in a practice call, and the house of it: nothing in that one is real."""

    def of(self, agent_id: str) -> "House":
        """Where this agent works now."""
        return self.practising.get(agent_id, self)

    @property
    def store(self) -> DeskStore:
        return self.premises.store

    def talk_of(self, agent_id: str) -> Conversation | None:
        """The live call that is this agent's, even while they are cut off from it."""
        calls = self.of(agent_id).register.conversations()
        return next((call for call in calls if call.agent == agent_id), None)

    async def beside(self, agent_id: str) -> Conversation | None:
        """The colleague's call that this agent was asked into. Raises StoreUnavailable."""
        agent = await self.store.agent(agent_id)
        if agent is None or agent.call_id is None or agent.state is not AgentState.TALKING:
            return None
        talk = self.register.conversation(agent.call_id)
        mine = talk is None or talk.agent == agent_id or not talk.seating.colleague
        return None if mine else talk
