"""The wallboard: its figures, its report, and who may do what there."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.config.desk_plan import Plan
from ivr.core.desk import Waiting
from ivr.core.records import CallEnd, CallRecord, CallStart, HandOver, HandOverReason, Outcome
from ivr.core.staff import Role
from ivr.core.staffing import AgentState, Wait, WaitEnd, WaitState
from ivr.web.desk.wall import as_csv, read_skills
from ivr.web.desk.wall_view import day_of
from tests.web.desk.workshop import open_workshop
from tests.web.shell import csrf

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FACT = HandOver(HandOverReason.ASKED, "Frau Sommer", "+4956112345", "refund")


def stay(waited_s: float, end: WaitEnd, code: str = "Erledigt") -> Wait:
    taken = NOON + timedelta(seconds=waited_s) if end is WaitEnd.TAKEN else None
    return Wait(
        Waiting("c1", "musterfirma", FACT, NOON),
        "service",
        state=WaitState.ENDED,
        end=end,
        taken_at=taken,
        parted_at=taken and taken + timedelta(seconds=90),
        ended_at=NOON + timedelta(seconds=waited_s + 90),
        code=code,
    )


def call(outcome: Outcome) -> CallRecord:
    return CallRecord(CallStart("c", "m", "sip", NOON), end=CallEnd(outcome, NOON))


def test_the_day_counts_who_was_taken_in_time_and_who_gave_up(tmp_path: Path) -> None:
    plan = Plan.model_validate(
        {"sites": [{"id": "haus", "name": "Kassel", "state": "HE", "hours": {}}]}
    )
    waits = [
        stay(5, WaitEnd.TAKEN),
        stay(20, WaitEnd.TAKEN),
        stay(21, WaitEnd.TAKEN),
        stay(8, WaitEnd.ABANDONED),
    ]
    calls = [call(Outcome.ANSWERED), call(Outcome.HANDED_OVER), call(Outcome.ANSWERED)]
    day = day_of(plan, waits, [*calls, replace(calls[0], end=None)])
    assert (day.taken, day.within_target, day.abandoned) == (3, 2, 1)
    assert day.level == 0.5
    assert day.contained == pytest.approx(2 / 3)
    assert day_of(plan, [], []).level is None


def test_the_report_has_nothing_of_the_callers_and_no_formulas() -> None:
    text = as_csv([stay(5, WaitEnd.TAKEN, code='=HYPERLINK("x")')])
    [row] = csv.DictReader(io.StringIO(text))
    assert row["waited_s"] == "5.0"
    assert row["talked_s"] == "90.0"
    assert row["code"] == '\'=HYPERLINK("x")'
    assert "Sommer" not in text
    assert "4956112345" not in text


def test_skills_are_read_as_people_write_them() -> None:
    assert read_skills(" Retouren 3, technik  5 ,") == {"retouren": 3, "technik": 5}
    assert read_skills("") == {}
    for wrong in ("retouren", "retouren drei"):
        with pytest.raises(ValueError, match=r"."):
            read_skills(wrong)


async def test_supervisors_change_agents_and_agents_do_not(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop:
        await shop.staff.add("anna")
        await shop.staff.add("clara", Role.SUPERVISOR)
        async with shop.staff.browser() as anna, shop.staff.browser() as clara:
            await anna.sign_in("anna")
            await clara.sign_in("clara")
            mine = {"X-CSRF-Token": csrf(await anna.get("/desk"))}
            hers = {"X-CSRF-Token": csrf(await clara.get("/wallboard"))}
            await anna.post("/desk/state", data={"to": "in"}, headers=mine)
            pause = {"agent": "anna", "to": "break", "reason": "Pause"}
            for path, fields in (
                ("agents/state", pause),
                ("agents/skills", {"agent": "anna", "skills": "technik 5"}),
                ("watch", {"call": "x", "how": "listen"}),
                ("watch/end", {}),
                ("watch/take", {"call": "x"}),
            ):
                refused = await anna.post(f"/wallboard/{path}", data=fields, headers=mine)
                assert refused.status_code == 403, path
            for page in ("", "/events", "/report.csv"):
                assert (await anna.get(f"/wallboard{page}")).status_code == 403
            done = await clara.post("/wallboard/agents/state", data=pause, headers=hers)
            assert done.status_code == 204
            fields = {"agent": "anna", "skills": "technik 5", "capacity": "60"}
            await clara.post("/wallboard/agents/skills", data=fields, headers=hers)
            wrong = {**fields, "skills": "technik 9"}
            refused = await clara.post("/wallboard/agents/skills", data=wrong, headers=hers)
            assert refused.status_code == 422
            agent = await shop.desk.store.agent("anna")
            assert agent is not None
            assert agent.state is AgentState.BREAK
            assert (dict(agent.skills), agent.capacity) == ({"technik": 5}, 60)
            assert (await clara.get("/wallboard/report.csv")).status_code == 200
