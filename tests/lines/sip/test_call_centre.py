"""A call centre that is reached by telephone: it takes a call, fails, and is back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from ivr.config.desk import Desk as DeskSettings
from ivr.config.desk_plan import Plan, Queue
from ivr.config.sip import Sip
from ivr.core.desk import Nobody, PartingHow, Taken
from ivr.core.ports import Leg
from ivr.desk.hub import Hub
from ivr.desk.office import Office, open_office
from ivr.desk.phones import PhoneRing
from ivr.desk.premises import Premises
from ivr.lines.sip.line import SipLine, open_sip_line
from ivr.lines.sip.options import Prober
from ivr.observe.metrics import Metrics
from ivr.store.desk_memory import MemoryDesk
from tests.desk.scene import OWN, caller
from tests.lines.sip.house import telephone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@asynccontextmanager
async def call_centre(port: int = 0) -> AsyncIterator[SipLine]:
    """Answers every call and listens."""
    settings = Sip.model_validate({"port": port, "rtp_ports": "22000-22999"})
    async with open_sip_line(settings, Metrics(), {}) as line:

        async def answer() -> None:
            async for leg in line.incoming():
                listening.add(asyncio.create_task(_listen(leg)))

        async def _listen(leg: Leg) -> None:
            async for _ in leg.frames():
                pass

        listening: set[asyncio.Task[None]] = set()
        answering = asyncio.create_task(answer())
        try:
            yield line
        finally:
            for task in (answering, *listening):
                task.cancel()
            await asyncio.wait([answering, *listening])


async def _handed_over(office: Office, number: int) -> Taken | Nobody:
    async for news in office.enqueue(caller(number)):
        if isinstance(news, Taken | Nobody):
            return news
    raise AssertionError("a stay without an end")


async def test_a_call_centre_takes_a_call_fails_and_is_back() -> None:
    store = MemoryDesk()

    async def until(*, silent: bool) -> None:
        while True:
            state = store.shared.sites.get("fern")
            if state is not None and state.silent is silent:
                return
            await asyncio.sleep(0.1)

    async with AsyncExitStack() as there:
        first = await there.enter_async_context(call_centre())
        address, port = first.addresses[0], first.port
        far = OWN.model_copy(update={"id": "fern", "name": "Fern", "trunk": address})
        plan = Plan(queues=(Queue(id="service", name="Service"),), sites=(far,))
        settings = DeskSettings(site_check_s=5, site_pause_s=1)
        async with telephone(address) as ours:
            phones = PhoneRing(ours, "Musterfirma", Prober("127.0.0.1"))
            premises = Premises(store, plan, settings, phones, Hub())
            async with open_office(premises) as office:
                taken = await _handed_over(office, 1)
                assert isinstance(taken, Taken)
                assert (taken.agent, taken.by_phone) == ("fern", True)
                await taken.leg.hang_up()
                await office.parted("c1", taken.agent, PartingHow.DONE)
                await there.aclose()
                await until(silent=True)
                assert isinstance(await office.outlook("m"), Nobody)
                async with call_centre(port):
                    await until(silent=False)
                    back = await _handed_over(office, 2)
                    assert isinstance(back, Taken)
                    await back.leg.hang_up()
                assert store.shared.sites["fern"].failures == 0
