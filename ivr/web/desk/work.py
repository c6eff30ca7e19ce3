"""The work list on the desk: messages and call backs that wait for a person."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException

from ivr.core.desk_store import WorkList
from ivr.core.staff import Person, Role
from ivr.core.staffing import Task, TaskState
from ivr.web.desk.house import House
from ivr.web.staff.guard import require
from ivr.web.texts import gettext as _

Me = Annotated[Person, Depends(require(Role.AGENT))]
_Id = Annotated[str, Form(max_length=60)]
_DONE = 204
SNOOZES = (60, 240, 1440)
"""Minutes for which a task can be put off."""


async def waiting_work(work: WorkList, agent_id: str, now: datetime) -> Sequence[Task]:
    """What is open for everybody, and what this agent has taken, which comes first."""
    tasks = [
        task
        for task in await work.tasks(now)
        if task.state is TaskState.OPEN or task.agent == agent_id
    ]
    return sorted(tasks, key=lambda task: task.state is TaskState.OPEN)


def work_router(house: House) -> APIRouter:
    """Claim, give back, put off, done: one's own and nobody's tasks only."""
    router = APIRouter(prefix="/work")
    work = house.work

    def told(done: bool) -> None:
        if not done:
            raise HTTPException(409, _("Das hat inzwischen jemand anders übernommen."))
        house.glances.wake_all()

    @router.post("/claim", status_code=_DONE)
    async def claim(me: Me, task: _Id) -> None:
        told(await work.claim(task, me.name, datetime.now(UTC)))

    @router.post("/release", status_code=_DONE)
    async def release(me: Me, task: _Id) -> None:
        told(await work.release(task, me.name))

    @router.post("/snooze", status_code=_DONE)
    async def snooze(me: Me, task: _Id, minutes: Annotated[int, Form(ge=5, le=20160)]) -> None:
        until = datetime.now(UTC) + timedelta(minutes=minutes)
        told(await work.snooze(task, me.name, until))

    @router.post("/done", status_code=_DONE)
    async def done(me: Me, task: _Id, note: Annotated[str, Form(max_length=2000)] = "") -> None:
        told(await work.finish(task, me.name, note.strip(), datetime.now(UTC)))

    return router
