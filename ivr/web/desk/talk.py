"""What an agent does in a call: one short route for each, on their own call only."""

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException

from ivr.call.conversation import Conversation
from ivr.core.errors import NotConnected
from ivr.core.staff import Person, Role
from ivr.web.desk.house import House
from ivr.web.desk.onward import onward_router
from ivr.web.desk.paper import paper_router
from ivr.web.staff.guard import require
from ivr.web.texts import gettext as _

Me = Annotated[Person, Depends(require(Role.AGENT))]
_DONE = 204
_KEYS = r"^[0-9*#]{1,32}$"

_DEEDS: Mapping[str, Callable[[Conversation], None]] = {
    "hold": lambda talk: talk.hold(),
    "resume": lambda talk: talk.resume(),
    "mute": lambda talk: talk.mute(),
    "unmute": lambda talk: talk.mute(on=False),
    "hang-up": lambda talk: talk.hang_up(),
    "three-way": lambda talk: talk.three_way(),
    "end-consult": lambda talk: talk.end_consult(),
    "hand-to-colleague": lambda talk: talk.transfer(),
}


def talk_router(house: House) -> APIRouter:
    router = APIRouter(prefix="/call")

    @router.post("/do/{name}", status_code=_DONE)
    async def deed(me: Me, name: str) -> None:
        if name not in _DEEDS:
            raise HTTPException(404)
        _do(house, me, _DEEDS[name])

    @router.post("/keys", status_code=_DONE)
    async def keys(me: Me, keys: Annotated[str, Form(pattern=_KEYS)]) -> None:
        _do(house, me, lambda talk: talk.send_keys(keys))

    @router.post("/say", status_code=_DONE)
    async def say(me: Me, text: Annotated[str, Form(min_length=1, max_length=1000)]) -> None:
        _do(house, me, lambda talk: talk.say(text))

    router.include_router(_passing_on(house))
    router.include_router(paper_router(house))
    return router


def _in_earnest(house: House) -> Callable[[Person], None]:
    """A dependency: refuses what would bring others into a practice call."""

    def refuse(me: Me) -> None:
        if me.name in house.practising:
            raise HTTPException(409, _("In einer Übung geht das nicht."))

    return refuse


def _passing_on(house: House) -> APIRouter:
    """To the assistant and back, and to other people. None of them takes part in practice."""
    router = APIRouter(dependencies=[Depends(_in_earnest(house))])

    @router.post("/assistant", status_code=_DONE)
    async def assistant(
        me: Me,
        wish: Annotated[str, Form(max_length=300)] = "",
        wait: Annotated[bool, Form()] = True,
    ) -> None:
        _do(house, me, lambda talk: talk.return_to_assistant(wish.strip(), wait=wait))

    @router.post("/leave", status_code=_DONE)
    async def leave(me: Me) -> None:
        """Who was asked in goes again."""
        talk = await house.beside(me.name)
        if talk is not None and talk.connected:
            talk.end_consult()
        house.glances.wake_all()

    router.include_router(onward_router(house))

    @router.post("/queue", status_code=_DONE)
    async def queue(me: Me, queue: Annotated[str, Form(max_length=40)]) -> None:
        if queue not in {each.id for each in house.premises.plan.queues}:
            raise HTTPException(422)
        _do(house, me, lambda talk: talk.transfer_to_queue(queue))

    return router


def _do(house: House, me: Person, deed: Callable[[Conversation], None]) -> None:
    """Raises HTTPException 409 where there is no such call (any more)."""
    talk = house.talk_of(me.name)
    if talk is None:
        raise HTTPException(409, _("Sie sind in keinem Gespräch."))
    try:
        deed(talk)
    except NotConnected as error:
        raise HTTPException(409, _("Das geht im Moment nicht.")) from error
    house.glances.wake(me.name)
