"""What every store promises: the database and its twin in memory alike."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ivr.core.errors import RecordRefused
from ivr.core.ports import Store
from ivr.core.records import (
    AddressChange,
    Appointment,
    CallEnd,
    CallStart,
    Fact,
    HandOver,
    HandOverReason,
    Message,
    Order,
    Outcome,
    Turn,
)
from ivr.store.memory import MemoryStore
from ivr.store.sql import open_store

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
TURN = Turn("caller", "Wann haben Sie geöffnet?", 3.2, 4.9, "opening_hours", 0.98, 0.91)
PROMPT = Turn("hotline", "Bis 18 Uhr.", 5.3, 6.4, response_s=0.42, interrupted=True)
ORDER = Order("WK-100", "Wasserkocher", 2, "48213", Decimal("34.90"))
FACTS: list[Fact] = [
    HandOver(
        HandOverReason.ANGER,
        "Erika Müller",
        "0561 123456",
        "complaint",
        {"product": "Toaster"},
        (TURN, PROMPT),
        "Toaster brennt.\nZurückrufen.",
        "callback_form",
    ),
    replace(ORDER, number="600001"),
    Message("Müller", "0561 123456", "Rechnung 🙂", callback=True, when="morgen früh"),
    Appointment("Müller", date(2026, 7, 4), time(15, 30), "Beratung"),
    AddressChange("48213", "Neue Straße 5\n34117 Kassel"),
]


def start(call_id: str = "c1", at: datetime = NOON, client: str = "Musterfirma") -> CallStart:
    trace = {"Call-ID": "7@pbx", "X-Trace-ID": "ä/1"}
    return CallStart(call_id, client, "scripted", at, "+49561123456", "0561 999", trace=trace)


Opening = Callable[..., AbstractAsyncContextManager[Store]]


@pytest.fixture(
    params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.timeout(60))]
)
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Opening:
    place: Path | str = tmp_path / "h.sqlite"
    if request.param == "postgresql":
        place = request.getfixturevalue("postgres_url")

    @asynccontextmanager
    async def opened(**options: object) -> AsyncIterator[Store]:
        store: Store
        if request.param == "memory":
            store = MemoryStore(**options)  # type: ignore[arg-type]
        else:
            store = await open_store(place, **options)  # type: ignore[arg-type]
        try:
            yield store
        finally:
            await store.close()

    return opened


async def test_a_call_is_kept_whole(opening: Opening) -> None:
    async with opening() as store:
        await store.begin(start())
        await store.add_turn("c1", TURN)
        await store.add_turn("c1", PROMPT)
        for fact in FACTS:
            assert await store.add_fact("c1", fact) == fact
        end = CallEnd(Outcome.HANDED_OVER, NOON + timedelta(seconds=9), {"b": "1", "a": "2"}, "x")
        await store.end("c1", end)
        record = await store.call("c1")
        assert record is not None
        assert record.start == start()
        assert record.turns == (TURN, PROMPT)
        assert record.facts == tuple(FACTS)
        assert record.end == end
        assert list(record.end.slots) == ["b", "a"]


async def test_an_open_call_has_no_end(opening: Opening) -> None:
    async with opening() as store:
        await store.begin(start())
        record = await store.call("c1")
        assert record is not None
        assert record.end is None


async def test_what_nobody_began_is_not_known(opening: Opening) -> None:
    async with opening() as store:
        assert await store.call("c1") is None
        assert await store.find_order("600001") is None
        with pytest.raises(RecordRefused, match="c1"):
            await store.add_turn("c1", TURN)
        with pytest.raises(RecordRefused, match="c1"):
            await store.add_fact("c1", ORDER)
        with pytest.raises(RecordRefused, match="c1"):
            await store.end("c1", CallEnd(Outcome.ANSWERED, NOON))


async def test_moments_come_back_in_utc_whatever_zone_they_came_in(opening: Opening) -> None:
    async with opening() as store:
        summer = datetime(2026, 7, 1, 14, tzinfo=timezone(timedelta(hours=2)))
        await store.begin(start(at=summer))
        record = await store.call("c1")
        assert record is not None
        assert record.start.started_at == NOON


async def test_latest_calls_come_first_without_turns_but_with_facts(opening: Opening) -> None:
    async with opening() as store:
        for minute, call_id in enumerate(["c1", "c2", "c3"]):
            await store.begin(start(call_id, NOON + timedelta(minutes=minute)))
            await store.add_turn(call_id, TURN)
        await store.add_fact("c3", ORDER)
        calls = await store.calls(limit=2)
        assert [call.start.call_id for call in calls] == ["c3", "c2"]
        assert all(call.turns == () for call in calls)
        assert calls[0].facts == (replace(ORDER, number="600001"),)


async def test_calls_from_a_number_come_first_without_those_of_others(opening: Opening) -> None:
    async with opening() as store:
        for minute, call_id in enumerate(["c1", "c2", "c3"]):
            await store.begin(start(call_id, NOON + timedelta(minutes=minute)))
        other = replace(start("c4", NOON + timedelta(hours=1)), caller="+4930999")
        await store.begin(other)
        calls = await store.calls_from("+49561123456", limit=2)
        assert [call.start.call_id for call in calls] == ["c3", "c2"]
        assert await store.calls_from("+491") == []


async def test_beginning_again_changes_nothing_but_another_call_is_refused(
    opening: Opening,
) -> None:
    async with opening() as store:
        await store.begin(start())
        await store.add_turn("c1", TURN)
        await store.begin(start())
        with pytest.raises(RecordRefused):
            await store.begin(start(at=NOON + timedelta(seconds=1)))
        record = await store.call("c1")
        assert record is not None
        assert record.turns == (TURN,)


async def test_the_first_end_counts(opening: Opening) -> None:
    async with opening() as store:
        await store.begin(start())
        await store.end("c1", CallEnd(Outcome.ANSWERED, NOON, cause="caller"))
        await store.end("c1", CallEnd(Outcome.FAILED, NOON, cause="fault"))
        record = await store.call("c1")
        assert record is not None
        assert record.end is not None
        assert record.end.cause == "caller"


async def test_a_real_end_replaces_broken_off(opening: Opening) -> None:
    async with opening() as store:
        await store.begin(start())
        await store.end("c1", CallEnd(Outcome.BROKEN_OFF, NOON, cause="fault"))
        await store.end("c1", CallEnd(Outcome.ANSWERED, NOON, cause="caller"))
        record = await store.call("c1")
        assert record is not None
        assert record.end is not None
        assert record.end.outcome is Outcome.ANSWERED


async def test_a_key_is_kept_once(opening: Opening) -> None:
    async with opening() as store:
        await store.begin(start())
        for _ in range(2):
            await store.add_turn("c1", TURN, key="t1")
            kept = await store.add_fact("c1", ORDER, key="f1")
            assert kept == replace(ORDER, number="600001")
        await store.add_turn("c1", TURN)
        record = await store.call("c1")
        assert record is not None
        assert record.turns == (TURN, TURN)
        assert len(record.facts) == 1


async def test_a_fact_is_revised_in_its_place_and_an_order_keeps_its_number(
    opening: Opening,
) -> None:
    def changed(fact: Fact) -> Fact | None:
        if isinstance(fact, Order):
            return replace(fact, quantity=5, number="")
        return replace(fact, when="abends") if isinstance(fact, Message) else None

    async with opening() as store:
        for call in ("c1", "c2"):
            await store.begin(start(call))
            for fact in FACTS:
                await store.add_fact(call, fact)
        revised = await store.revise("c1", changed)
        record, other = await store.call("c1"), await store.call("c2")
        assert record is not None
        assert other is not None
        hand_over, order, message, *rest = record.facts
        assert order == replace(ORDER, quantity=5, number="600001")
        assert isinstance(message, Message)
        assert message.when == "abends"
        assert (hand_over, *rest) == (FACTS[0], *FACTS[3:])
        assert tuple(revised) == (order, message)
        assert await store.find_order("600001") == order
        assert other.facts == (FACTS[0], replace(ORDER, number="600002"), *FACTS[2:])
        assert await store.revise("nobody's", changed) in ([], ())


async def test_orders_get_their_own_numbers_even_all_at_once(opening: Opening) -> None:
    async with opening(taken_orders={"600002", "600004"}) as store:
        await store.begin(start())
        await store.begin(start("c2"))
        orders = await asyncio.gather(
            *(store.add_fact(f"c{1 + n % 2}", replace(ORDER, quantity=n)) for n in range(20))
        )
        numbers = sorted(order.number for order in orders if isinstance(order, Order))
        expected = [str(n) for n in range(600001, 600023) if n not in (600002, 600004)]
        assert numbers == expected
        for order in orders:
            assert isinstance(order, Order)
            assert await store.find_order(order.number) == order


async def test_turns_keep_their_order_over_many(opening: Opening) -> None:
    async with opening() as store:
        await store.begin(start())
        turns = [replace(TURN, text=str(n)) for n in range(30)]
        for turn in turns:
            await store.add_turn("c1", turn)
        record = await store.call("c1")
        assert record is not None
        assert list(record.turns) == turns


async def test_calls_that_this_run_leads_are_left_alone(opening: Opening) -> None:
    async with opening() as store:
        await store.begin(start())
        assert await store.mark_broken_off(NOON + timedelta(days=9)) == 0
        record = await store.call("c1")
        assert record is not None
        assert record.end is None


async def test_a_store_for_one_company_refuses_anothers_calls(opening: Opening) -> None:
    async with opening(client="Musterfirma") as store:
        await store.begin(start())
        with pytest.raises(RecordRefused, match="company"):
            await store.begin(start("c2", client="Andere AG"))


said = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
seconds = st.floats(0, 1e5)
share = st.none() | st.floats(0, 1)
spoken = st.builds(
    Turn,
    who=st.sampled_from(["caller", "hotline"]),
    text=said,
    start_s=seconds,
    end_s=seconds,
    intent=st.none() | said,
    confidence=share,
    asr_confidence=share,
    response_s=st.none() | seconds,
    interrupted=st.booleans(),
)
cents = st.integers(0, 10**9).map(lambda n: Decimal(n).scaleb(-2))
taken_down = st.one_of(
    st.builds(Order, said, said, st.integers(1, 10**6), said, cents),
    st.builds(Message, said, said, said, st.booleans(), said),
    st.builds(Appointment, said, st.dates(), st.times(), said),
    st.builds(AddressChange, said, said),
    st.builds(
        HandOver,
        st.sampled_from(HandOverReason),
        st.none() | said,
        st.none() | said,
        st.none() | said,
        st.dictionaries(said, said, max_size=3),
        st.lists(spoken, max_size=2).map(tuple),
        said,
        st.none() | said,
    ),
)


@settings(
    max_examples=15,
    deadline=None,
    # Making an example smaller takes minutes where each one writes to a disk.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(turns=st.lists(spoken, max_size=3), facts=st.lists(taken_down, max_size=4))
def test_whatever_was_said_comes_back_as_it_was(
    opening: Opening, turns: list[Turn], facts: list[Fact]
) -> None:
    call_id = uuid4().hex  # The file outlives an example.

    async def there_and_back() -> None:
        async with opening() as store:
            await store.begin(start(call_id))
            for turn in turns:
                await store.add_turn(call_id, turn)
            kept = tuple([await store.add_fact(call_id, fact) for fact in facts])
            record = await store.call(call_id)
            assert record is not None
            assert record.turns == tuple(turns)
            assert record.facts == kept
            for before, after in zip(facts, kept, strict=True):
                if isinstance(after, Order):
                    after = replace(after, number=before.number)  # type: ignore[union-attr]
                assert before == after

    asyncio.run(there_and_back())
