"""Exercises that supervisors write, checked line by line before they are kept."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ivr.core.staff import Person, Role
from ivr.practice.exercise import NAME
from ivr.practice.reading import LONGEST, SHIPPED, Mistake, WrongExercise, read_exercise
from ivr.web.pages import Pages, pages_of
from ivr.web.practice.gym import Gym
from ivr.web.practice.wording import explained
from ivr.web.staff.guard import require
from ivr.web.texts import gettext as _

Boss = Annotated[Person, Depends(require(Role.SUPERVISOR))]
_Pages = Annotated[Pages, Depends(pages_of)]
_Text = Annotated[str, Form(max_length=2 * LONGEST)]
_TEMPLATE = "termin-vereinbaren"
"""What a new exercise begins as."""


def own_router(gym: Gym) -> APIRouter:
    router = APIRouter(prefix="/practice/exercises")

    @router.get("/new")
    async def new(request: Request, pages: _Pages, me: Boss) -> Response:
        return _form(request, pages, "", _shipped(_TEMPLATE), own=False)

    @router.get("/{name}")
    async def show(request: Request, pages: _Pages, me: Boss, name: str) -> Response:
        own = await _own(gym, name)
        text = own if own is not None else _shipped(name)
        if not text:
            raise HTTPException(404)
        return _form(request, pages, name, text, own=own is not None)

    @router.post("")
    async def keep(
        request: Request,
        pages: _Pages,
        me: Boss,
        name: Annotated[str, Form(max_length=60)],
        text: _Text,
    ) -> Response:
        # Browsers send line ends as CR LF.
        text, name = text.replace("\r\n", "\n"), name.strip()
        mistakes = _mistakes(name, text)
        if mistakes:
            own = await _own(gym, name) is not None
            return _form(request, pages, name, text, mistakes, own=own)
        await gym.store.keep_exercise(name, text, me.full_name, datetime.now(UTC))
        return RedirectResponse("/practice/team", 303)

    @router.post("/remove")
    async def remove(me: Boss, name: Annotated[str, Form(max_length=60)]) -> Response:
        await gym.store.remove_exercise(name)
        return RedirectResponse("/practice/team", 303)

    return router


def _form(
    request: Request,
    pages: Pages,
    name: str,
    text: str,
    mistakes: Sequence[Mistake] = (),
    *,
    own: bool,
) -> Response:
    """The page on which an exercise is written, with what is wrong with it."""
    return pages.page(
        request,
        "practice/exercise.html",
        status=422 if mistakes else 200,
        name=name,
        text=text,
        own=own,
        mistakes=[(each, explained(each)) for each in mistakes],
    )


def _mistakes(name: str, text: str) -> list[Mistake]:
    if not re.fullmatch(NAME, name) or name == "new":
        detail = _("Ein Kurzname besteht aus Kleinbuchstaben, Ziffern und Bindestrichen.")
        return [Mistake(0, _("Kurzname"), "value", detail)]
    try:
        read_exercise(text, name)
    except WrongExercise as error:
        return error.mistakes
    return []


async def _own(gym: Gym, name: str) -> str | None:
    found = {each.name: each.text for each in await gym.store.exercises()}
    return found.get(name)


def _shipped(name: str) -> str:
    """The text of one that came with the program; empty if there is none of this name."""
    file = SHIPPED / f"{name}.yaml"
    known = re.fullmatch(NAME, name) and file.is_file()
    return file.read_text(encoding="utf-8") if known else ""
