"""How well callers are understood, what is new, and what misunderstandings cost; with tables."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from ivr.core.training import Excerpt
from ivr.training.reports import (
    as_csv,
    by_intent,
    by_model,
    costs,
    hand_overs,
    new_topics,
    over_time,
)
from ivr.web.admin.charts import handed_over, understanding
from ivr.web.admin.console import Console, PagesOf, missing
from ivr.web.texts import N_

Days = Annotated[int, Query(ge=1, le=366)]
SPANS = ((7, N_("7 Tage")), (30, N_("30 Tage")), (90, N_("90 Tage")))
HEARD_BEFORE = timedelta(days=90)
"""A topic is new if nobody asked for it in this time."""


@dataclass(frozen=True, slots=True)
class Read:
    """What the tables are made of."""

    said: Excerpt
    missed: Excerpt
    now: datetime
    console: Console


TABLES: Mapping[str, Callable[[Read], Sequence[Any]]] = {
    "dates": lambda read: over_time(read.said.utterances, read.console.zone),
    "intents": lambda read: by_intent(read.said.utterances),
    "models": lambda read: by_model(read.said.utterances),
    "costs": lambda read: costs(read.said.utterances, read.console.agent_minutes),
    "hand_overs": lambda read: hand_overs(read.said.utterances, read.console.zone),
    "topics": lambda read: new_topics(read.missed.utterances, read.now),
}


class ReportPages:
    def __init__(self, console: Console) -> None:
        self._console = console

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/reports", self.show, methods=["GET"])
        router.add_api_route("/reports/{table}.csv", self.table, methods=["GET"])

    async def show(self, request: Request, pages: PagesOf, days: Days = 30) -> Response:
        read = await self._read(days)
        # Months of calls take seconds, and this loop has calls to lead.
        tables = await asyncio.to_thread(_all_tables, read)
        span = self._dates(read)
        return pages.page(
            request,
            "admin/reports.html",
            days=days,
            spans=SPANS,
            since=read.said.since if read.said.cut else None,
            minutes_each=self._console.agent_minutes,
            understanding=understanding(span, tables["dates"]),
            handed_over=handed_over(span, tables["hand_overs"]),
            tables=tables,
        )

    async def table(self, table: str, days: Days = 30) -> Response:
        make = TABLES.get(table)
        if make is None:
            raise missing()
        rows = await asyncio.to_thread(make, await self._read(days))
        text = "\ufeff" + as_csv(rows)
        return Response(
            text.encode(),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{table}.csv"'},
        )

    async def _read(self, days: int) -> Read:
        now, talks = datetime.now(UTC), self._console.talks
        said = await talks.utterances(now - timedelta(days=days))
        missed = await talks.utterances(now - HEARD_BEFORE, missed=True)
        return Read(said, missed, now, self._console)

    def _dates(self, read: Read) -> list[date]:
        """The days that the figures are of, in the company's time."""
        first, last = (
            moment.astimezone(self._console.zone).date() for moment in (read.said.since, read.now)
        )
        return [first + timedelta(days=at) for at in range((last - first).days + 1)]


def _all_tables(read: Read) -> dict[str, Sequence[Any]]:
    return {name: make(read) for name, make in TABLES.items()}
