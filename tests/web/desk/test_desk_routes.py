"""The desk's routes: who may do what, and what the desk is told."""

from pathlib import Path

from ivr.core.staff import Role
from ivr.core.staffing import AgentState
from tests.web.desk.workshop import open_workshop
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


async def test_only_staff_gets_to_the_desk(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop, shop.staff.browser() as stranger:
        assert (await stranger.get("/desk")).status_code == 303
        assert (await stranger.get("/desk/events")).status_code == 303
        for path in ("state", "headset", "offers/x/accept", "call/do/hang-up", "work/claim"):
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
            ):
                answer = await browser.post(f"/desk/{path}", data=fields, headers=token)
                assert answer.status_code == 409, path
