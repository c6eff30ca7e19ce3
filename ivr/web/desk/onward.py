"""Routes that pass a caller on to somebody who is there first: nobody is given to a line that
only rings."""

from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException

from ivr.call.conversation import Conversation
from ivr.core.desk import CallOutEnd
from ivr.core.errors import NotConnected
from ivr.core.staff import Person, Role
from ivr.web.desk.house import House
from ivr.web.desk.wording import NOT_PASSED, TRIED
from ivr.web.staff.guard import require
from ivr.web.texts import gettext as _

Me = Annotated[Person, Depends(require(Role.AGENT))]
_DONE = 204
_NUMBER = r"^\+?[0-9][0-9 ()./-]{2,40}$"


def onward_router(house: House) -> APIRouter:
    """Each answers when the caller is passed on, or says why not: then the agent has them back."""
    router = APIRouter()
    passing = house.passing

    @router.post("/number", status_code=_DONE)
    async def number(
        me: Me,
        number: Annotated[str, Form(pattern=_NUMBER)],
        first: Annotated[bool, Form()] = False,
    ) -> None:
        await _passed_on(passing.to_number(me.name, _talk(house, me), number, first=first))

    @router.post("/colleague", status_code=_DONE)
    async def colleague(me: Me, agent: Annotated[str, Form(max_length=60)]) -> None:
        await _passed_on(passing.to_colleague(me.name, _talk(house, me), agent, _why(me)))

    @router.post("/consult", status_code=_DONE)
    async def consult(me: Me, agent: Annotated[str, Form(max_length=60)]) -> None:
        """Answers when the colleague is there: until then the caller is spoken with."""
        why = _("Rücksprache mit %(name)s") % {"name": me.full_name}
        if await _failed(passing.consult(me.name, _talk(house, me), agent, why)) is not None:
            raise HTTPException(409, _("Da kommt gerade niemand. Bitte versuchen Sie es anders."))

    @router.post("/site", status_code=_DONE)
    async def site(me: Me, site: Annotated[str, Form(max_length=40)]) -> None:
        found = house.premises.plan.site(site)
        if found is None or found.trunk is None:
            raise HTTPException(422)
        await _passed_on(passing.to_site(me.name, _talk(house, me), found, _why(me)))

    @router.post("/pass/end", status_code=_DONE)
    async def end(me: Me) -> None:
        passing.stop(me.name)

    return router


def _why(me: Person) -> str:
    return _("Weitergegeben von %(name)s") % {"name": me.full_name}


def _talk(house: House, me: Person) -> Conversation:
    talk = house.talk_of(me.name)
    if talk is None or not talk.connected or talk.seating.colleague or talk.seating.lent:
        raise HTTPException(409, _("Das geht im Moment nicht."))
    return talk


async def _failed(coming: Awaitable[CallOutEnd | None]) -> CallOutEnd | None:
    """Why nobody came; None if somebody did, or the agent no longer wanted it."""
    try:
        end = await coming
    except NotConnected as error:
        raise HTTPException(409, _("Das geht in diesem Gespräch nicht mehr.")) from error
    return None if end is CallOutEnd.GIVEN_UP else end


async def _passed_on(coming: Awaitable[CallOutEnd | None]) -> None:
    end = await _failed(coming)
    if end is not None:
        why = _(NOT_PASSED.get(end, TRIED[end]))
        told = _("Nicht weitergegeben: %(why)s. Der Anrufer ist wieder bei Ihnen.")
        raise HTTPException(409, told % {"why": why})
