"""Admins keep the team; the rules that no slip of theirs may break."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivr.core.staff import Role
from ivr.web.staff.people import People
from ivr.web.staff.people_part import people_part
from tests.web.shell import Browser, House, csrf, running_shell

PAGE = "/staff/people"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with running_shell(tmp_path) as bare:
        people = People(bare.store, bare.passwords)
    async with running_shell(tmp_path, [people_part(people)]) as running:
        people._store = running.store
        yield running


async def post(browser: Browser, path: str, **fields: str) -> tuple[int, str]:
    token = csrf(await browser.get(PAGE))
    answer = await browser.post(path, data={"csrf": token, **fields})
    return answer.status_code, answer.text


def handed(page: str) -> str:
    found = re.search(r'class="mono">([a-z0-9-]{19})<', page)
    assert found is not None
    return found[1]


async def test_somebody_new_signs_in_with_what_they_were_handed(house: House) -> None:
    await house.add("admin", Role.ADMIN)
    async with house.browser() as browser:
        await browser.sign_in("admin")
        added = {"name": "E.Mustermann", "full_name": "Erika  Mustermann", "role": "agent"}
        status, page = await post(browser, PAGE, **added)
        assert status == 200
        password = handed(page)
        assert password not in (await browser.get(PAGE)).text
    async with house.browser() as browser:
        answer = await browser.sign_in("e.mustermann", password)
        assert answer.status_code == 303
        assert "Einmalpasswort" in (await browser.get("/staff/password")).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "admin", "full_name": "Noch Eine"},
        {"name": "x", "full_name": "Zu Kurz"},
        {"name": "mit leer", "full_name": "Mit Leer"},
        {"name": "<b>", "full_name": "Mit Klammern"},
        {"name": "otto", "full_name": " "},
        {"name": "otto", "full_name": "x" * 81},
        {"name": "otto", "full_name": "Otto", "role": "chef"},
    ],
)
async def test_what_does_not_fit_is_said_and_not_done(house: House, wrong: dict[str, str]) -> None:
    await house.add("admin", Role.ADMIN)
    async with house.browser() as browser:
        await browser.sign_in("admin")
        status, _ = await post(browser, PAGE, **{"role": "agent", **wrong})
        assert status == 422
    assert [person.name for person in await house.store.people()] == ["admin"]


async def test_a_reset_signs_out_and_unlocks(house: House) -> None:
    await house.add("admin", Role.ADMIN)
    person = await house.add("erika")
    async with house.browser() as browser, house.browser() as hers:
        await browser.sign_in("admin")
        await hers.sign_in("erika")
        for _ in range(5):
            async with house.browser() as other:
                await other.sign_in("erika", "falsch")
        _, page = await post(browser, f"{PAGE}/{person.id}/reset")
        assert (await hers.get("/staff/password")).status_code == 303
        assert (await hers.sign_in("erika", handed(page))).status_code == 303


async def test_the_last_admin_stays(house: House) -> None:
    admin = await house.add("admin", Role.ADMIN)
    other = await house.add("erika")
    async with house.browser() as browser:
        await browser.sign_in("admin")
        for path, fields in (("disabled", {"yes": "true"}), ("role", {"role": "agent"})):
            status, page = await post(browser, f"{PAGE}/{admin.id}/{path}", **fields)
            assert status == 422
            assert "Mindestens eine Person" in page
        await post(browser, f"{PAGE}/{other.id}/role", role="admin")
        status, _ = await post(browser, f"{PAGE}/{other.id}/disabled", yes="true")
        assert status == 303
        status, _ = await post(browser, f"{PAGE}/{admin.id}/role", role="agent")
        assert status == 422, "the other admin is barred"
        assert (await browser.get(PAGE)).status_code == 200


async def test_only_admins_come_here(house: House) -> None:
    person = await house.add("erika", Role.SUPERVISOR)
    async with house.browser() as browser:
        await browser.sign_in("erika")
        token = csrf(await browser.get("/nowhere"))
        assert (await browser.get(PAGE)).status_code == 403
        for path in ("", f"/{person.id}/reset", f"/{person.id}/disabled", f"/{person.id}/role"):
            fields = {"csrf": token, "role": "admin", "yes": "true"}
            assert (await browser.post(PAGE + path, data=fields)).status_code == 403
    assert (await house.store.people())[0].role is Role.SUPERVISOR


async def test_passwords_and_bars_ask_first_and_name_the_person(house: House) -> None:
    await house.add("admin", Role.ADMIN)
    person = await house.add("erika")
    async with house.browser() as browser:
        await browser.sign_in("admin")
        page = (await browser.get(PAGE)).text
    for deed, question in (("reset", "Neues Passwort für Erika?"), ("bar", "Erika sperren?")):
        assert f'data-open="{deed}-{person.id}"' in page
        dialog = page.split(f'<dialog id="{deed}-{person.id}"')[1].split("</dialog>")[0]
        assert question in dialog
        assert f'action="/staff/people/{person.id}/' in dialog
    outside = re.sub(r"<dialog.*?</dialog>", "", page, flags=re.DOTALL)
    assert "/reset" not in outside
    assert 'name="yes" value="true"' not in outside
