"""`/practice`: agents begin exercises and see how theirs went; supervisors see everybody's."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ivr.core.practice import Run
from ivr.core.staff import Person, Role
from ivr.web.pages import Pages, pages_of
from ivr.web.part import NavEntry, Part
from ivr.web.practice.figures import mood_curve, progress, share
from ivr.web.practice.gym import Gym
from ivr.web.practice.own import own_router
from ivr.web.practice.wording import WHY, mood_name
from ivr.web.staff.guard import require
from ivr.web.texts import N_
from ivr.web.texts import gettext as _

Me = Annotated[Person, Depends(require(Role.AGENT))]
Boss = Annotated[Person, Depends(require(Role.SUPERVISOR))]
_Pages = Annotated[Pages, Depends(pages_of)]
_Name = Annotated[str, Form(max_length=40)]
_DONE = 204


def practice_part(gym: Gym) -> Part:
    router = APIRouter()
    for part in (_mine(gym), _runs(gym), _team(gym), own_router(gym)):
        router.include_router(part)
    return Part("practice", router, nav=(NavEntry("/practice", N_("Übungen"), Role.AGENT),))


def _mine(gym: Gym) -> APIRouter:
    """What there is to practise, and what one has practised."""
    router = APIRouter(prefix="/practice")

    @router.get("")
    async def home(request: Request, pages: _Pages, me: Me) -> Response:
        runs = await gym.store.runs(me.name)
        return pages.page(
            request,
            "practice/home.html",
            exercises=await gym.listed(),
            to_do=[run for run in runs if run.ended_at is None],
            runs=[run for run in runs if run.result is not None],
            **_WORDS,
        )

    @router.get("/menu")
    async def menu(request: Request, pages: _Pages, me: Me) -> Response:
        runs = await gym.store.runs(me.name, limit=20)
        done = (run for run in runs if run.result is not None)
        return pages.page(
            request,
            "practice/menu.html",
            exercises=await gym.listed(),
            to_do=[run for run in runs if run.ended_at is None],
            latest=next(done, None),
            **_WORDS,
        )

    return router


def _runs(gym: Gym) -> APIRouter:
    """Begin an exercise, and see how one went."""
    router = APIRouter(prefix="/practice")

    @router.post("/start", status_code=_DONE)
    async def start(me: Me, exercise: _Name = "", run: Annotated[int, Form()] = 0) -> None:
        asked = await _asked(gym, me, exercise, run)
        found = (await gym.exercises()).get(asked.exercise)
        if found is None:
            raise HTTPException(404, _("Diese Übung gibt es nicht mehr."))
        if not gym.headset(me.name):
            raise HTTPException(409, _("Ihr Headset ist nicht verbunden."))
        if await gym.begin(found, replace(asked, title=found.title)) is None:
            raise HTTPException(409, _("Üben können Sie, wenn Sie frei sind oder Pause machen."))

    @router.get("/runs/{number}")
    async def one(request: Request, pages: _Pages, me: Me, number: int) -> Response:
        run = await gym.store.run(number)
        allowed = run is not None and (run.agent == me.name or me.role.covers(Role.SUPERVISOR))
        if run is None or run.result is None or not allowed:
            raise HTTPException(404)
        exercise = (await gym.exercises()).get(run.exercise)
        return pages.page(
            request,
            "practice/run.html",
            run=run,
            result=run.result,
            example=exercise.example if exercise is not None else (),
            curve=mood_curve(run.result),
            **_WORDS,
        )

    return router


async def _asked(gym: Gym, me: Person, exercise: str, number: int) -> Run:
    """What is to be done: one's own assignment, or an exercise that one has chosen."""
    if not number:
        return Run(0, me.name, exercise, "", "", datetime.now(UTC))
    run = await gym.store.run(number)
    if run is None or run.agent != me.name or run.ended_at is not None:
        raise HTTPException(404)
    return run


def _team(gym: Gym) -> APIRouter:
    router = APIRouter(prefix="/practice")

    @router.get("/team")
    async def team(request: Request, pages: _Pages, me: Boss) -> Response:
        runs = await gym.store.runs()
        agents = {each.id: each.name for each in (await gym.desk.floor()).agents}
        return pages.page(
            request,
            "practice/team.html",
            agents=sorted(agents.items(), key=lambda each: each[1]),
            names=agents,
            exercises=await gym.listed(),
            progress=progress(runs, agents),
            to_do=[run for run in runs if run.ended_at is None],
            runs=[run for run in runs if run.result is not None],
            **_WORDS,
        )

    @router.post("/assign")
    async def assign(
        me: Boss, agent: Annotated[str, Form(max_length=64)], exercise: _Name
    ) -> Response:
        found = (await gym.exercises()).get(exercise)
        if found is None or await gym.desk.agent(agent) is None:
            raise HTTPException(422)
        now = datetime.now(UTC)
        await gym.store.assign(Run(0, agent, exercise, found.title, me.full_name, now))
        return RedirectResponse("/practice/team", 303)

    @router.post("/withdraw")
    async def withdraw(me: Boss, run: Annotated[int, Form()]) -> Response:
        await gym.store.withdraw(run)
        return RedirectResponse("/practice/team", 303)

    return router


_WORDS: dict[str, Any] = {"why": WHY, "mood_name": mood_name, "share": share}
