"""What an agent writes into the fields is on the ticket and in the records made of them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ivr.config.company import load_company
from ivr.config.desk import Desk as DeskSettings
from ivr.config.loading import PROGRAM_FOLDER
from ivr.core.errors import FieldRefused, FormIncomplete, RecordRefused
from ivr.core.records import CallStart, Order
from ivr.core.staffing import AgentState, Wait, WaitState
from ivr.desk.hub import Hub
from ivr.desk.papers import Papers
from ivr.desk.premises import Premises
from ivr.desk.rings import ScriptedRing
from ivr.desk.sheets import Sheet, correct, take_down
from ivr.store.desk_memory import MemoryDesk
from ivr.store.memory import MemoryStore
from ivr.understanding.actions.typed import TypedForms
from tests.desk.scene import NOON, agent, answers, caller, one_site

MINE = Sheet("c1", "anna", ("c1",))


@pytest.fixture
def facts() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
async def premises(facts: MemoryStore) -> Premises:
    """Anna talks with a caller of whom a name and a product are known."""
    company = load_company(PROGRAM_FOLDER / "company.toml")
    await facts.begin(CallStart("c1", company.id, "sip", NOON))
    desk = MemoryDesk()
    await desk.add_agent(agent("anna", state=AgentState.TALKING, call_id="c1"))
    await desk.add_agent(agent("bert"))
    waiting = caller(1)
    known = replace(waiting.hand_over, slots={"product": "Toaster", "customer": "12345"})
    waiting = replace(waiting, hand_over=known)
    await desk.join(Wait(waiting, "service", state=WaitState.TALKING, agent="anna"))
    forms = TypedForms(lambda: company, facts, lambda: datetime.now(UTC))
    return Premises(
        desk,
        one_site(),
        DeskSettings(),
        ScriptedRing(answers),
        Hub(),
        papers=Papers(forms, facts),
    )


async def slots(premises: Premises) -> dict[str, str]:
    wait = await premises.store.wait_of("c1")
    assert wait is not None
    return dict(wait.waiting.hand_over.slots)


async def on_record(facts: MemoryStore) -> tuple[object, ...]:
    record = await facts.call("c1")
    assert record is not None
    return record.facts


async def test_an_order_is_taken_from_the_fields_and_follows_them_from_then_on(
    premises: Premises, facts: MemoryStore
) -> None:
    with pytest.raises(FormIncomplete):
        await take_down(premises, MINE, "place_order_form")
    assert await correct(premises, MINE, "quantity", "zwei Stück") == ("2", ())
    made = await take_down(premises, MINE, "place_order_form")
    assert isinstance(made, Order)
    assert (made.number, made.product_name, made.quantity) == ("600001", "Toaster", 2)
    with pytest.raises(RecordRefused):
        await take_down(premises, MINE, "place_order_form")
    changed = replace(made, quantity=3)
    assert await correct(premises, MINE, "quantity", "3") == ("3", (changed,))
    assert await on_record(facts) == (changed,)
    assert (await slots(premises))["quantity"] == "3"


async def test_what_is_no_value_changes_nothing(premises: Premises, facts: MemoryStore) -> None:
    before = await slots(premises)
    for field, typed in (("quantity", "9999"), ("phone", "nie"), ("colour", "rot")):
        with pytest.raises(FieldRefused):
            await correct(premises, MINE, field, typed)
    assert await slots(premises) == before
    assert await on_record(facts) == ()


async def test_a_name_and_a_number_stand_on_the_ticket_for_whoever_calls_back(
    premises: Premises,
) -> None:
    await correct(premises, MINE, "name", "Meier")
    await correct(premises, MINE, "phone", "0561 123456")
    wait = await premises.store.wait_of("c1")
    assert wait is not None
    fact = wait.waiting.hand_over
    assert (fact.caller_name, fact.phone) == ("Meier", "0561123456")


async def test_nobody_writes_on_a_colleagues_sheet(premises: Premises, facts: MemoryStore) -> None:
    hers = replace(MINE, agent_id="bert")
    assert await correct(premises, hers, "quantity", "2") is None
    assert await take_down(premises, hers, "place_order_form") is None
    assert "quantity" not in await slots(premises)


async def test_in_practice_no_order_is_kept(premises: Premises, facts: MemoryStore) -> None:
    assert premises.papers is not None
    practice = replace(premises, papers=replace(premises.papers, facts=None))
    await correct(practice, MINE, "quantity", "2")
    assert isinstance(await take_down(practice, MINE, "place_order_form"), Order)
    assert await on_record(facts) == ()
