"""Staff sign in and out, over the application as browsers see it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends
from fastapi.responses import PlainTextResponse

from ivr.core.staff import Person, Role
from ivr.web.part import NavEntry, Part
from ivr.web.staff.guard import require
from tests.web.shell import PASSWORD, House, csrf, running_shell


def pages_by_role() -> Part:
    """A page for each role, and one deed."""
    router = APIRouter()
    for role in Role:

        def page(person: Annotated[Person, Depends(require(role))]) -> PlainTextResponse:
            return PlainTextResponse(f"hello {person.name}")

        router.add_api_route(f"/{role}", page, methods=["GET", "POST"])
    return Part("by role", router, nav=tuple(NavEntry(f"/{role}", role, role) for role in Role))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with running_shell(tmp_path, [pages_by_role()]) as running:
        yield running


async def test_who_signs_in_gets_to_the_page_they_wanted(house: House) -> None:
    await house.add("erika")
    async with house.browser() as browser:
        refused = await browser.get("/agent")
        assert (refused.status_code, refused.headers["location"]) == (
            303,
            "/staff/sign-in?next=/agent",
        )
        page = await browser.get(refused.headers["location"])
        fields = {"csrf": csrf(page), "name": " Erika ", "password": PASSWORD, "next": "/agent"}
        answer = await browser.post("/staff/sign-in", data=fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/agent")
        assert (await browser.get("/agent")).text == "hello erika"


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_opens_its_own_pages_and_those_below(house: House, role: Role) -> None:
    await house.add("erika", role)
    async with house.browser() as browser:
        home = await browser.sign_in("erika")
        assert home.headers["location"] == f"/{role}"
        for other in Role:
            assert (await browser.get(f"/{other}")).status_code == (
                200 if list(Role).index(other) <= list(Role).index(role) else 403
            )


async def test_wrong_passwords_and_unknown_names_look_alike(house: House) -> None:
    await house.add("erika")
    async with house.browser() as browser:
        wrong = await browser.sign_in("erika", "falsch")
        unknown = await browser.sign_in("niemand", "falsch")
    assert (wrong.status_code, unknown.status_code) == (403, 403)
    assert "Name oder Passwort stimmen nicht." in wrong.text
    assert wrong.text.replace("erika", "niemand") == unknown.text


async def test_five_wrong_passwords_lock_the_name_for_a_quarter_of_an_hour(house: House) -> None:
    await house.add("erika")
    await house.add("otto")
    async with house.browser() as browser:
        for _ in range(5):
            assert (await browser.sign_in("erika", "falsch")).status_code == 403
        locked = await browser.sign_in("erika")
        assert (locked.status_code, "Viertelstunde" in locked.text) == (429, True)
        async with house.browser("192.0.2.8") as elsewhere:
            assert (await elsewhere.sign_in("erika")).status_code == 303
        house.later(timedelta(minutes=16))
        assert (await browser.sign_in("erika")).status_code == 303


async def test_passwords_tried_at_the_same_time_are_counted_all_the_same(house: House) -> None:
    await house.add("erika")
    async with house.browser() as browser:
        token = csrf(await browser.get("/staff/sign-in"))

        async def guess(password: str) -> int:
            fields = {"csrf": token, "name": "erika", "password": password}
            return (await browser.post("/staff/sign-in", data=fields)).status_code

        guesses = await asyncio.gather(*(guess(f"falsch {n}") for n in range(15)))
        assert sorted(guesses) == [403] * 5 + [429] * 10
        assert await guess(PASSWORD) == 429


async def test_whoever_is_told_to_try_again_has_tried_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.add("erika")
    async with house.browser() as browser:
        with monkeypatch.context() as crowded:
            crowded.setattr("ivr.web.staff.passwords._MOST_WAITING", 0)
            for _ in range(6):
                busy = await browser.sign_in("erika")
                assert (busy.status_code, "Gerade ist viel los" in busy.text) == (503, True)
        for _ in range(4):
            assert (await browser.sign_in("erika", "falsch")).status_code == 403
        assert (await browser.sign_in("erika")).status_code == 303
        new = "ein anderer guter Satz"
        with monkeypatch.context() as crowded:
            crowded.setattr("ivr.web.staff.passwords._MOST_WAITING", 0)
            for _ in range(6):
                page = await browser.send_form("/staff/password", old=PASSWORD, new=new, again=new)
                assert "Gerade ist viel los" in page.text
        done = await browser.send_form("/staff/password", old=PASSWORD, new=new, again=new)
        assert done.status_code == 303


async def test_the_addresses_of_one_home_are_one(house: House) -> None:
    await house.add("erika")
    for number in range(5):
        async with house.browser(f"2001:db8:1:2::{number}") as browser:
            assert (await browser.sign_in("erika", "falsch")).status_code == 403
    async with house.browser("2001:db8:1:2:ffff::1") as browser:
        assert (await browser.sign_in("erika")).status_code == 429
    async with house.browser("2001:db8:1:3::1") as browser:
        assert (await browser.sign_in("erika")).status_code == 303


async def test_a_name_is_locked_for_all_when_many_addresses_try(house: House) -> None:
    await house.add("erika")
    for address in range(20):
        async with house.browser(f"192.0.2.{address}") as browser:
            await browser.sign_in("erika", "falsch")
    async with house.browser("198.51.100.1") as browser:
        assert (await browser.sign_in("erika")).status_code == 429


async def test_a_given_password_opens_nothing_but_its_change(house: House) -> None:
    await house.add("erika", settled=False)
    async with house.browser() as browser:
        await browser.sign_in("erika")
        sent = await browser.get("/agent")
        assert sent.headers["location"] == "/staff/password"
        new = "ein anderer guter Satz"
        for wrong in (
            {"old": "falsch", "new": new, "again": new},
            {"old": PASSWORD, "new": new, "again": "ein dritter guter Satz"},
            {"old": PASSWORD, "new": "kurz", "again": "kurz"},
            {"old": PASSWORD, "new": PASSWORD, "again": PASSWORD},
            {"old": PASSWORD, "new": "erika erika erika", "again": "erika erika erika"},
        ):
            assert (await browser.send_form("/staff/password", **wrong)).status_code == 422
        right = {"old": PASSWORD, "new": new, "again": new}
        done = await browser.send_form("/staff/password", **right)
        assert done.headers["location"] == "/agent"
        assert (await browser.get("/agent")).status_code == 200
        await browser.post("/staff/sign-out", data={"csrf": csrf(await browser.get("/nowhere"))})
        assert (await browser.get("/agent")).status_code == 303
        assert (await browser.sign_in("erika", PASSWORD)).status_code == 403
        assert (await browser.sign_in("erika", new)).status_code == 303


async def test_changing_a_password_signs_out_everywhere_else(house: House) -> None:
    await house.add("erika")
    async with house.browser() as here, house.browser() as there:
        await here.sign_in("erika")
        await there.sign_in("erika")
        new = "ein anderer guter Satz"
        await here.send_form("/staff/password", old=PASSWORD, new=new, again=new)
        assert (await here.get("/agent")).status_code == 200
        assert (await there.get("/agent")).status_code == 303


async def test_sessions_run_out(house: House) -> None:
    await house.add("erika")
    async with house.browser() as browser:
        await browser.sign_in("erika")
        for _ in range(6):
            house.later(timedelta(minutes=119))
            assert (await browser.get("/agent")).status_code == 200
        house.later(timedelta(minutes=119))
        assert (await browser.get("/agent")).status_code == 303, "twelve hours are over"
        await browser.sign_in("erika")
        house.later(timedelta(minutes=121))
        assert (await browser.get("/agent")).status_code == 303, "nobody was there for two hours"


async def test_somebody_disabled_is_out_at_once(house: House) -> None:
    await house.add("chef", Role.ADMIN)
    person = await house.add("erika")
    async with house.browser() as browser:
        await browser.sign_in("erika")
        assert await house.store.change(person.id, disabled=True)
        assert (await browser.get("/agent")).status_code == 303
        assert (await browser.sign_in("erika")).status_code == 403


async def test_sessions_outlive_the_program(tmp_path: Path) -> None:
    async with running_shell(tmp_path, [pages_by_role()]) as house:
        await house.add("erika")
        async with house.browser() as browser:
            await browser.sign_in("erika")
            cookies = dict(browser.cookies)
    async with running_shell(tmp_path, [pages_by_role()]) as house, house.browser() as browser:
        browser.cookies.update(cookies)
        assert (await browser.get("/agent")).text == "hello erika"


@pytest.mark.parametrize("token", ["", "falsch", "Ω"])
async def test_without_the_token_nothing_is_changed(house: House, token: str) -> None:
    await house.add("erika")
    async with house.browser() as browser:
        await browser.sign_in("erika")
        assert (await browser.post("/agent", data={"csrf": token})).status_code == 403
        right = csrf(await browser.get("/nowhere"))
        assert (await browser.post("/agent", data={"csrf": right})).status_code == 200
        assert (await browser.post("/agent", headers={"X-CSRF-Token": right})).status_code == 200
        other_site = {"X-CSRF-Token": right, "Sec-Fetch-Site": "cross-site"}
        assert (await browser.post("/agent", headers=other_site)).status_code == 403


async def test_another_browsers_token_is_no_good(house: House) -> None:
    await house.add("erika")
    async with house.browser() as browser, house.browser() as other:
        await browser.sign_in("erika")
        token = csrf(await other.get("/staff/sign-in"))
        assert (await browser.post("/agent", data={"csrf": token})).status_code == 403


async def test_cookies_are_bound_to_the_host_over_tls_only(house: House) -> None:
    await house.add("erika")
    async with house.browser() as plain:
        cookie = (await plain.sign_in("erika")).headers["set-cookie"]
        assert cookie.startswith("ivr_session=")
        assert "httponly" in cookie.lower()
        assert "samesite=lax" in cookie.lower()
        assert "secure" not in cookie.lower()
    async with house.browser(base="https://hotline.test") as safe:
        answer = await safe.sign_in("erika")
        assert answer.headers["set-cookie"].startswith("__Host-ivr_session=")
        assert "; secure" in answer.headers["set-cookie"].lower()
        assert "max-age" in answer.headers["strict-transport-security"]
        assert (await safe.get("/agent")).status_code == 200


@pytest.mark.parametrize(
    "target", ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)", "/\n/x"]
)
async def test_signing_in_never_leads_to_another_site(house: House, target: str) -> None:
    await house.add("erika")
    async with house.browser() as browser:
        token = csrf(await browser.get("/staff/sign-in", params={"next": target}))
        fields = {"csrf": token, "name": "erika", "password": PASSWORD, "next": target}
        answer = await browser.post("/staff/sign-in", data=fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/agent")


async def test_every_page_forbids_scripts_of_others(house: House) -> None:
    async with house.browser() as browser:
        for path in ("/", "/staff/sign-in", "/nowhere", "/agent"):
            headers = (await browser.get(path)).headers
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"


async def test_too_much_is_refused_announced_or_not(house: House) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"x" * 100_000

    async with house.browser() as browser:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        told = await browser.post("/staff/sign-in", content=b"x" * 1_000_001, headers=kind)
        untold = await browser.post("/staff/sign-in", content=endless(), headers=kind)
        assert (told.status_code, untold.status_code) == (413, 413)


async def test_scripts_are_told_of_failures_as_json(house: House) -> None:
    async with house.browser() as browser:
        answer = await browser.get("/agent", headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()["sign_in"]) == (
            401,
            "/staff/sign-in?next=/agent",
        )
        htmx = await browser.get("/agent", headers={"hx-request": "true"})
        assert (htmx.status_code, htmx.headers["hx-redirect"]) == (
            401,
            "/staff/sign-in?next=/agent",
        )
