"""What every desk promises to calls, of the real office and of the scripted one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import pytest

from ivr.call.desk_scripted import After, ScriptedDesk
from ivr.core.desk import Desk, DeskNews, Nobody, PartingHow, Place, Taken
from ivr.core.staffing import AgentState
from ivr.desk.rings import Answered, NotAnswered, Offer, RingResult
from tests.desk.scene import Scene, SilentLeg, agent, caller, in_virtual_time

Opened = AbstractAsyncContextManager[Desk]


@dataclass(frozen=True)
class Kind:
    """How to open one with somebody who takes calls, with somebody who does not react, and with
    nobody."""

    taking: Callable[[], Opened]
    slow: Callable[[], Opened]
    empty: Callable[[], Opened]


@asynccontextmanager
async def _office(*, people: bool, react: Callable[[Offer], RingResult]) -> AsyncIterator[Desk]:
    scene = Scene(react=react)
    staff = [agent("anna", state=AgentState.FREE)] if people else []
    async with scene.open(*staff) as office:
        yield office


@asynccontextmanager
async def _scripted(*script: After) -> AsyncIterator[Desk]:
    yield ScriptedDesk(script)


PLACE = Place(1, None)
REAL = Kind(
    lambda: _office(people=True, react=lambda _: Answered(SilentLeg())),
    lambda: _office(people=True, react=lambda _: NotAnswered()),
    lambda: _office(people=False, react=lambda _: NotAnswered()),
)
FAKE = Kind(
    lambda: _scripted(
        After(0.1, PLACE),
        After(1.0, lambda: Taken("anna", "Anna", "haus", SilentLeg())),
    ),
    lambda: _scripted(After(0.1, PLACE)),
    _scripted,
)


@pytest.fixture(params=[REAL, FAKE], ids=["office", "scripted"])
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


def run(opened: Callable[[], Opened], main: Callable[[Desk], Awaitable[None]]) -> None:
    async def inside() -> None:
        async with opened() as desk:
            await main(desk)

    in_virtual_time(inside())


def test_places_come_first_and_one_end_comes_last(kind: Kind) -> None:
    async def main(desk: Desk) -> None:
        told: list[DeskNews] = [news async for news in desk.enqueue(caller(1))]
        assert all(isinstance(news, Place) and news.position >= 1 for news in told[:-1])
        taken = told[-1]
        assert isinstance(taken, Taken)
        assert (taken.agent, taken.name, taken.site) == ("anna", "Anna", "haus")
        assert not getattr(taken.leg, "hung_up", False), "their leg is open"
        await desk.parted("c1", taken.agent, PartingHow.DONE)

    run(kind.taking, main)


def test_where_nobody_is_that_is_said_at_once_and_to_those_who_ask_before(kind: Kind) -> None:
    async def main(desk: Desk) -> None:
        assert isinstance(await desk.outlook("musterfirma"), Nobody)
        told = [news async for news in desk.enqueue(caller(1))]
        assert len(told) == 1
        assert isinstance(told[0], Nobody)

    run(kind.empty, main)


def test_where_somebody_is_a_place_is_promised(kind: Kind) -> None:
    async def main(desk: Desk) -> None:
        assert isinstance(await desk.outlook("musterfirma"), Place)

    run(kind.taking, main)


def test_who_leaves_gives_up_the_place_and_may_come_again(kind: Kind) -> None:
    async def main(desk: Desk) -> None:
        for _ in range(2):
            stay = desk.enqueue(caller(1))
            assert isinstance(await anext(stay), Place)
            await stay.aclose()
            await asyncio.sleep(1.0)

    run(kind.slow, main)


def test_a_call_back_and_a_parting_are_taken_whatever_is_known_of_the_call(kind: Kind) -> None:
    async def main(desk: Desk) -> None:
        stay = desk.enqueue(caller(1))
        assert isinstance(await anext(stay), Place)
        await desk.call_back(caller(1, phone="0561 1"))
        await stay.aclose()
        await desk.call_back(caller(2, phone="0561 2"))
        await desk.parted("c1", "nobody", PartingHow.DROPPED)
        await desk.parted("unknown", "anna", PartingHow.DONE)

    run(kind.slow, main)
