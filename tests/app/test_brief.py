"""What an agent is told beyond the call itself."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from ivr.app.brief import look_up_earlier, suggestions
from ivr.config.company import load_company
from ivr.config.loading import PROGRAM_FOLDER
from ivr.core.records import CallEnd, CallStart, HandOver, HandOverReason, Order, Outcome
from ivr.store.memory import MemoryStore

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


async def test_earlier_calls_say_what_they_were_about() -> None:
    store = MemoryStore()
    start = CallStart("c1", "musterfirma", "scripted", NOON, "+49561998877")
    await store.begin(start)
    await store.add_fact("c1", Order("1003", "Toaster", 2, "12345", Decimal("19.90")))
    await store.add_fact(
        "c1", HandOver(HandOverReason.ASKED, None, None, None, summary="Rechnung.\nRückruf.")
    )
    await store.end("c1", CallEnd(Outcome.HANDED_OVER, NOON))
    await store.begin(replace(start, call_id="c2", caller="+4930123"))
    (earlier,) = await look_up_earlier(store)("+49561998877")
    assert (earlier.call_id, earlier.outcome) == ("c1", "handed_over")
    assert earlier.about == "2 × Toaster; Rechnung."


def test_answers_are_the_companys_with_its_facts_filled_in() -> None:
    company = load_company(PROGRAM_FOLDER / "company.toml")
    now = [company]
    suggest = suggestions(lambda: now[0], PROGRAM_FOLDER / "nlu" / "domain")
    (answer,) = suggest("shipping_cost")
    assert "4 Euro 90" in answer
    dearer = company.shipping.model_copy(update={"cost": Decimal("7.50")})
    now[0] = company.model_copy(update={"shipping": dearer})
    assert "7 Euro 50" in suggest("shipping_cost")[0]
    assert "{" not in answer
    assert suggest("no_such_intent") == ()
