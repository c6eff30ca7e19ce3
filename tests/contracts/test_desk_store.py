"""What every store of the desk promises: SQLite, PostgreSQL and the twin in memory alike."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ivr.core.desk import Waiting
from ivr.core.desk_store import DeskStore
from ivr.core.records import HandOver, HandOverReason, Turn
from ivr.core.staffing import (
    Agent,
    AgentState,
    Handling,
    OfferEnd,
    OfferMade,
    Shift,
    SiteState,
    StateSpan,
    Wait,
    WaitEnd,
    WaitState,
)
from ivr.store.desk import SqlDesk
from ivr.store.desk_memory import MemoryDesk
from ivr.store.owner import Owner, this_process
from ivr.store.sql import open_store

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
ANNA = Agent(
    "anna",
    "Anna Müller",
    "haus",
    ("de", "en"),
    {"orders": 3},
    ("service",),
    capacity=90,
    state=AgentState.FREE,
    since=NOON,
    day=date(2026, 7, 1),
    calls_today=3,
    talked_today_s=310.5,
    shift=Shift(NOON, NOON, 20.0, 900.0),
)
SAID = Turn("caller", "Ich möchte einen Menschen 🙂", 0.5, 2.0, "human", 0.9)
WAITING = Waiting(
    "c1",
    "musterfirma",
    HandOver(
        HandOverReason.ANGER, "Erika", "0561 1", "complaint", {"a": "b"}, (SAID,), "zwei\nZ."
    ),
    NOON,
    "sip",
    "+49561123456",
    "0561 999",
)
WAIT = Wait(WAITING, "service", ("orders",), "anna", tried={"bert": NOON})

Opening = Callable[..., AbstractAsyncContextManager[tuple[DeskStore, DeskStore]]]


@pytest.fixture(
    params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.timeout(60))]
)
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Opening:
    """Two desks on one database, as two processes have them."""
    place: Path | str = tmp_path / "h.sqlite"
    if request.param == "postgresql":
        place = request.getfixturevalue("postgres_url")

    @asynccontextmanager
    async def opened() -> AsyncIterator[tuple[DeskStore, DeskStore]]:
        if request.param == "memory":
            first = MemoryDesk()
            yield first, MemoryDesk(first.shared, "there")
            return
        stores = [await open_store(place) for _ in range(2)]
        owners = (this_process(), Owner("elsewhere", 1, "x"))
        try:
            one, two = (
                SqlDesk(store.sessions, "musterfirma", owner)
                for store, owner in zip(stores, owners, strict=True)
            )
            yield one, two
        finally:
            for store in stores:
                await store.close()

    return opened


async def test_everything_comes_back_as_it_was(opening: Opening) -> None:
    async with opening() as (store, other):
        assert await store.add_agent(ANNA)
        assert not await store.add_agent(replace(ANNA, name="Another")), "an id is given once"
        wait = await store.join(WAIT)
        site = await store.save_site(SiteState("kapstadt", 2, NOON))
        assert wait == replace(WAIT, id=wait.id, owner=store.me)
        floor = await other.floor()
        assert floor.agents == (ANNA,)
        assert floor.waits == (wait,)
        assert floor.sites == {"kapstadt": site}
        assert await other.agent("anna") == ANNA
        assert await other.agent("nobody") is None
        assert await other.wait_of("c1") == wait
        assert await other.wait_of("c2") is None
        assert await store.remove_agent("anna")
        assert not await store.remove_agent("anna")


async def test_of_two_changes_from_one_state_the_first_counts(opening: Opening) -> None:
    async with opening() as (store, other):
        await store.add_agent(ANNA)
        wait = await store.join(WAIT)
        kept = await store.save_agent(replace(ANNA, capacity=1))
        assert kept is not None
        assert await other.save_agent(replace(ANNA, capacity=2)) is None
        assert (await other.agent("anna")) == kept
        assert await other.save_agent(replace(kept, capacity=2)) is not None
        assert await store.save_wait(replace(wait, note="a")) is not None
        assert await other.save_wait(replace(wait, note="b")) is None
        state = await store.save_site(SiteState("s", 1))
        assert state is not None
        assert await other.save_site(SiteState("s", 2)) is None
        assert await other.save_site(replace(state, failures=2)) is not None


async def test_a_call_that_joins_again_keeps_its_place_and_gets_its_new_owner(
    opening: Opening,
) -> None:
    async with opening() as (store, other):
        first = await store.join(WAIT)
        second = await store.join(replace(WAIT, waiting=replace(WAITING, call_id="c2")))
        again = await other.join(
            replace(WAIT, waiting=replace(WAITING, since=NOON + timedelta(hours=1)))
        )
        assert (again.id, again.waiting.since, again.owner) == (first.id, NOON, other.me)
        assert [wait.id for wait in (await store.floor()).waits] == [first.id, second.id]


async def test_a_call_has_a_stay_for_each_agent_it_went_through(opening: Opening) -> None:
    async with opening() as (desk, _):
        talk = Wait(WAITING, "service", state=WaitState.TALKING, agent="anna")
        first = await desk.join(talk)
        ended = await desk.save_wait(replace(first, state=WaitState.ENDED, end=WaitEnd.TAKEN))
        assert ended is not None
        second = await desk.join(replace(talk, agent="bert", passed_on=True))
        assert second.id != first.id
        assert await desk.wait_of("c1") == second
        assert list(await desk.stays("c1")) == [ended, second]


async def test_a_claim_keeps_agent_and_call_or_neither(opening: Opening) -> None:
    async with opening() as (store, other):
        await store.add_agent(ANNA)
        waits = [
            await store.join(replace(WAIT, waiting=replace(WAITING, call_id=f"c{n}")))
            for n in range(3)
        ]
        reserved = replace(ANNA, state=AgentState.RESERVED, call_id="c0")

        def offered(wait: Wait) -> Wait:
            return replace(wait, state=WaitState.OFFERED, site="haus", agent="anna")

        claims = await asyncio.gather(
            store.claim(offered(waits[0]), reserved, 9),
            other.claim(offered(waits[0]), reserved, 9),
            other.claim(offered(waits[1]), reserved, 9),
        )
        assert sorted(claims) == [False, False, True]
        floor = await store.floor()
        assert sum(wait.state is WaitState.OFFERED for wait in floor.waits) == 1
        assert floor.agents[0].version == 1


async def test_no_more_claims_than_a_site_has_lines(opening: Opening) -> None:
    async with opening() as (store, other):
        waits = [
            await store.join(replace(WAIT, waiting=replace(WAITING, call_id=f"c{n}")))
            for n in range(6)
        ]
        offered = [
            replace(wait, state=WaitState.OFFERED, site="kapstadt", agent="kapstadt")
            for wait in waits
        ]
        desks = [store, other] * 3
        claims = await asyncio.gather(
            *(desk.claim(wait, None, 2) for desk, wait in zip(desks, offered, strict=True))
        )
        assert sum(claims) == 2


async def test_the_past_is_there_for_reports(opening: Opening) -> None:
    async with opening() as (store, other):
        await store.add_agent(ANNA)
        assert await store.handling("service") == Handling(0.0, 0)
        assert await store.last_agent("+49561123456") is None
        wait = await store.join(WAIT)
        at = [NOON + timedelta(seconds=seconds) for seconds in (10, 70, 100)]
        done = replace(
            wait,
            state=WaitState.ENDED,
            agent="anna",
            site="haus",
            taken_at=at[0],
            parted_at=at[1],
            ended_at=at[1],
            end=WaitEnd.TAKEN,
            wrap_s=30.0,
        )
        offer = OfferMade("c1", "service", "anna", "haus", at[0], OfferEnd.ACCEPTED, 4.5)
        resting = replace(ANNA, state=AgentState.BREAK, reason="Mittag", since=at[2])
        assert await store.settle(done, resting, offer)
        assert not await store.settle(done, None, offer)
        assert await other.handling("service") == Handling(90.0, 1)
        assert await other.handling("sales") == Handling(0.0, 0)
        assert await other.last_agent("+49561123456") == "anna"
        assert await other.handled("anna", NOON) == Handling(90.0, 1)
        assert await other.handled("anna", at[0] + timedelta(seconds=1)) == Handling(0.0, 0)
        assert await other.handled("bert", NOON) == Handling(0.0, 0)
        hour = (NOON, NOON + timedelta(hours=1))
        (ended,) = await other.ended(*hour)
        assert (ended.waited_s, ended.talked_s, ended.end) == (10.0, 60.0, WaitEnd.TAKEN)
        assert await other.ended(hour[1], hour[1] + timedelta(days=1)) == []
        assert await other.ended(*hour, "anna") == [ended]
        assert await other.ended(*hour, "bert") == []
        assert await other.offers(*hour) == [offer]
        assert await other.spans(*hour) == [StateSpan("anna", AgentState.FREE, "", NOON, at[2])]
        assert (await store.floor()).waits == ()


async def test_whoever_runs_is_not_dead(opening: Opening) -> None:
    async with opening() as (store, other):
        assert await store.dead({store.me, other.me, "no owner at all"}) == frozenset()


async def test_every_stay_of_a_call_is_found_and_one_that_came_to_nothing_is_forgotten(
    opening: Opening,
) -> None:
    async with opening() as (store, other):
        first = await store.join(WAIT)
        lost = await store.save_wait(replace(first, state=WaitState.TALKING, agent="anna"))
        second = await other.join(WAIT)
        assert await store.stays("c1") == [lost, second]
        assert await store.stays("nobody") == []
        await store.drop(second)
        assert await other.stays("c1") == [lost]
        third = await other.join(WAIT)
        assert third.id != first.id
        assert len((await store.floor()).waits) == 2


async def test_a_line_is_reserved_for_one_at_a_time(opening: Opening) -> None:
    async with opening() as (store, other):
        there = replace(WAIT, state=WaitState.OFFERED, site="kapstadt", agent="kapstadt")
        claims = await asyncio.gather(
            *(desk.claim_line(there, 2) for desk in [store, other, store, other])
        )
        got = [each for each in claims if each is not None]
        assert len(got) == 2
        floor = await store.floor()
        assert sorted(wait.id for wait in floor.waits) == sorted(wait.id for wait in got)
        assert {wait.owner for wait in got} <= {store.me, other.me}
        await store.drop(got[0])
        assert await other.claim_line(there, 2) is not None


@pytest.mark.parametrize(
    "kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.timeout(60))]
)
async def test_a_process_of_another_machine_is_dead_when_it_has_not_beaten_for_a_minute(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    place = tmp_path / "h.sqlite" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    store = await open_store(place)
    time_s = [0.0]
    try:
        here = SqlDesk(store.sessions, "musterfirma", this_process(), lambda: time_s[0])
        there = SqlDesk(store.sessions, "musterfirma", Owner("elsewhere", 1, "x"))
        old = str(Owner("an older container", 1, "x"))
        named = {here.me, there.me, old, ""}
        for _ in range(8):
            await there.beat()
            assert await here.dead(named) == frozenset(() if time_s[0] < 60 else {old})
            time_s[0] += 10
        time_s[0] += 3600
        await there.beat()
        assert there.me not in await here.dead(named), "we were asleep ourselves, perhaps"
        time_s[0] += 59
        assert there.me not in await here.dead(named)
        time_s[0] += 1
        assert await here.dead(named) == {there.me, old}
        await there.beat()
        assert await here.dead(named) == {old}, "it was cut off, and is back"
    finally:
        await store.close()
