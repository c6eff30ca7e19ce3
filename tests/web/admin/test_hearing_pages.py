"""As the phone hears it, in the console: begun, watched, ended, and taken back."""

import asyncio
from pathlib import Path

from tests.web.admin.console import open_office
from tests.web.admin.forms import send

SAID, HEARD = "wann haben Sie geöffnet", "wann haben sie gelöffelt"
PAGE = "/admin/intents/hours"
NOW = "/admin/hearing?about=hours"


async def test_what_the_phone_hears_stands_apart_and_is_let_go_of_one_by_one(
    tmp_path: Path,
) -> None:
    async with open_office(tmp_path) as office:
        anna = await office.admin()
        office.ear.mistakes[SAID] = HEARD
        begun = await send(anna, PAGE, "/admin/hearing/start", intent="hours")
        assert begun.headers["location"] == PAGE
        assert "0 von 2 Beispielen" in (await anna.get(NOW)).text
        assert (await send(anna, PAGE, "/admin/hearing/start")).status_code == 409
        await office.speaking.work_once()
        assert "1 Variante entfernen" in (await anna.get(NOW)).text
        assert HEARD in (await anna.get(PAGE)).text
        [line] = await office.room.desk.intents("hours")
        assert (line.examples, line.heard) == (2, 1)
        drop, version = f"{PAGE}/heard/drop", str(line.version)
        old = str(line.version - 1)
        assert (await send(anna, PAGE, drop, version=old, text=HEARD)).status_code == 409
        assert (await send(anna, PAGE, drop, version=version, text=HEARD)).status_code == 303
        [line] = await office.room.desk.intents("hours")
        assert (line.examples, line.heard) == (2, 0)


async def test_it_is_ended_and_all_of_it_let_go_of(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        anna = await office.admin()
        office.ear.mistakes[SAID] = HEARD
        office.ear.waits_before = "wie teuer ist das"
        page = "/admin/intents"
        await send(anna, page, "/admin/hearing/start")
        work = asyncio.create_task(office.speaking.work_once())
        await office.ear.waits.wait()
        assert "3 von 4 Beispielen" in (await anna.get("/admin/hearing")).text
        assert (await send(anna, page, "/admin/hearing/cancel")).status_code == 303
        await work
        assert "Zuletzt abgebrochen" in (await anna.get("/admin/hearing")).text
        [line] = await office.room.desk.intents("hours")
        assert line.heard == 1
        await send(anna, page, "/admin/hearing/forget")
        [line] = await office.room.desk.intents("hours")
        assert line.heard == 0
