"""`/desk`: the agents' page, what they do outside of calls, and their headset."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from ivr.core.staff import Person, Role
from ivr.core.staffing import Agent
from ivr.lines.webrtc.offer import OfferRefused, read_offer
from ivr.web.calls.ice import ice_servers
from ivr.web.desk.headsets import TooMany
from ivr.web.desk.house import House
from ivr.web.desk.talk import talk_router
from ivr.web.desk.view import DeskView
from ivr.web.desk.wording import FORMS
from ivr.web.desk.work import work_router
from ivr.web.pages import Pages, pages_of
from ivr.web.part import NavEntry, Part
from ivr.web.staff.guard import require
from ivr.web.stream import Streams
from ivr.web.texts import N_
from ivr.web.texts import gettext as _

Me = Annotated[Person, Depends(require(Role.AGENT))]
_Pages = Annotated[Pages, Depends(pages_of)]
_DONE = 204


def desk_part(house: House) -> Part:
    """Everything here is the signed-in agent's own; nobody acts for anybody else."""
    router = APIRouter(prefix="/desk")
    streams = Streams()

    @router.get("")
    async def home(request: Request, pages: _Pages, me: Me) -> Response:
        screen = await DeskView(house, pages, me).draw()
        agent = await house.store.agent(me.name)
        return pages.page(
            request,
            "desk/home.html",
            screen=screen,
            ice=ice_servers(house.settings),
            phone=agent.phone if agent is not None else None,
            forms={} if house.premises.papers is None else FORMS,
        )

    @router.get("/events")
    async def events(request: Request, pages: _Pages, me: Me) -> Response:
        view = DeskView(house, pages, me)
        return streams.answer(
            request, Role.AGENT, view.draw, lambda: house.glances.looking(me.name)
        )

    router.include_router(_presence(house))
    router.include_router(_offers(house))
    router.include_router(_headset(house))
    router.include_router(talk_router(house))
    router.include_router(work_router(house))
    return Part("desk", router, nav=(NavEntry("/desk", N_("Arbeitsplatz"), Role.AGENT),))


def _presence(house: House) -> APIRouter:
    """Sign in, take breaks, be free again."""
    router = APIRouter()

    @router.post("/state", status_code=_DONE)
    async def state(
        me: Me, to: Annotated[str, Form()], reason: Annotated[str, Form(max_length=80)] = ""
    ) -> None:
        people = house.of(me.name).people
        changes = {
            "in": people.sign_in,
            "out": people.sign_out,
            "free": people.make_free,
        }
        if to == "break":
            changed = await people.take_break(me.name, reason)
        elif to in changes:
            changed = await changes[to](me.name)
        else:
            raise HTTPException(422)
        _tell(house, me, changed)

    @router.post("/wrap-up", status_code=_DONE)
    async def wrap_up(
        me: Me,
        code: Annotated[str, Form(max_length=200)],
        note: Annotated[str, Form(max_length=2000)] = "",
    ) -> None:
        _tell(house, me, await house.of(me.name).people.wrap_up(me.name, code, note))

    return router


def _offers(house: House) -> APIRouter:
    """Take the call that rings, or let it ring elsewhere."""
    router = APIRouter()

    @router.post("/offers/{offer_id}/accept", status_code=_DONE)
    async def accept(me: Me, offer_id: str) -> None:
        headset = house.headsets.of(me.name)
        if headset is None:
            raise HTTPException(409, _("Ihr Headset ist nicht verbunden."))
        if headset.busy:
            raise HTTPException(409, _("Sie sind noch in einem Gespräch."))
        with headset.trying() as leg:
            if not house.ring.accept(me.name, offer_id, leg):
                raise HTTPException(409, _("Dieser Anruf klingelt nicht mehr."))
        house.glances.wake(me.name)

    @router.post("/offers/{offer_id}/refuse", status_code=_DONE)
    async def refuse(me: Me, offer_id: str) -> None:
        house.ring.refuse(me.name, offer_id)
        house.glances.wake(me.name)

    return router


def _headset(house: House) -> APIRouter:
    router = APIRouter()

    @router.post("/headset")
    async def connect(request: Request, me: Me) -> Response:
        sdp, page = _offer(await request.body())
        try:
            answer = await house.headsets.connect(me.name, page, read_offer(sdp))
        except OfferRefused as error:
            raise HTTPException(422, _("Dieser Browser kann nicht telefonieren.")) from error
        except TooMany as error:
            raise HTTPException(503, _("Es sind schon zu viele Headsets verbunden.")) from error
        return JSONResponse({"sdp": answer})

    @router.post("/headset/off", status_code=_DONE)
    async def off(me: Me, page: Annotated[str, Form(max_length=64)]) -> None:
        house.headsets.disconnect(me.name, page)

    return router


def _offer(body: bytes) -> tuple[str, str]:
    """The browser's SDP, and which window it is of."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(422) from error
    match data:
        case {"sdp": str(sdp), "page": str(page)} if len(page) <= 64:
            return sdp, page
        case _:
            raise HTTPException(422)


def _tell(house: House, me: Person, changed: Agent | None) -> None:
    if changed is None:
        raise HTTPException(409, _("Das geht in Ihrem jetzigen Zustand nicht."))
    house.glances.wake(me.name)
