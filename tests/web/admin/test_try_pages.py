"""Trying models in the console: typed, spoken, and without a trace."""

from datetime import UTC, datetime
from pathlib import Path

from ivr.core.staff import Role
from tests.web.admin.console import open_office
from tests.web.admin.forms import send
from tests.web.shell import Browser, csrf

PAGE = "/admin/try"
TALK = "0" * 32
SECOND = bytes(32_000)


async def spoken(browser: Browser, sound: bytes) -> tuple[int, str]:
    token = csrf(await browser.get(PAGE))
    answer = await browser.post(
        f"{PAGE}/hear?talk={TALK}&phone=true",
        content=sound,
        headers={"X-CSRF-Token": token, "Content-Type": "application/octet-stream"},
    )
    return answer.status_code, answer.text


async def test_what_is_typed_is_answered_as_in_a_call_and_leaves_no_record(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        hello = await send(browser, PAGE, f"{PAGE}/say", talk=TALK)
        assert "was kann ich für Sie tun" in hello.text
        said = await send(browser, PAGE, f"{PAGE}/say", talk=TALK, text="Wann haben Sie geöffnet?")
        assert "Heute haben wir bis 18 Uhr geöffnet." in said.text
        assert "opening_hours" in said.text
        assert "100" in said.text
        bye = await send(browser, PAGE, f"{PAGE}/say", talk=TALK, text="Tschüss")
        assert "Auf Wiederhören" in bye.text
        begun = datetime(2020, 1, 1, tzinfo=UTC)
        assert (await office.room.talks.utterances(begun)).utterances == ()
        assert await office.room.store.calls() == []


async def test_what_is_spoken_is_recognized_within_limits(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        status, heard = await spoken(browser, SECOND)
        assert status == 200
        assert "Wann haben Sie geöffnet?" in heard
        assert (await spoken(browser, b"\0\0"))[0] == 422
        assert (await spoken(browser, SECOND * 21))[0] == 413


async def test_a_model_that_is_gone_is_told_of(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        browser = await office.admin()
        gone = await send(browser, PAGE, f"{PAGE}/say", talk=TALK, model="weg", text="Hallo")
        assert gone.status_code == 409


async def test_only_admins_may_and_only_from_our_page(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        admin = await office.admin()
        strange = await admin.post(f"{PAGE}/hear?talk={TALK}", content=SECOND)
        assert strange.status_code == 403
        sven = await office.admin("sven", Role.SUPERVISOR)
        assert (await sven.get(PAGE)).status_code == 403
