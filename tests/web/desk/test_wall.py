"""The wallboard: its figures, its report, and who may do what there."""

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.config.desk_plan import Plan
from ivr.config.wallboard import Wallboard
from ivr.core.desk import Waiting
from ivr.core.records import HandOver, HandOverReason, Message
from ivr.core.reporting import StaySeen
from ivr.core.staff import Role
from ivr.core.staffing import Agent, AgentState, Floor, Wait, WaitEnd, WaitState
from ivr.desk.report_rows import Figures
from ivr.web.desk.alarms import Wall, alarms
from ivr.web.desk.trend import together
from ivr.web.desk.wall import as_csv, read_skills
from tests.web.desk.workshop import Workshop, open_workshop
from tests.web.shell import Browser, csrf

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FACT = HandOver(HandOverReason.ASKED, "Frau Sommer", "+4956112345", "refund")


def stay(waited_s: float, end: WaitEnd, code: str = "Erledigt") -> StaySeen:
    taken = NOON + timedelta(seconds=waited_s) if end is WaitEnd.TAKEN else None
    return StaySeen(
        "c1",
        "service",
        NOON,
        end,
        "refund",
        taken=taken,
        parted=taken and taken + timedelta(seconds=90),
        ended=NOON + timedelta(seconds=waited_s + 90),
        code=code,
    )


PLAN = Plan.model_validate(
    {"sites": [{"id": "haus", "name": "Kassel", "state": "HE", "lines": 4, "hours": {}}]}
)


def wall(
    *states: AgentState,
    waits_s: tuple[float, ...] = (),
    talks: int = 0,
    today: Figures | None = None,
) -> Wall:
    """So many agents, callers who have been waiting for so long, and talks."""
    waiting = [
        Wait(Waiting("c", "m", FACT, NOON - timedelta(seconds=waited_s)), "service")
        for waited_s in waits_s
    ]
    talking = Wait(Waiting("t", "m", FACT, NOON), "service", state=WaitState.TALKING, site="haus")
    agents = tuple(Agent(str(at), "x", "haus", state=state) for at, state in enumerate(states))
    floor = Floor(agents, (*waiting, *[talking] * talks))
    return Wall(floor, PLAN, today or Figures(""), Figures(""), NOON)


FREE = AgentState.FREE
BAD_DAY = Figures("", taken=40, in_time=34, abandoned=10)


@pytest.mark.parametrize(
    ("seen", "about"),
    [
        (wall(FREE), []),
        (wall(FREE, waits_s=(60.0,)), []),
        (wall(FREE, waits_s=(60.5,)), ["longest"]),
        (wall(waits_s=(1.0,)), ["free"]),
        (wall(FREE, waits_s=(1.0,) * 9), []),
        (wall(FREE, waits_s=(1.0,) * 10), ["waiting"]),
        (wall(FREE, talks=3), []),
        (wall(FREE, talks=4), ["lines"]),
        (wall(FREE, AgentState.NOT_ANSWERING), ["free"]),
        (wall(FREE, today=BAD_DAY), ["level", "abandoned"]),
        (wall(FREE, today=Figures("", taken=5, abandoned=4)), []),
    ],
)
def test_an_alarm_comes_where_its_threshold_is_reached(seen: Wall, about: list[str]) -> None:
    found = alarms(seen, Wallboard())
    assert [alarm.about for alarm in found] == about
    assert all(alarm.text.endswith(".") for alarm in found)


def test_alarms_can_be_switched_off() -> None:
    quiet = Wallboard(
        late_factor=0,
        waiting=0,
        nobody_free=False,
        level_margin=0,
        abandoned=0,
        lines=0,
        not_answering=0,
    )
    seen = wall(AgentState.NOT_ANSWERING, waits_s=(900.0,) * 20, talks=4, today=BAD_DAY)
    assert alarms(seen, quiet) == []


@given(st.lists(st.tuples(*[st.integers(0, 50)] * 4), max_size=8))
def test_rows_together_are_their_sums(rows: list[tuple[int, ...]]) -> None:
    made = [
        Figures(str(at), taken=taken, in_time=taken, abandoned=gone, longest_s=long, calls=calls)
        for at, (taken, gone, long, calls) in enumerate(rows)
    ]
    sum_ = together(made)
    assert (sum_.taken, sum_.abandoned, sum_.calls) == tuple(
        sum(row[at] for row in rows) for at in (0, 1, 3)
    )
    assert sum_.longest_s == max((row[2] for row in rows), default=0)


def test_the_report_has_no_formulas_and_leaves_out_what_was_not() -> None:
    stays = [stay(5, WaitEnd.TAKEN, code='=HYPERLINK("x")'), stay(7, WaitEnd.ABANDONED)]
    row, gone = csv.DictReader(io.StringIO(as_csv(stays)))
    assert row["waited_s"] == "5.0"
    assert row["talked_s"] == "90.0"
    assert row["code"] == '\'=HYPERLINK("x")'
    assert (gone["waited_s"], gone["talked_s"], gone["agent"]) == ("97.0", "", "")


def test_skills_are_read_as_people_write_them() -> None:
    assert read_skills(" Retouren 3, technik  5 ,") == {"retouren": 3, "technik": 5}
    assert read_skills("") == {}
    for wrong in ("retouren", "retouren drei"):
        with pytest.raises(ValueError, match=r"."):
            read_skills(wrong)


@asynccontextmanager
async def at_work(shop: Workshop) -> AsyncIterator[tuple[Browser, Browser]]:
    """Anna at the desk, Clara at the wallboard: whatever they post has their page's token."""
    await shop.staff.add("anna")
    await shop.staff.add("clara", Role.SUPERVISOR)
    async with shop.staff.browser() as anna, shop.staff.browser() as clara:
        await anna.sign_in("anna")
        await clara.sign_in("clara")
        anna.headers["X-CSRF-Token"] = csrf(await anna.get("/desk"))
        clara.headers["X-CSRF-Token"] = csrf(await clara.get("/wallboard"))
        await anna.post("/desk/state", data={"to": "in"})
        yield anna, clara


PAUSE = {"agent": "anna", "to": "break", "reason": "Pause"}


async def test_agents_do_nothing_on_the_wallboard(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop, at_work(shop) as (anna, clara):
        for path, fields in (
            ("agents/state", PAUSE),
            ("agents/skills", {"agent": "anna", "skills": "technik 5"}),
            ("work/release", {"task": "message:1"}),
            ("agents/let-go", {"agent": "anna"}),
            ("watch", {"call": "x", "how": "listen"}),
            ("watch/end", {}),
            ("watch/take", {"call": "x"}),
        ):
            refused = await anna.post(f"/wallboard/{path}", data=fields)
            assert refused.status_code == 403, path
        for page in ("", "/events", "/report.csv"):
            assert (await anna.get(f"/wallboard{page}")).status_code == 403


async def test_supervisors_change_agents_and_it_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "ivr.web.desk.wall")
    async with open_workshop(tmp_path) as shop, at_work(shop) as (anna, clara):
        done = await clara.post("/wallboard/agents/state", data=PAUSE)
        assert done.status_code == 204
        fields = {"agent": "anna", "skills": "technik 5", "capacity": "60"}
        await clara.post("/wallboard/agents/skills", data=fields)
        wrong = {**fields, "skills": "technik 9"}
        refused = await clara.post("/wallboard/agents/skills", data=wrong)
        assert refused.status_code == 422
        agent = await shop.desk.store.agent("anna")
        numbers = {each.name: each.id for each in await shop.staff.store.people()}
    assert agent is not None
    assert agent.state is AgentState.BREAK
    assert (dict(agent.skills), agent.capacity) == ({"technik": 5}, 60)
    who = {"person": numbers["clara"], "agent": numbers["anna"]}
    logged: list[dict[str, object]] = [
        {"to": "break", "reason": "Pause"},
        {"skills": {"technik": 5}, "capacity": 60},
    ]
    for record, what in zip(caplog.records, logged, strict=True):
        assert {**who, **what}.items() <= vars(record).items()


async def test_the_report_has_a_row_for_each_stay_and_names_no_caller(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop, at_work(shop) as (anna, clara):
        past = datetime.now(UTC) - timedelta(days=2)
        joined = await shop.desk.store.join(
            Wait(Waiting("c7", "musterfirma", FACT, past), "technik")
        )
        over = replace(joined, state=WaitState.ENDED, end=WaitEnd.ABANDONED, ended_at=past)
        assert await shop.desk.store.save_wait(over)
        report = await clara.get("/wallboard/report.csv?days=3")
    [row] = csv.DictReader(io.StringIO(report.text))
    assert (row["queue"], row["intent"], row["end"]) == ("technik", "refund", "abandoned")
    assert "Sommer" not in report.text
    assert "4956112345" not in report.text


async def test_supervisors_give_back_what_others_keep_and_let_go_of_who_is_stuck(
    tmp_path: Path,
) -> None:
    async with open_workshop(tmp_path) as shop:
        await shop.staff.add("clara", Role.SUPERVISOR)
        now = datetime.now(UTC)
        stuck = Agent("anna", "Anna", "haus", state=AgentState.TALKING, call_id="gone", since=now)
        await shop.desk.store.add_agent(stuck)
        rung = replace(stuck, id="bert", name="Bert", state=AgentState.RINGING)
        await shop.desk.store.add_agent(rung)
        task = await shop.desk.work.schedule(Message("Sommer", "0561 1", "Retoure"), now, None)
        assert await shop.desk.work.claim(task, "anna", now)
        async with shop.staff.browser() as clara:
            await clara.sign_in("clara")
            page = await clara.get("/wallboard")
            assert "Übernommene Aufgaben" in page.text
            assert "Freigeben" in page.text
            headers = {"X-CSRF-Token": csrf(page)}
            for status in (204, 409):
                done = await clara.post(
                    "/wallboard/work/release", data={"task": task}, headers=headers
                )
                assert done.status_code == status
            for who, status in (("anna", 204), ("anna", 409), ("bert", 409)):
                done = await clara.post(
                    "/wallboard/agents/let-go", data={"agent": who}, headers=headers
                )
                assert done.status_code == status, "what has just begun to ring is left alone"
        assert [each.id for each in await shop.desk.work.tasks(now, agent="bert")] == [task]
        anna = await shop.desk.store.agent("anna")
        assert anna is not None
        assert anna.state is AgentState.WRAP_UP
