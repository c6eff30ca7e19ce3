"""A link for somebody without an account: one look, soon, and no more than the summary."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ivr.config.desk_plan import Queue
from ivr.core.desk import Waiting
from ivr.core.records import HandOver, HandOverReason
from ivr.core.staffing import Wait
from ivr.desk.phones import LONGEST_HEADER, context_headers
from ivr.desk.rings import Offer
from ivr.store.links import LIVES
from tests.desk.scene import OWN
from tests.web.desk.workshop import open_workshop
from tests.web.shell import csrf

FACT = HandOver(
    HandOverReason.ASKED,
    "Frau Sommer",
    "+4956112345",
    "refund",
    {"name": "Sommer"},
    summary="Möchte eine <Rückgabe>.\nRechnung prüfen.",
)
WAITING = Waiting("c1", "musterfirma", FACT, datetime.now(UTC), caller="+4956112345")


async def test_a_link_shows_the_summary_once_and_asks_first(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop, shop.staff.browser() as stranger:
        await shop.desk.store.join(Wait(WAITING, "service"))
        token = await shop.desk.links.make("c1", datetime.now(UTC))
        await stranger.get(f"/context/{token}")
        asked = await stranger.get(f"/context/{token}")
        assert asked.status_code == 200
        assert "Rückgabe" not in asked.text, "a look-up must not use it up"
        form = {"csrf": csrf(asked)}
        shown = await stranger.post(f"/context/{token}", data=form)
        assert shown.status_code == 200
        assert "Möchte eine &lt;Rückgabe&gt;." in shown.text
        assert "Rechnung prüfen." in shown.text
        for secret in ("Sommer", "4956112345"):
            assert secret not in shown.text
        assert shown.headers["cache-control"] == "no-store"
        again = await stranger.post(f"/context/{token}", data=form)
        assert again.status_code == 404
        assert "Rückgabe" not in again.text


async def test_an_old_or_guessed_link_opens_nothing(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop, shop.staff.browser() as stranger:
        await shop.desk.store.join(Wait(WAITING, "service"))
        old = await shop.desk.links.make("c1", datetime.now(UTC) - LIVES - timedelta(seconds=1))
        form = {"csrf": csrf(await stranger.get(f"/context/{old}"))}
        for token in (old, "x", "a" * 43, "b" * 5000):
            assert (await stranger.post(f"/context/{token}", data=form)).status_code == 404


def test_only_what_the_plan_allows_is_told_and_no_half_links() -> None:
    site = OWN.model_copy(update={"headers": ("intent", "summary", "link")})
    offer = Offer("o", WAITING, Queue(id="service", name="S"), site, None, 20.0)
    link = "https://hotline.example/context/abc"
    assert context_headers(offer, "Musterfirma", link) == {
        "X-Hotline-Intent": "refund",
        "X-Hotline-Summary": "Möchte eine <Rückgabe>. Rechnung prüfen.",
        "X-Hotline-Link": link,
    }
    assert "X-Hotline-Link" not in context_headers(offer, "M", "https://" + "a" * LONGEST_HEADER)
    assert "X-Hotline-Link" not in context_headers(offer, "M")
    assert context_headers(replace(offer, site=OWN), "Musterfirma", link) == {}
