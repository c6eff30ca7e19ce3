"""The work list on the desk: messages and call backs that wait for a person."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, HTTPException

from ivr.core.desk_store import WorkList
from ivr.core.records import Message
from ivr.core.staff import Person, Role
from ivr.core.staffing import Task
from ivr.web.desk.house import House
from ivr.web.desk.wording import REFUSALS
from ivr.web.staff.guard import require
from ivr.web.texts import gettext as _

Me = Annotated[Person, Depends(require(Role.AGENT))]
_Id = Annotated[str, Form(max_length=60)]
_DONE = 204
_NUMBER = r"^(\+?[0-9][0-9 ()./-]{2,40})?$"
LATEST = timedelta(days=366)
"""How far ahead a call back can be agreed on."""


async def waiting_work(work: WorkList, agent_id: str, now: datetime) -> Sequence[Task]:
    """What is open for everybody, and what this agent has taken, which comes first."""
    return await work.tasks(now, agent=agent_id)


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

    router.include_router(_calling(house))
    router.include_router(_scheduling(house))
    return router


def _scheduling(house: House) -> APIRouter:
    """A call back agreed on in a call, or in its wrap-up: it is in the list at that time."""
    router = APIRouter()

    @router.post("/schedule", status_code=_DONE)
    async def schedule(
        me: Me,
        at: Annotated[str, Form(max_length=32)],
        number: Annotated[str, Form(pattern=_NUMBER)] = "",
        note: Annotated[str, Form(max_length=2000)] = "",
    ) -> None:
        agent = await house.store.agent(me.name)
        wait = await house.store.wait_of(agent.call_id) if agent and agent.call_id else None
        if agent is None or wait is None:
            raise HTTPException(409, _("Sie sind in keinem Gespräch."))
        now = datetime.now(UTC)
        due_at = read_moment(at, house.premises.zone(agent))
        if due_at is None or not now < due_at <= now + LATEST:
            raise HTTPException(422, _("Der Rückruf muss in den nächsten zwölf Monaten liegen."))
        fact, talk = wait.waiting.hand_over, house.talk_of(me.name)
        phone = number.strip() or fact.slots.get("phone") or fact.phone or wait.waiting.caller
        if not phone:
            raise HTTPException(422, _("Bitte geben Sie eine Nummer an."))
        message = Message(
            name=fact.slots.get("name") or fact.caller_name or "",
            phone=phone,
            about=note.strip() or fact.summary.split("\n")[0],
            callback=True,
            when=due_at.astimezone(house.premises.zone(agent)).strftime("%d.%m. %H:%M"),
        )
        call_id = wait.call_id if talk is None else talk.start.call_id
        await house.work.schedule(message, due_at, call_id)
        house.glances.wake_all()

    return router


def read_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """What a browser's field for day and time holds, on the clock of `zone`; None for nonsense.

    An hour that summer time skips is read as the one after it.
    """
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if local.tzinfo is not None else local.replace(tzinfo=zone).astimezone(UTC)


def _calling(house: House) -> APIRouter:
    """Call a customer back: the agent is there first."""
    router = APIRouter(prefix="/call")

    @router.post("", status_code=_DONE)
    async def call(me: Me, task: _Id) -> None:
        agent = await house.store.agent(me.name)
        leg = None
        if agent is None or agent.phone is None:
            headset = house.headsets.of(me.name)
            if headset is None:
                raise HTTPException(409, _("Ihr Headset ist nicht verbunden."))
            if headset.busy:
                raise HTTPException(409, _("Sie sind noch in einem Gespräch."))
            leg = headset.leg()
        refused = await house.call_outs.begin(me.name, task, leg)
        if refused is not None:
            if leg is not None:
                await leg.hang_up()
            raise HTTPException(409, _(REFUSALS[refused]))
        house.glances.wake_all()

    @router.post("/end", status_code=_DONE)
    async def end(me: Me) -> None:
        """Ring no longer. Once the customer is there, it is a call like any other."""
        house.call_outs.give_up(me.name)
        house.glances.wake_all()

    return router
