"""Practice on the pages: who may do what, and what agents and supervisors see of it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ivr.core.practice import MoodAt, Point, PracticeResult, Run, Said, TalkedOver
from ivr.core.staff import Role
from ivr.core.staffing import AgentState
from ivr.desk.sheets import enrol
from ivr.store.practice import SqlPractice
from tests.web.desk.workshop import Workshop, open_workshop, until, worn
from tests.web.shell import Browser, csrf

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
EXERCISE = "wo-bleibt-mein-paket"
RESULT = PracticeResult(
    (Said("caller", "Wo bleibt mein Paket?", 0, 2), Said("agent", "Ihre Nummer?", 2, 4)),
    (Point("Fragt nach der Bestellnummer", True, "Ihre Nummer?", 2), Point("Grüßt", False)),
    (MoodAt(0, 55, "begin"), MoodAt(3, 35, "kind")),
    (TalkedOver(1.5, 0.5),),
    3.0,
    2.0,
    65.0,
    1,
    12.0,
    True,
)
OWN = """\
title: Eigene Übung
about: Etwas Kurzes.
customer: {name: Thomas Berger}
opening: [Guten Tag.]
answers:
  - {id: number, when: [bestellnummer], says: Sechs null null.}
goodbye: {needs: [number], unsolved: Und nun?}
checklist:
  - {point: Fragt nach der Bestellnummer, when: [bestellnummer]}
example: [Wie ist Ihre Bestellnummer?, Auf Wiederhören!]
"""


async def kept_run(shop: Workshop) -> Run:
    """One that anna has done."""
    store = SqlPractice(shop.store.sessions, shop.desk.company.id)
    run = await store.assign(Run(0, "anna", EXERCISE, "Wo bleibt mein Paket?", "Clara", NOON))
    done = replace(run, ended_at=NOON, result=RESULT, code="Erledigt", note="ging gut")
    await store.finish(done)
    return done


@asynccontextmanager
async def at_work(shop: Workshop) -> AsyncIterator[dict[str, Browser]]:
    """Two agents and a supervisor by name: what they post has a token."""
    roles = {"anna": Role.AGENT, "bert": Role.AGENT, "clara": Role.SUPERVISOR}
    async with AsyncExitStack() as stack:
        browsers = {}
        for name, role in roles.items():
            await shop.staff.add(name, role)
            browser = await stack.enter_async_context(shop.staff.browser())
            await browser.sign_in(name)
            browser.headers["X-CSRF-Token"] = csrf(await browser.get("/practice"))
            browsers[name] = browser
        await enrol(shop.house.premises, "anna", "Anna")
        yield browsers


WISH = {"agent": "anna", "exercise": EXERCISE}


async def test_an_exercise_is_assigned_to_one(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop, at_work(shop) as people:
        assigned = await people["clara"].post("/practice/assign", data=WISH)
        assert assigned.status_code == 303
        nobody = await people["clara"].post("/practice/assign", data={**WISH, "agent": "nobody"})
        assert nobody.status_code == 422
        assert "Für Sie zum Üben" in (await people["anna"].get("/practice/menu")).text
        assert "Für Sie zum Üben" not in (await people["bert"].get("/practice/menu")).text


async def test_agents_do_nothing_that_supervisors_do(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop, at_work(shop) as people:
        for path, fields in (
            ("assign", WISH),
            ("withdraw", {"run": "1"}),
            ("exercises", {"name": "eigene", "text": OWN}),
            ("exercises/remove", {"name": "eigene"}),
        ):
            refused = await people["anna"].post(f"/practice/{path}", data=fields)
            assert refused.status_code == 403, path
        for page in ("team", "exercises/new"):
            assert (await people["anna"].get(f"/practice/{page}")).status_code == 403


async def test_results_are_ones_own_and_the_supervisors(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop, at_work(shop) as people:
        result = f"/practice/runs/{(await kept_run(shop)).id}"
        for name in ("anna", "clara"):
            shown = (await people[name].get(result)).text
            for known in ("Fragt nach der Bestellnummer", "hat gefehlt", "ging gut", "1:05"):
                assert known in shown, known
        assert (await people["bert"].get(result)).status_code == 404
        assert "50" in (await people["clara"].get("/practice/team")).text


async def test_supervisors_write_exercises_and_are_told_what_is_wrong_in_which_line(
    tmp_path: Path,
) -> None:
    async with open_workshop(tmp_path) as shop:
        await shop.staff.add("clara", Role.SUPERVISOR)
        async with shop.staff.browser() as clara:
            await clara.sign_in("clara")
            page = await clara.get("/practice/exercises/new")
            token = {"X-CSRF-Token": csrf(page)}
            wrong = {"name": "eigene", "text": OWN.replace("about:", "abuot:")}
            told = await clara.post("/practice/exercises", data=wrong, headers=token)
            assert told.status_code == 422
            assert "abuot" in told.text, "what was typed is still there"
            lines = re.findall(r'<td class="figures">(\d+)</td>', told.text)
            assert "2" in lines
            right = {"name": "eigene", "text": OWN.replace("\n", "\r\n")}
            kept = await clara.post("/practice/exercises", data=right, headers=token)
            assert kept.status_code == 303
            assert "Eigene Übung" in (await clara.get("/practice/team")).text
            assert "Etwas Kurzes" in (await clara.get("/practice/exercises/eigene")).text
            gone = await clara.post(
                "/practice/exercises/remove", data={"name": "eigene"}, headers=token
            )
            assert gone.status_code == 303
            assert (await clara.get("/practice/exercises/eigene")).status_code == 404


async def test_a_practice_call_rings_while_the_real_desk_has_the_agent_in_training(
    tmp_path: Path,
) -> None:
    async with open_workshop(tmp_path) as shop:
        await shop.staff.add("anna")
        async with shop.staff.browser() as anna:
            await anna.sign_in("anna")
            page = await anna.get("/desk")
            token = {"X-CSRF-Token": csrf(page), "Accept": "application/json"}

            async def start(exercise: str = EXERCISE) -> int:
                fields = {"exercise": exercise}
                return (await anna.post("/practice/start", data=fields, headers=token)).status_code

            async def state() -> tuple[AgentState, str]:
                agent = await shop.desk.store.agent("anna")
                assert agent is not None
                return agent.state, agent.reason

            assert await start() == 409, "no headset"
            async with worn(anna, token):
                await until(lambda: shop.desk.hub.listens("anna"))
                assert await start() == 409, "not signed in"
                await anna.post("/desk/state", data={"to": "in"}, headers=token)
                assert await start("gibt-es-nicht") == 404
                assert await start() == 204
                await until(lambda: bool(shop.house.ring.offers("anna")))
                assert await state() == (AgentState.BREAK, "Schulung")
                [offer] = shop.house.ring.offers("anna")
                assert offer.waiting.line == "practice"
                assert "Übung" in (await anna.get("/desk")).text
                refused = await anna.post(f"/desk/offers/{offer.id}/refuse", headers=token)
                assert refused.status_code == 204
                async with asyncio.timeout(30):
                    while await state() != (AgentState.FREE, ""):  # noqa: ASYNC110 - see `until`
                        await asyncio.sleep(0.05)
    assert await shop.store.calls() == [], "nothing of it counts"
