"""What the work list promises, on SQLite and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.core.desk import CallOutEnd
from ivr.core.records import CallStart, HandOver, HandOverReason, Message
from ivr.core.staffing import Task, TaskState, WaitEnd, WaitState
from ivr.store.desk import SqlDesk
from ivr.store.owner import this_process
from ivr.store.sql import SqlStore, open_store
from ivr.store.worklist import SqlWorkList
from tests.contracts.test_desk_store import WAIT, WAITING

NOON = datetime(2030, 7, 1, 12, tzinfo=UTC)
START = CallStart("c1", "musterfirma", "scripted", NOON)
LETTER = Message("Müller", "0561 1", "Rechnung", callback=True, when="morgen früh")
WISH = HandOver(HandOverReason.ASKED, "Erika", "0561 2", None, summary="Lieferung.\nRückruf.")


@pytest.fixture
async def store(place: Path | str) -> AsyncIterator[SqlStore]:
    opened = await open_store(place)
    await opened.begin(START)
    await opened.add_fact("c1", LETTER)
    await opened.add_fact("c1", WISH)
    await opened.begin(replace(START, call_id="other", client="andere"))
    await opened.add_fact("other", LETTER)
    yield opened
    await opened.close()


async def test_one_of_many_gets_a_task(store: SqlStore) -> None:
    work = SqlWorkList(store.sessions, "musterfirma")
    assert [task.id for task in await work.tasks(NOON)] == ["message:1", "hand_over:1"]
    agents = [f"a{number}" for number in range(8)]
    claims = await asyncio.gather(*(work.claim("message:1", each, NOON) for each in agents))
    assert sum(claims) == 1
    winner = agents[claims.index(True)]
    loser = agents[claims.index(False)]
    assert await work.claim("message:1", winner, NOON), "one's own may be claimed again"
    assert not await work.release("message:1", loser)
    assert not await work.snooze("message:1", loser, NOON)
    assert not await work.finish("message:1", loser, "", NOON)
    assert await work.release("message:1", winner)
    assert await work.claim("message:1", loser, NOON)
    task = await work.task("message:1")
    assert task is not None
    assert (task.state, task.agent) == (TaskState.CLAIMED, loser)


async def test_put_off_and_done(store: SqlStore) -> None:
    work = SqlWorkList(store.sessions, "musterfirma")
    later = NOON + timedelta(hours=2)
    assert await work.snooze("hand_over:1", "anna", later)
    assert [task.id for task in await work.tasks(NOON)] == ["message:1"]
    assert [task.id for task in await work.tasks(later)] == ["message:1", "hand_over:1"]
    assert await work.finish("message:1", "anna", "erreicht", later)
    assert not await work.finish("message:1", "bert", "auch", later)
    assert not await work.claim("message:1", "anna", later)
    done = await work.task("message:1")
    assert done is not None
    assert (done.state, done.note, done.agent) == (TaskState.DONE, "erreicht", "anna")
    assert [task.id for task in await work.tasks(later)] == ["hand_over:1"]


async def test_other_companies_and_nonsense_are_out_of_reach(store: SqlStore) -> None:
    work = SqlWorkList(store.sessions, "musterfirma")
    for wrong in (
        "message:2",
        "message:99",
        "message:",
        "order:1",
        "message:1;",
        "x",
        "message:²",
    ):
        assert await work.task(wrong) is None
        assert not await work.claim(wrong, "anna", NOON)


async def test_whom_somebody_has_spoken_with_is_not_to_be_called_back(store: SqlStore) -> None:
    work = SqlWorkList(store.sessions, "musterfirma")
    desk = SqlDesk(store.sessions, "musterfirma", this_process())
    wait = await desk.join(replace(WAIT, waiting=replace(WAITING, call_id="c1")))
    assert "hand_over:1" in [task.id for task in await work.tasks(NOON)]
    recorded_at = (await _task(work, "hand_over:1")).recorded_at
    before = replace(wait, state=WaitState.ENDED, taken_at=recorded_at - timedelta(minutes=5))
    await desk.save_wait(before)
    assert "hand_over:1" in [task.id for task in await work.tasks(NOON)], "wished for since then"
    again = await desk.join(replace(WAIT, waiting=replace(WAITING, call_id="c1")))
    talking = replace(again, state=WaitState.TALKING, taken_at=recorded_at + timedelta(minutes=5))
    await desk.save_wait(talking)
    assert [task.id for task in await work.tasks(NOON)] == ["message:1"]


async def _task(work: SqlWorkList, task_id: str) -> Task:
    task = await work.task(task_id)
    assert task is not None
    return task


DEEDS: Mapping[str, Callable[[SqlWorkList, str], Awaitable[bool]]] = {
    "claim": lambda work, task: work.claim(task, "anna", NOON),
    "snooze": lambda work, task: work.snooze(task, "anna", NOON + timedelta(hours=1)),
    "finish": lambda work, task: work.finish(task, "anna", "", NOON),
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_who_sees_to_a_call_back_ends_its_place_so_that_nobody_is_called_twice(
    store: SqlStore, deed: str
) -> None:
    work = SqlWorkList(store.sessions, "musterfirma")
    desk = SqlDesk(store.sessions, "musterfirma", this_process())
    kept = await desk.join(replace(WAIT, waiting=replace(WAITING, call_id="c1"), kept=True))
    rung = await desk.save_wait(replace(kept, state=WaitState.OFFERED, agent="bert"))
    assert rung is not None
    assert not await DEEDS[deed](work, "hand_over:1"), "it is their turn just now"
    assert (await _task(work, "hand_over:1")).state is TaskState.OPEN
    await desk.save_wait(replace(rung, state=WaitState.WAITING, agent=None))
    assert await DEEDS[deed](work, "hand_over:1")
    assert (await desk.floor()).waits == ()
    over = await desk.wait_of("c1")
    assert over is not None
    assert (over.end, over.taken_at) == (WaitEnd.CALL_BACK, None)


async def test_whoever_waits_keeps_the_place_whatever_is_done_with_their_message(
    store: SqlStore,
) -> None:
    work = SqlWorkList(store.sessions, "musterfirma")
    desk = SqlDesk(store.sessions, "musterfirma", this_process())
    await desk.join(replace(WAIT, waiting=replace(WAITING, call_id="c1")))
    assert await work.finish("message:1", "anna", "", NOON)
    assert [wait.state for wait in (await desk.floor()).waits] == [WaitState.WAITING]


async def test_claimed_tasks_come_back_from_those_who_have_gone(store: SqlStore) -> None:
    work = SqlWorkList(store.sessions, "musterfirma")
    assert await work.claimed() == []
    for task_id in ("message:1", "hand_over:1"):
        assert await work.claim(task_id, "anna", NOON)
    assert [task.id for task in await work.claimed()] == ["message:1", "hand_over:1"]
    assert await work.tasks(NOON, agent="bert") == []
    assert not await work.release("message:1", "bert")
    assert await work.release("message:1", None), "a supervisor may"
    assert not await work.release("message:1", None)
    assert [task.id for task in await work.tasks(NOON, agent="bert")] == ["message:1"]
    assert await work.release_all("anna") == 1
    assert await work.release_all("anna") == 0
    assert [task.id for task in await work.tasks(NOON, agent="bert")] == [
        "message:1",
        "hand_over:1",
    ]


async def test_ones_own_tasks_are_there_however_many_others_have_claimed(store: SqlStore) -> None:
    work = SqlWorkList(store.sessions, "musterfirma")
    for number in range(4):
        await store.add_fact("c1", replace(LETTER, about=str(number)))
    for number in (1, 3, 4):
        await work.claim(f"message:{number}", "bert", NOON)
    await work.claim("message:6", "anna", NOON)
    seen = [task.id for task in await work.tasks(NOON, limit=2, agent="anna")]
    assert seen == ["message:6", "hand_over:1"]


async def test_a_call_back_that_was_agreed_on_is_shown_when_it_is_due(store: SqlStore) -> None:
    work = SqlWorkList(store.sessions, "musterfirma")
    later = NOON + timedelta(days=3)
    agreed = Message("Sommer", "0561 3", "Angebot", callback=True, when="04.07. 14:00")
    task_id = await work.schedule(agreed, later, "c1")
    assert task_id not in [task.id for task in await work.tasks(later - timedelta(seconds=1))]
    assert task_id in [task.id for task in await work.tasks(later)]
    task = await work.task(task_id)
    assert task is not None
    assert (task.call_id, task.phone, task.callback, task.due_at) == ("c1", "0561 3", True, later)
    record = await store.call("c1")
    assert record is not None
    assert agreed in record.facts
    strangers = await work.schedule(agreed, later, "other")
    kept = await work.task(strangers)
    assert kept is not None
    assert kept.call_id is None, "another company's call is not touched"


async def test_every_try_is_counted(store: SqlStore) -> None:
    work = SqlWorkList(store.sessions, "musterfirma")
    for end in (CallOutEnd.BUSY, CallOutEnd.NO_ANSWER):
        await work.tried("hand_over:1", end, NOON)
    task = await work.task("hand_over:1")
    assert task is not None
    assert (task.tries, task.tried_end, task.tried_at) == (2, CallOutEnd.NO_ANSWER, NOON)
    await work.tried("message:99", CallOutEnd.BUSY, NOON)
