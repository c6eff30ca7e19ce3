"""Supervisors in other people's calls. Each deed is logged, and listening in is told to both sides
as the settings say."""

import logging
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request

from ivr.call.seating import Supervision
from ivr.core.desk import Taken
from ivr.core.errors import NotConnected
from ivr.core.staff import Person, Role
from ivr.desk.sheets import enrol
from ivr.web.desk.house import House, Watching
from ivr.web.staff.entrance import Entrance
from ivr.web.staff.guard import require
from ivr.web.texts import gettext as _

log = logging.getLogger(__name__)

Boss = Annotated[Person, Depends(require(Role.SUPERVISOR))]
_DONE = 204


def _ids(request: Request) -> Callable[[str], Awaitable[int | None]]:
    """A dependency: by which log messages know people, who are not to be named there."""
    entrance: Entrance = request.app.state.entrance
    return entrance.id_of


Ids = Annotated[Callable[[str], Awaitable[int | None]], Depends(_ids)]


def watch_router(house: House) -> APIRouter:
    """Listen in, whisper, join, and leave again."""
    router = APIRouter(prefix="/watch")
    router.include_router(_taking_over(house))

    @router.post("", status_code=_DONE)
    async def watch(
        boss: Boss,
        id_of: Ids,
        call: Annotated[str, Form(max_length=64)],
        how: Annotated[Supervision, Form()],
    ) -> None:
        agent = _supervise(house, boss, call, how)
        log.info(
            "a supervisor is in a call",
            extra={
                "person": boss.id,
                "agent": await id_of(agent),
                "call_id": call,
                "how": how.value,
            },
        )
        house.glances.wake_all()

    @router.post("/end", status_code=_DONE)
    async def end(boss: Boss) -> None:
        left = house.watching.get(boss.name)
        _leave(house, boss)
        if left is not None:
            log.info(
                "a supervisor has left a call",
                extra={"person": boss.id, "call_id": left.call_id},
            )
        house.glances.wake_all()

    return router


def _taking_over(house: House) -> APIRouter:
    """The supervisor has the call from now on."""
    router = APIRouter()

    @router.post("/take", status_code=_DONE)
    async def take(boss: Boss, id_of: Ids, call: Annotated[str, Form(max_length=64)]) -> None:
        """The supervisor takes the agent's place."""
        talk, headset = house.register.conversation(call), house.headsets.of(boss.name)
        if headset is None:
            raise HTTPException(409, _("Ihr Headset ist nicht verbunden."))
        if talk is None or not talk.connected or talk.seating.lent:
            raise HTTPException(409, _("Dieses Gespräch kann gerade nicht übernommen werden."))
        before = talk.agent
        agent = await enrol(house.premises, boss.name, boss.full_name)
        if await house.people.step_in(boss.name, call) is None:
            raise HTTPException(409, _("Sie sind noch in einem Gespräch."))
        _leave(house, boss)
        try:
            with headset.trying() as leg:
                talk.transfer(Taken(agent.id, agent.name, agent.site, leg))
        except NotConnected as error:
            await house.parted(call, agent.id)
            raise HTTPException(409, _("Dieses Gespräch ist beendet.")) from error
        log.info(
            "a supervisor took a call",
            extra={"person": boss.id, "agent": await id_of(before or ""), "call_id": call},
        )
        house.glances.wake_all()

    return router


def _supervise(house: House, boss: Person, call: str, how: Supervision) -> str:
    """Bring the supervisor into this call, or let them do something else there; the agent's id."""
    talk, headset = house.register.conversation(call), house.headsets.of(boss.name)
    if headset is None:
        raise HTTPException(409, _("Ihr Headset ist nicht verbunden."))
    now = _watching(house, boss)
    if now is None and headset.busy:
        raise HTTPException(409, _("Sie sind noch in einem Gespräch."))
    if talk is None or not talk.connected:
        raise HTTPException(409, _("Dieses Gespräch ist beendet."))
    try:
        if now is not None and now.call_id == call:
            seat = now.seat
            talk.change_watch(seat, how, boss.full_name)
        else:
            _leave(house, boss)
            notice = house.premises.settings.listening_notice
            with headset.trying() as leg:
                seat = talk.watch(leg, how, notice=notice, name=boss.full_name)
    except NotConnected as error:
        raise HTTPException(
            409, _("Dieses Gespräch ist beendet, oder der Assistent hat den Anrufer gerade.")
        ) from error
    house.watching[boss.name] = Watching(call, seat, how)
    return talk.agent or ""


def _watching(house: House, boss: Person) -> Watching | None:
    """The call that the supervisor is in as one; None if that call is over."""
    now = house.watching.get(boss.name)
    talk = None if now is None else house.register.conversation(now.call_id)
    return (
        now if now is not None and talk is not None and now.seat in talk.seating.watchers else None
    )


def _leave(house: House, boss: Person) -> None:
    before = house.watching.pop(boss.name, None)
    talk = None if before is None else house.register.conversation(before.call_id)
    if before is not None and talk is not None:
        talk.unwatch(before.seat, boss.full_name)
