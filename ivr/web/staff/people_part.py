"""The admins' page of staff: add, change roles, give new passwords, bar and let in again."""

from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ivr.core.staff import Person, Role
from ivr.web.pages import Pages, pages_of, role_name
from ivr.web.part import NavEntry, Part
from ivr.web.staff.guard import require
from ivr.web.staff.passwords import Busy
from ivr.web.staff.people import Declined, Handed, People
from ivr.web.texts import N_
from ivr.web.texts import gettext as _

_PAGE = "/staff/people"
_Pages = Annotated[Pages, Depends(pages_of)]
_Admin = Annotated[Person, Depends(require(Role.ADMIN))]
_Text = Annotated[str, Form(max_length=200)]
_RoleField = Annotated[Role, Form()]


class _PeoplePages:
    def __init__(self, people: People) -> None:
        self._people = people

    async def show(
        self,
        request: Request,
        pages: Pages,
        outcome: Handed | Declined | None = None,
        **typed: str,
    ) -> Response:
        return pages.page(
            request,
            "staff/people.html",
            status=422 if isinstance(outcome, Declined) else 200,
            people=await self._people.all(),
            roles=[(role, role_name(role)) for role in Role],
            handed=outcome if isinstance(outcome, Handed) else None,
            error=_(outcome.reason) if isinstance(outcome, Declined) else "",
            typed={"name": "", "full_name": "", "role": Role.AGENT, **typed},
        )

    async def the(self, person_id: int) -> Person:
        person = await self._people.by_id(person_id)
        if person is None:
            raise HTTPException(404, _("Diese Person gibt es nicht."))
        return person


def people_part(people: People) -> Part:
    """`/staff/people`."""
    router = APIRouter(prefix=_PAGE)
    views = _PeoplePages(people)

    @router.get("")
    async def show(request: Request, pages: _Pages, admin: _Admin) -> Response:
        return await views.show(request, pages)

    @router.post("")
    async def add(
        request: Request,
        pages: _Pages,
        admin: _Admin,
        role: _RoleField,
        name: _Text = "",
        full_name: _Text = "",
    ) -> Response:
        outcome = await _unless_busy(people.add(name, full_name, role))
        typed = {} if isinstance(outcome, Handed) else {"name": name, "full_name": full_name}
        return await views.show(request, pages, outcome, **typed)

    router.include_router(_changes(people, views))
    return Part("people", router, nav=(NavEntry(_PAGE, N_("Team"), Role.ADMIN),))


def _changes(people: People, views: _PeoplePages) -> APIRouter:
    """What can be changed of somebody who is there."""
    router = APIRouter(prefix="/{person_id}")

    @router.post("/reset")
    async def reset(request: Request, pages: _Pages, admin: _Admin, person_id: int) -> Response:
        outcome = await _unless_busy(people.reset(await views.the(person_id)))
        return await views.show(request, pages, outcome)

    @router.post("/disabled")
    async def disabled(
        request: Request,
        pages: _Pages,
        admin: _Admin,
        person_id: int,
        yes: Annotated[bool, Form()],
    ) -> Response:
        declined = await people.set_disabled(await views.the(person_id), yes)
        return await _done(views, request, pages, declined)

    @router.post("/role")
    async def role(
        request: Request, pages: _Pages, admin: _Admin, person_id: int, role: _RoleField
    ) -> Response:
        declined = await people.set_role(await views.the(person_id), role)
        return await _done(views, request, pages, declined)

    return router


async def _done(
    views: _PeoplePages, request: Request, pages: Pages, declined: Declined | None
) -> Response:
    if declined is not None:
        return await views.show(request, pages, declined)
    return RedirectResponse(_PAGE, 303)


async def _unless_busy(work: Awaitable[Handed | Declined]) -> Handed | Declined:
    try:
        return await work
    except Busy:
        return Declined(N_("Gerade ist viel los. Bitte versuchen Sie es gleich noch einmal."))
