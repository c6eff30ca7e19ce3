"""What an agent sees before and during a call, and with which keys all of it is done."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ivr.core.desk import Waiting
from ivr.core.records import HandOver, HandOverReason
from ivr.core.staffing import Agent, AgentState, Shift, Wait, WaitState
from ivr.desk.rings import Offer
from ivr.desk.sheets import enrol
from tests.web.desk.workshop import Workshop, open_workshop, until
from tests.web.shell import Browser, csrf

FACT = HandOver(
    HandOverReason.ANGER,
    "Frau Sommer",
    "+4956112345",
    "late_delivery",
    {"order_number": "600123"},
    summary="Anliegen: Lieferung verspätet (600123)\nZu tun: beruhigen und übernehmen",
    form="order_status_form",
)
WAITING = Waiting(
    "c1", "musterfirma", FACT, datetime.now(UTC), caller="+4956112345", moods=("angry",)
)
KNOWN = (
    "Frau Sommer",
    "+4956112345",
    "Lieferung verspätet",
    "Zu tun: beruhigen und übernehmen",
    "angefangen: Bestellstatus",
    "Bestellnummer",
    "600123",
    "verärgert",
    "Deutsch",
)
"""What must be seen of it before anybody says a word."""


@asynccontextmanager
async def at_the_desk(
    tmp_path: Path,
) -> AsyncIterator[tuple[Workshop, Browser, dict[str, str]]]:
    """Anna, who has signed in to the program, and the token of her page."""
    async with open_workshop(tmp_path) as shop:
        await shop.staff.add("anna")
        async with shop.staff.browser() as browser:
            await browser.sign_in("anna")
            page = await browser.get("/desk")
            yield shop, browser, {"X-CSRF-Token": csrf(page), "Accept": "application/json"}


async def changed(shop: Workshop, **what: object) -> Agent:
    store = shop.desk.store
    agent = await enrol(shop.house.premises, "anna", "Anna")
    saved = await store.save_agent(replace(agent, **what))  # type: ignore[arg-type]
    assert saved is not None
    return saved


async def test_an_offer_tells_everything_before_it_is_accepted(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as (shop, browser, _):
        anna = await changed(shop, state=AgentState.RINGING, call_id="c1")
        plan = shop.house.premises.plan
        offer = Offer("o1", WAITING, plan.queues[0], plan.sites[0], anna, 20.0)
        async with shop.desk.hub.listen("anna"):
            ringing = asyncio.create_task(shop.house.ring.ring(offer))
            await until(lambda: bool(shop.house.ring.offers("anna")))
            text = (await browser.get("/desk")).text
            ringing.cancel()
            await asyncio.wait([ringing])
    for known in KNOWN:
        assert known in text, known
    company = shop.desk.company.name
    notice = re.search(r'data-title="([^"]*)" data-about="([^"]*)"', text)
    assert notice is not None
    assert notice[1] == f"{company}: Anruf von Frau Sommer"
    assert notice[2].startswith("Lieferung verspätet\nAnliegen")
    assert shop.house.answer_phrase in text


async def test_an_agent_with_a_telephone_needs_no_headset_and_sees_who_rings(
    tmp_path: Path,
) -> None:
    async with at_the_desk(tmp_path) as (shop, browser, token):
        assert "headset-connect" in (await browser.get("/desk")).text
        await changed(shop, phone="0561 77")
        page = await browser.get("/desk")
        assert "data-phone" in page.text
        assert "Ihr Telefon: 0561 77" in page.text
        assert "headset-connect" not in page.text
        signed_in = await browser.post("/desk/state", data={"to": "in"}, headers=token)
        assert signed_in.status_code == 204
        page = await browser.get("/desk")
        assert "Bereit für den nächsten Anruf" in page.text
        store = shop.desk.store
        wait = await store.join(Wait(WAITING, "service"))
        anna = await store.agent("anna")
        assert anna is not None
        rings = replace(anna, state=AgentState.RINGING, call_id="c1")
        offered = replace(wait, state=WaitState.OFFERED, agent="anna", site=anna.site)
        assert await store.settle(offered, rings, None)
        text = (await browser.get("/desk")).text
        for known in KNOWN:
            assert known in text, known
        assert "Ihr Telefon klingelt" in text
        assert "/accept" not in text


async def test_who_gets_no_more_calls_is_told_why(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as (shop, browser, _):
        now = datetime.now(UTC)
        day = now.astimezone(shop.desk.company.zone).date()
        for worked_h, calls, told in (
            (6.5, 0, "Jetzt ist eine Pause fällig"),
            (10.5, 0, "Für heute ist es genug"),
            (1.0, 120, "Alle Anrufe für heute sind geschafft"),
        ):
            began = now - timedelta(hours=worked_h)
            await changed(
                shop,
                state=AgentState.FREE,
                since=now,
                day=day,
                calls_today=calls,
                shift=Shift(began, began),
            )
            assert told in (await browser.get("/desk")).text


async def test_everything_at_rest_has_a_key(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as (shop, browser, _):
        await changed(shop, state=AgentState.FREE, since=datetime.now(UTC))
        text = (await browser.get("/desk")).text
    keys = re.findall(r'data-key="(.)"', text)
    assert {"p", "g", "v", "o", "n", "i"} <= set(keys)
    assert len(keys) == len(set(keys)), "no key does two things"
