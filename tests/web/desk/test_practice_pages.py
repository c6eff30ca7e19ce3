"""Practice on the pages: who may do what, and what agents and supervisors see of it."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ivr.core.practice import MoodAt, Point, PracticeResult, Run, Said, TalkedOver
from ivr.core.staff import Role
from ivr.core.staffing import AgentState
from ivr.desk.sheets import enrol
from ivr.store.practice import SqlPractice
from tests.web.desk.workshop import Workshop, open_workshop, until, worn
from tests.web.shell import csrf

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


async def test_exercises_are_assigned_and_results_are_ones_own_and_the_supervisors(
    tmp_path: Path,
) -> None:
    async with open_workshop(tmp_path) as shop:
        for name, role in (
            ("anna", Role.AGENT),
            ("bert", Role.AGENT),
            ("clara", Role.SUPERVISOR),
        ):
            await shop.staff.add(name, role)
        await enrol(shop.house.premises, "anna", "Anna")
        run = await kept_run(shop)
        async with (
            shop.staff.browser() as anna,
            shop.staff.browser() as bert,
            shop.staff.browser() as clara,
        ):
            await anna.sign_in("anna")
            await bert.sign_in("bert")
            await clara.sign_in("clara")
            team = await clara.get("/practice/team")
            hers = {"X-CSRF-Token": csrf(team)}
            wish = {"agent": "anna", "exercise": EXERCISE}
            assigned = await clara.post("/practice/assign", data=wish, headers=hers)
            assert assigned.status_code == 303
            nobody = await clara.post(
                "/practice/assign", data={**wish, "agent": "nobody"}, headers=hers
            )
            assert nobody.status_code == 422
            assert "Für Sie zum Üben" in (await anna.get("/practice/menu")).text
            assert "Für Sie zum Üben" not in (await bert.get("/practice/menu")).text

            mine = {"X-CSRF-Token": csrf(await anna.get("/practice"))}
            for path, fields in (
                ("assign", wish),
                ("withdraw", {"run": "1"}),
                ("exercises", {"name": "eigene", "text": OWN}),
                ("exercises/remove", {"name": "eigene"}),
            ):
                refused = await anna.post(f"/practice/{path}", data=fields, headers=mine)
                assert refused.status_code == 403, path
            for page in ("team", "exercises/new"):
                assert (await anna.get(f"/practice/{page}")).status_code == 403
            result = f"/practice/runs/{run.id}"
            for browser in (anna, clara):
                shown = (await browser.get(result)).text
                for known in ("Fragt nach der Bestellnummer", "hat gefehlt", "ging gut", "1:05"):
                    assert known in shown, known
            assert (await bert.get(result)).status_code == 404
            assert "50" in (await clara.get("/practice/team")).text


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
                async with asyncio.timeout(10):
                    while await state() != (AgentState.FREE, ""):  # noqa: ASYNC110 - see `until`
                        await asyncio.sleep(0.05)
    assert await shop.store.calls() == [], "nothing of it counts"
