"""One of several programs on one database: its callers, and agents with telephones for all.

Prints a line for each offer that rang: agent, call, from, until, by the machine's own clock.
"""

import asyncio
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime

from ivr.config.desk import Desk as DeskSettings
from ivr.core.desk import PartingHow, Taken
from ivr.desk.hub import Hub
from ivr.desk.office import Office, open_office
from ivr.desk.premises import Premises
from ivr.desk.rings import Answered, Offer, RingResult
from ivr.store.desk import SqlDesk
from ivr.store.owner import this_process
from ivr.store.sql import open_store
from tests.desk.scene import SilentLeg, caller, one_site


class SharedPhones:
    """Agents' telephones, which every program can ring."""

    async def ring(self, offer: Offer) -> RingResult:
        began = time.monotonic()
        await asyncio.sleep(0.02)
        agent = offer.agent.id if offer.agent else "?"
        line = (agent, offer.waiting.call_id, f"{began:.6f}", f"{time.monotonic():.6f}")
        sys.stdout.write(" ".join(line) + "\n")
        return Answered(SilentLeg(), by_phone=True)

    async def alive(self, site: object) -> bool:
        return True


async def _talk(office: Office, number: int) -> None:
    who = replace(caller(number), since=datetime.now(UTC))
    async for news in office.enqueue(who):
        if isinstance(news, Taken):
            await asyncio.sleep(0.02)
            await office.parted(who.call_id, news.agent, PartingHow.DONE)


async def main(database: str, first: int, calls: int) -> None:
    store = await open_store(database, busy_timeout_s=20)
    try:
        desk = SqlDesk(store.sessions, "musterfirma", this_process())
        settings = DeskSettings(wrap_up_s=0)
        premises = Premises(desk, one_site(), settings, SharedPhones(), Hub())
        async with open_office(premises) as office:
            await asyncio.gather(*(_talk(office, first + n) for n in range(calls)))
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
