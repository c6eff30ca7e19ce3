"""A program whose caller waits for a busy agent, until it is killed.

Says so in a line of its own.
"""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime

from ivr.config.desk import Desk as DeskSettings
from ivr.core.desk import Place
from ivr.core.records import CallStart
from ivr.desk.hub import Hub
from ivr.desk.office import open_office
from ivr.desk.premises import Premises
from ivr.desk.rings import NotAnswered, ScriptedRing
from ivr.store.desk import SqlDesk
from ivr.store.owner import this_process
from ivr.store.sql import open_store
from tests.desk.scene import caller, one_site


async def main(database: str) -> None:
    store = await open_store(database, client="musterfirma")
    desk = SqlDesk(store.sessions, "musterfirma", this_process())
    ring = ScriptedRing(lambda _: NotAnswered())
    premises = Premises(desk, one_site(), DeskSettings(), ring, Hub())
    now = datetime.now(UTC)
    await store.begin(CallStart("c1", "musterfirma", "sip", now, caller="+49561123456"))
    async with open_office(premises) as office:
        who = replace(caller(1, now), caller="+49561123456")
        async for news in office.enqueue(who):
            if isinstance(news, Place):
                sys.stdout.write("waits\n")
                sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
