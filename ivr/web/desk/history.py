"""`/desk/history`: an agent's own calls by day, each with what was said, noted and decided."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response

from ivr.core.ports import Store
from ivr.core.records import CallRecord
from ivr.core.staff import Person, Role
from ivr.core.staffing import Wait
from ivr.desk import stretches
from ivr.web.desk.house import House
from ivr.web.desk.wording import FIELDS, REASONS
from ivr.web.pages import Pages, pages_of
from ivr.web.part import Part
from ivr.web.staff.guard import require
from ivr.web.texts import gettext as _

Me = Annotated[Person, Depends(require(Role.AGENT))]
_Pages = Annotated[Pages, Depends(pages_of)]


class HistoryPages:
    """Everybody sees their own calls, and nobody else's."""

    def __init__(self, house: House, calls: Store) -> None:
        self._house = house
        self._calls = calls

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("", self.day, methods=["GET"])
        router.add_api_route("/{day}/{call_id}", self.call, methods=["GET"])

    async def day(
        self,
        request: Request,
        pages: _Pages,
        me: Me,
        day: Annotated[date | None, Query()] = None,
    ) -> Response:
        zone = await self._zone(me)
        today = datetime.now(UTC).astimezone(zone).date()
        shown = min(day or today, today)
        talks = await self._own(me, shown, zone)
        spent = [(wait.talked_s or 0.0) + wait.wrap_s for wait in talks]
        return pages.page(
            request,
            "desk/history.html",
            day=shown,
            before=shown - timedelta(days=1),
            after=shown + timedelta(days=1) if shown < today else None,
            today=today,
            talks=talks,
            mean_s=sum(spent) / len(spent) if spent else None,
            talked_s=sum(wait.talked_s or 0.0 for wait in talks),
            reasons=REASONS,
        )

    async def call(
        self, request: Request, pages: _Pages, me: Me, day: date, call_id: str
    ) -> Response:
        own = await self._own(me, day, await self._zone(me))
        wait = next((each for each in own if each.call_id == call_id), None)
        if wait is None:
            raise HTTPException(404, _("Diesen Anruf gibt es unter Ihren Anrufen nicht."))
        return pages.page(
            request,
            "desk/history_call.html",
            day=day,
            wait=wait,
            record=_without_supervisors(await self._calls.call(call_id)),
            queue=self._house.premises.plan.queue(wait.queue),
            reasons=REASONS,
            fields=FIELDS,
        )

    async def _own(self, me: Person, day: date, zone: ZoneInfo) -> Sequence[Wait]:
        """The talks that ended on this day, newest first."""
        since, until = stretches.bounds(day, day, zone)
        ended = await self._house.store.ended(since, until, me.name)
        return [wait for wait in reversed(ended) if wait.taken_at is not None]

    async def _zone(self, me: Person) -> ZoneInfo:
        plan = self._house.premises.plan
        agent = await self._house.store.agent(me.name)
        site = plan.site(agent.site) if agent is not None else None
        return ZoneInfo((site or plan.sites[0]).timezone)


def _without_supervisors(record: CallRecord | None) -> CallRecord | None:
    """Whether agents are told of one is the notice's business, which is among the turns."""
    if record is None:
        return None
    return replace(record, turns=tuple(t for t in record.turns if t.who != "supervisor"))


def history_part(house: House, calls: Store) -> Part:
    router = APIRouter(prefix="/desk/history")
    HistoryPages(house, calls).add_to(router)
    return Part("history", router)
