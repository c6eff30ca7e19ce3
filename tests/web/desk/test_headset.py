"""A headset is there for the next call, whatever became of the one before."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from ivr.core.desk import Waiting
from ivr.core.records import HandOver, HandOverReason
from ivr.core.staff import Role
from ivr.desk.rings import Answered, Offer
from ivr.desk.sheets import enrol
from tests.web.desk.workshop import Workshop, open_workshop, until, worn
from tests.web.shell import csrf

FACT = HandOver(HandOverReason.ASKED, "Frau Sommer", "+4956112345", "refund")


async def offer_to(shop: Workshop, name: str, number: str) -> Offer:
    plan = shop.house.premises.plan
    agent = await enrol(shop.house.premises, name, name.title())
    waiting = Waiting("c" + number, "musterfirma", FACT, datetime.now(UTC))
    return Offer(number, waiting, plan.queues[0], plan.sites[0], agent, 20.0)


async def test_an_offer_accepted_too_late_keeps_no_agent_from_the_next(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop:
        await shop.staff.add("anna")
        async with shop.staff.browser() as browser:
            await browser.sign_in("anna")
            page = await browser.get("/desk")
            token = {"X-CSRF-Token": csrf(page), "Accept": "application/json"}
            async with worn(browser, token):
                await until(lambda: shop.desk.hub.listens("anna"))
                missed = asyncio.create_task(
                    shop.house.ring.ring(await offer_to(shop, "anna", "1"))
                )
                await until(lambda: bool(shop.house.ring.offers("anna")))
                missed.cancel()
                await asyncio.wait([missed])
                late = await browser.post("/desk/offers/1/accept", headers=token)
                assert late.status_code == 409
                assert "klingelt nicht mehr" in late.text
                headset = shop.house.headsets.of("anna")
                assert headset is not None
                assert not headset.busy

                ringing = asyncio.create_task(
                    shop.house.ring.ring(await offer_to(shop, "anna", "2"))
                )
                await until(lambda: bool(shop.house.ring.offers("anna")))
                taken = await browser.post("/desk/offers/2/accept", headers=token)
                assert taken.status_code == 204
                answer = await ringing
                assert isinstance(answer, Answered)
                await answer.leg.hang_up()


async def test_a_supervisor_in_a_call_of_their_own_keeps_it(tmp_path: Path) -> None:
    """Listening in elsewhere would take the headset out of it, and leave that caller alone."""
    async with open_workshop(tmp_path) as shop:
        await shop.staff.add("clara", Role.SUPERVISOR)
        async with shop.staff.browser() as browser:
            await browser.sign_in("clara")
            page = await browser.get("/wallboard")
            token = {"X-CSRF-Token": csrf(page), "Accept": "application/json"}
            async with worn(browser, token):
                await until(lambda: shop.house.headsets.of("clara") is not None)
                headset = shop.house.headsets.of("clara")
                assert headset is not None
                own = headset.leg()
                fields = {"call": "x", "how": "listen"}
                refused = await browser.post("/wallboard/watch", data=fields, headers=token)
                assert refused.status_code == 409
                assert "noch in einem Gespräch" in refused.text
                assert not own.over
                own.end()
