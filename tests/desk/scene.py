"""A desk in virtual time: real rules and a real office, with people who react as told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from ivr.app.fast_clock import FastLoop
from ivr.config.desk import Desk as DeskSettings
from ivr.config.desk_plan import Plan, Queue, Site
from ivr.config.hours import Week
from ivr.core.desk import CallOutEnd, DeskNews, Outward, Taken, Waiting
from ivr.core.desk_store import DeskStore
from ivr.core.records import HandOver, HandOverReason
from ivr.core.staffing import Agent, AgentState, Shift
from ivr.desk.hub import Hub
from ivr.desk.office import Office, open_office
from ivr.desk.premises import Premises, WayOut
from ivr.desk.rings import Answered, Offer, RingResult, ScriptedRing
from ivr.store.desk_memory import MemoryDesk, MemoryFloor

T = TypeVar("T")
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
ALWAYS = Week.model_validate(
    dict.fromkeys(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        ["0:00-24:00"],
    )
    | {"on_holidays": True}
)
OWN = Site(id="haus", name="Musterfirma", hours=ALWAYS)


def in_virtual_time(main: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        return runner.run(main)


class SilentLeg:
    """A leg of somebody who says nothing."""

    rate = 16_000
    caller: str | None = None
    called: str | None = None

    def __init__(self) -> None:
        self.hung_up = False

    async def frames(self) -> AsyncIterator[bytes]:
        for frame in list[bytes]():
            yield frame

    async def keys(self) -> AsyncIterator[str]:
        for key in list[str]():
            yield key

    async def play(self, frame: bytes) -> None: ...
    def flush(self) -> None: ...
    def unplayed_s(self) -> float:
        return 0.0

    async def hang_up(self) -> None:
        self.hung_up = True


Reached = Callable[[], Awaitable[None]]


@dataclass
class EveryoneAnswers:
    """Customers who are there and talk for a minute; another end is how they are not reached."""

    end: CallOutEnd = CallOutEnd.REACHED
    rings_s: float = 5.0
    allowed: str = "0561"

    def allows(self, number: str) -> bool:
        return number.startswith(self.allowed)

    async def reach(self, number: str) -> Taken | CallOutEnd:
        await asyncio.sleep(self.rings_s)
        if self.end is not CallOutEnd.REACHED:
            return self.end
        return Taken(f"tel:{number}", number, "", SilentLeg(), by_phone=True)

    async def call(self, waiting: Waiting, taken: Taken, reached: Reached) -> CallOutEnd:
        await asyncio.sleep(self.rings_s)
        if self.end is CallOutEnd.REACHED:
            await reached()
            await asyncio.sleep(60)
        return self.end


def answers(_: Offer) -> RingResult:
    return Answered(SilentLeg())


def agent(name: str, site: str = "haus", **more: Any) -> Agent:
    """Somebody who is free and connected."""
    given: dict[str, Any] = {
        "state": AgentState.FREE,
        "since": NOON,
        "owner": "here",
        "shift": Shift(NOON, NOON),
    }
    return Agent(name, name.capitalize(), site, **{**given, **more})


def caller(number: int, since: datetime = NOON, **more: Any) -> Waiting:
    unknown = HandOver(
        HandOverReason.ASKED, None, more.pop("phone", None), more.pop("intent", None)
    )
    return Waiting(f"c{number}", "musterfirma", unknown, since, **more)


def one_site(**more: Any) -> Plan:
    return Plan(queues=(Queue(id="service", name="Service", **more),), sites=(OWN,))


@dataclass
class Scene:
    """Change a part before `open`."""

    plan: Plan = field(default_factory=one_site)
    settings: DeskSettings = DeskSettings()
    react: Callable[[Offer], RingResult] = answers
    shared: MemoryFloor = field(default_factory=MemoryFloor)
    outward: Outward | None = None
    start: datetime = NOON

    def __post_init__(self) -> None:
        self.ring = ScriptedRing(lambda offer: self.react(offer))
        self.hub = Hub()

    def now(self) -> datetime:
        return self.start + timedelta(seconds=asyncio.get_running_loop().time())

    @asynccontextmanager
    async def open(
        self, *agents: Agent, me: str = "here", store: DeskStore | None = None
    ) -> AsyncIterator[Office]:
        store = store or MemoryDesk(self.shared, me)
        for each in agents:
            await store.add_agent(each)
        premises = Premises(
            store,
            self.plan,
            self.settings,
            self.ring,
            self.hub,
            self.now,
            WayOut(self.outward),
        )
        async with open_office(premises) as office:
            yield office

    def state(self, agent_id: str) -> AgentState:
        return self.shared.agents[agent_id].state

    async def wait(self, office: Office, who: Waiting) -> list[DeskNews]:
        """Everything the caller hears until the end."""
        here = replace(who, since=self.now())
        return [news async for news in office.enqueue(here)]
