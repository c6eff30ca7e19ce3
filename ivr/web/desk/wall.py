"""`/wallboard` for supervisors: the desk at a glance, agents' states, the report."""

import asyncio
import csv
import io
import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import Response

from ivr.config.wallboard import Wallboard
from ivr.core.errors import RecordRefused
from ivr.core.reporting import StaySeen
from ivr.core.staff import Role
from ivr.desk.report_desk import ReportDesk
from ivr.web.calls.ice import ice_servers
from ivr.web.desk.house import House
from ivr.web.desk.trend import Trends
from ivr.web.desk.wall_view import WallView
from ivr.web.desk.watching import Boss, Ids, watch_router
from ivr.web.pages import Pages, pages_of
from ivr.web.part import NavEntry, Part
from ivr.web.reports.tables import harmless
from ivr.web.staff.guard import require
from ivr.web.stream import Streams
from ivr.web.texts import N_
from ivr.web.texts import gettext as _

log = logging.getLogger(__name__)

_Pages = Annotated[Pages, Depends(pages_of)]
_DONE = 204
_COLUMNS = (
    "joined_utc",
    "queue",
    "intent",
    "waited_s",
    "end",
    "agent",
    "site",
    "talked_s",
    "wrap_up_s",
    "code",
)


def wall_part(house: House, reports: ReportDesk, limits: Wallboard) -> Part:
    router = APIRouter(prefix="/wallboard", dependencies=[Depends(require(Role.SUPERVISOR))])
    streams, trends = Streams(), Trends(reports)

    @router.get("")
    async def wall(request: Request, pages: _Pages, boss: Boss) -> Response:
        screen = await WallView(house, trends, limits, pages, boss.name).draw()
        return pages.page(
            request, "wall/home.html", screen=screen, ice=ice_servers(house.settings)
        )

    @router.get("/events")
    async def events(request: Request, pages: _Pages, boss: Boss) -> Response:
        view = WallView(house, trends, limits, pages, boss.name)
        return streams.answer(request, Role.SUPERVISOR, view.draw, house.glances.looking)

    @router.get("/report.csv")
    async def report(days: Annotated[int, Query(ge=1, le=92)] = 7) -> Response:
        begin = datetime.now(UTC) - timedelta(days=days)
        text = as_csv(())
        # A day at a time, so that whoever calls meanwhile is heard between them.
        for since in (begin + timedelta(days=day) for day in range(days)):
            stays = await reports.stays(since, since + timedelta(days=1))
            text += await asyncio.to_thread(as_csv, stays, header=False)
        headers = {"Content-Disposition": 'attachment; filename="hotline-report.csv"'}
        return Response(text, media_type="text/csv; charset=utf-8", headers=headers)

    router.include_router(_states(house))
    router.include_router(_skills(house))
    router.include_router(_freeing(house))
    router.include_router(watch_router(house))
    return Part("wall", router, nav=(NavEntry("/wallboard", N_("Leitstand"), Role.SUPERVISOR),))


def _states(house: House) -> APIRouter:
    """Change what agents do."""
    router = APIRouter(prefix="/agents")

    @router.post("/state", status_code=_DONE)
    async def state(
        boss: Boss,
        id_of: Ids,
        agent: Annotated[str, Form(max_length=60)],
        to: Annotated[str, Form()],
        reason: Annotated[str, Form(max_length=80)] = "",
    ) -> None:
        people = house.people
        match to:
            case "free":
                changed = await people.make_free(agent)
            case "out":
                changed = await people.sign_out(agent)
            case "break":
                changed = await people.take_break(agent, reason)
            case _:
                raise HTTPException(422)
        if changed is None:
            raise HTTPException(409, _("Das geht im jetzigen Zustand nicht."))
        log.info(
            "a supervisor changed an agent's state",
            extra={
                "person": boss.id,
                "agent": await id_of(agent),
                "to": to,
                "reason": changed.reason,
            },
        )
        house.glances.wake_all()

    return router


def _skills(house: House) -> APIRouter:
    """Change what agents can."""
    router = APIRouter(prefix="/agents")

    @router.post("/skills", status_code=_DONE)
    async def skills(
        boss: Boss,
        id_of: Ids,
        agent: Annotated[str, Form(max_length=60)],
        skills: Annotated[str, Form(max_length=400)] = "",
        capacity: Annotated[int, Form(ge=0, le=1000)] = 120,
    ) -> None:
        try:
            levels = read_skills(skills)
            changed = await house.people.set_skills(agent, skills=levels, capacity=capacity)
        except (ValueError, RecordRefused) as error:
            raise HTTPException(
                422, _("Fähigkeiten schreibt man so: retouren 3, technik 5 (Stufen 1 bis 5).")
            ) from error
        if changed is None:
            raise HTTPException(404, _("Diese Person gibt es nicht."))
        log.info(
            "a supervisor changed an agent's skills",
            extra={
                "person": boss.id,
                "agent": await id_of(agent),
                "skills": dict(changed.skills),
                "capacity": changed.capacity,
            },
        )
        house.glances.wake_all()

    return router


async def _speaks(house: House, agent_id: str) -> bool:
    """Whether the agent is in a call here, and not only on record."""
    agent = await house.store.agent(agent_id)
    talk = house.register.conversation(agent.call_id) if agent and agent.call_id else None
    return talk is not None and talk.connected


def _freeing(house: House) -> APIRouter:
    """Free who is stuck in a call, and a task that somebody does not see to. Both are logged."""
    router = APIRouter()

    @router.post("/agents/let-go", status_code=_DONE)
    async def let_go(boss: Boss, id_of: Ids, agent: Annotated[str, Form(max_length=60)]) -> None:
        if await _speaks(house, agent) or await house.people.set_free(agent) is None:
            raise HTTPException(409, _("Das geht im jetzigen Zustand nicht."))
        log.info(
            "a supervisor let an agent go",
            extra={"person": boss.id, "agent": await id_of(agent)},
        )
        house.glances.wake_all()

    @router.post("/work/release", status_code=_DONE)
    async def release(boss: Boss, task: Annotated[str, Form(max_length=60)]) -> None:
        if not await house.work.release(task, None):
            raise HTTPException(409, _("Diese Aufgabe hat niemand mehr übernommen."))
        log.info("a supervisor gave a task back", extra={"person": boss.id, "task": task})
        house.glances.wake_all()

    return router


def read_skills(text: str) -> dict[str, int]:
    """ "retouren 3, technik 5". Raises ValueError."""
    found = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, level = part.rsplit(maxsplit=1)
        found[name.lower()] = int(level)
    return found


def as_csv(stays: Iterable[StaySeen], *, header: bool = True) -> str:
    """One row a stay in the queue, without anything of the caller's own."""
    out = io.StringIO()
    table = csv.writer(out)
    if header:
        table.writerow(_COLUMNS)
    for stay in stays:
        row = (
            stay.joined.astimezone(UTC).isoformat(timespec="seconds"),
            stay.queue,
            stay.intent,
            f"{stay.waited_s:.1f}",
            stay.end.value if stay.end else "",
            stay.agent,
            stay.site,
            f"{stay.talked_s:.1f}" if stay.taken and stay.parted else "",
            f"{stay.wrap_s:.1f}",
            stay.code,
        )
        table.writerow([harmless(str(cell)) for cell in row])
    return out.getvalue()
