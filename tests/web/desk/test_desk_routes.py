"""The desk's routes: who may do what, and what the desk is told."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from ivr.core.desk import Waiting
from ivr.core.records import CallStart, HandOver, HandOverReason
from ivr.core.staff import Role
from ivr.core.staffing import Agent, AgentState, Wait, WaitState
from ivr.web.desk.work import read_moment
from tests.desk.scene import NOON
from tests.web.desk.workshop import CLOSED, PLAN, open_workshop
from tests.web.reports.test_report_pages import one_call
from tests.web.shell import csrf


async def test_an_agent_comes_takes_a_break_and_goes(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop:
        await shop.staff.add("anna")
        async with shop.staff.browser() as browser:
            await browser.sign_in("anna")
            page = await browser.get("/desk")
            assert "Anmelden und frei" in page.text
            token = {"X-CSRF-Token": csrf(page), "Accept": "application/json"}

            async def to(state: str, reason: str = "") -> int:
                fields = {"to": state, "reason": reason}
                return (await browser.post("/desk/state", data=fields, headers=token)).status_code

            async def state() -> AgentState:
                agent = await shop.desk.store.agent("anna")
                assert agent is not None
                return agent.state

            assert await to("in") == 204
            assert await state() is AgentState.FREE
            assert await to("break", "Mittag") == 204
            assert await state() is AgentState.BREAK
            assert await to("break", "Fußball") != 204
            assert await to("free") == 204
            assert await to("somewhere") == 422
            assert await to("out") == 204
            assert await to("out") == 409
            assert await state() is AgentState.SIGNED_OUT


@pytest.mark.parametrize(("plan", "told"), [(PLAN, False), (CLOSED, True)])
async def test_who_is_free_when_nothing_rings_is_told_why(
    tmp_path: Path, plan: str, told: bool
) -> None:
    async with open_workshop(tmp_path, plan=plan) as shop:
        await shop.staff.add("anna")
        async with shop.staff.browser() as browser:
            await browser.sign_in("anna")
            page = await browser.get("/desk")
            token = {"X-CSRF-Token": csrf(page), "Accept": "application/json"}
            await browser.post("/desk/state", data={"to": "in"}, headers=token)
            page = await browser.get("/desk")
    assert ("keine Servicezeit" in page.text) is told


async def test_only_staff_gets_to_the_desk(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop, shop.staff.browser() as stranger:
        assert (await stranger.get("/desk")).status_code == 303
        assert (await stranger.get("/desk/events")).status_code == 303
        for path in (
            "state",
            "headset",
            "offers/x/accept",
            "call/do/hang-up",
            "work/claim",
            "work/call",
            "call/number",
        ):
            assert (await stranger.post(f"/desk/{path}")).status_code == 403


async def test_what_is_no_offer_is_refused(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop:
        await shop.staff.add("anna", Role.AGENT)
        async with shop.staff.browser() as browser:
            await browser.sign_in("anna")
            token = {"X-CSRF-Token": csrf(await browser.get("/desk"))}
            for body in (b"", b"[]", b"\xff", b'{"sdp": "v=0", "page": "p"}', b'{"sdp": 1}'):
                answer = await browser.post("/desk/headset", content=body, headers=token)
                assert answer.status_code == 422
            for path, fields in (
                ("offers/nothing/accept", {}),
                ("call/do/hang-up", {}),
                ("call/say", {"text": "Hallo"}),
                ("call/note", {"call": "x", "note": "y"}),
                ("work/claim", {"task": "message:1"}),
                ("work/call", {"task": "message:1"}),
                ("work/schedule", {"at": "2030-01-01T10:00", "number": "0561 1"}),
                ("call/number", {"number": "0561 1"}),
                ("call/colleague", {"agent": "bert"}),
            ):
                answer = await browser.post(f"/desk/{path}", data=fields, headers=token)
                assert answer.status_code == 409, path


def test_a_moment_is_read_on_the_agents_clock() -> None:
    berlin, cape = ZoneInfo("Europe/Berlin"), ZoneInfo("Africa/Johannesburg")
    assert read_moment("2026-07-01T14:30", berlin) == datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    assert read_moment("2026-12-01T14:30", berlin) == datetime(2026, 12, 1, 13, 30, tzinfo=UTC)
    assert read_moment("2026-12-01T14:30", cape) == datetime(2026, 12, 1, 12, 30, tzinfo=UTC)
    skipped = read_moment("2026-03-29T02:30", berlin)
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "03:30 on that morning"
    for nonsense in ("", "morgen", "2026-07-01T14:30+02:00", "2026-13-01T10:00"):
        assert read_moment(nonsense, berlin) is None


async def test_agents_look_at_their_own_calls_and_at_nobody_elses(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop:
        await one_call(shop)
        for name in ("anna", "bert"):
            await shop.staff.add(name)
        async with shop.staff.browser() as anna, shop.staff.browser() as bert:
            await anna.sign_in("anna")
            await bert.sign_in("bert")
            listed = await anna.get("/desk/history?day=2026-10-25")
            assert "Frau Sommer" in listed.text
            assert "Erstattung" in listed.text
            call = "/desk/history/2026-10-25/c1"
            assert call in listed.text
            opened = await anna.get(call)
            assert "Wo bleibt mein Geld?" in opened.text
            assert "Frau Sommer" not in (await anna.get("/desk/history?day=2026-10-24")).text
            assert "Frau Sommer" not in (await bert.get("/desk/history?day=2026-10-25")).text
            assert (await bert.get(call)).status_code == 404
            assert (await anna.get("/desk/history/2026-10-25/c2")).status_code == 404
            assert (await anna.get("/desk/history?day=gestern")).status_code == 422


async def test_what_is_typed_in_a_call_is_checked_and_saved_to_the_order(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop:
        await shop.staff.add("anna")
        client = shop.desk.company.id
        await shop.store.begin(CallStart("c1", client, "sip", NOON))
        fact = HandOver(HandOverReason.ASKED, None, None, "place_order", {"product": "Toaster"})
        waiting = Waiting("c1", client, fact, NOON)
        await shop.desk.store.join(Wait(waiting, "service", state=WaitState.TALKING, agent="anna"))
        await shop.desk.store.add_agent(
            Agent("anna", "Anna", "haus", state=AgentState.TALKING, call_id="c1")
        )
        async with shop.staff.browser() as browser:
            await browser.sign_in("anna")
            page = await browser.get("/desk")
            token = {"X-CSRF-Token": csrf(page), "Accept": "application/json"}

            async def post(path: str, **data: str) -> httpx.Response:
                fields = {"call": "c1", **data}
                return await browser.post(f"/desk/call/{path}", data=fields, headers=token)

            lacking = await post("take-down", form="place_order_form")
            assert lacking.status_code == 422
            assert "Menge, Kunde" in lacking.json()["error"]
            refused = await post("field", field="quantity", value="sehr viele")
            assert refused.status_code == 422
            assert "So viele" in refused.json()["error"]
            assert (await post("field", field="quantity", value="2")).status_code == 204
            assert (await post("field", field="customer", value="12345")).status_code == 204
            done = await post("take-down", form="place_order_form")
            assert done.json()["said"] == "Bestellung 600001 ist aufgenommen."
            assert (await post("take-down", form="place_order_form")).status_code == 409
            assert (await post("field", field="quantity", value="3")).status_code == 204
            assert (await post("take-down", form="no_such_form")).status_code == 422
            assert 'value="3"' in (await browser.get("/desk")).text
        order = await shop.store.find_order("600001")
        assert order is not None
        assert order.quantity == 3
