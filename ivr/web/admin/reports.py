"""How well callers are understood, what is new, and what misunderstandings cost; with tables."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from ivr.training.reports import as_csv, by_intent, by_model, costs, new_topics, over_time
from ivr.web.admin.charts import lines
from ivr.web.admin.console import Console, PagesOf, missing
from ivr.web.texts import N_

Days = Annotated[int, Query(ge=1, le=366)]
MINUTES_EACH = 4.0
"""What a call costs a colleague on average, for the costs of hand-overs."""
SPANS = ((7, N_("7 Tage")), (30, N_("30 Tage")), (90, N_("90 Tage")))


class ReportPages:
    def __init__(self, console: Console) -> None:
        self._console = console

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/reports", self.show, methods=["GET"])
        router.add_api_route("/reports/{table}.csv", self.table, methods=["GET"])

    async def show(self, request: Request, pages: PagesOf, days: Days = 30) -> Response:
        tables = await self._tables(days)
        return pages.page(
            request,
            "admin/reports.html",
            days=days,
            spans=SPANS,
            chart=lines(
                [row.of for row in tables["dates"]],
                [
                    ("automated", [row.automated for row in tables["dates"]]),
                    ("no_match", [row.no_match for row in tables["dates"]]),
                ],
            ),
            **tables,
        )

    async def table(self, table: str, days: Days = 30) -> Response:
        tables = await self._tables(days)
        if table not in tables:
            raise missing()
        text = "\ufeff" + as_csv(tables[table])
        return Response(
            text.encode(),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{table}.csv"'},
        )

    async def _tables(self, days: int) -> dict[str, Any]:
        now = datetime.now(UTC)
        said = await self._console.talks.utterances(now - timedelta(days=days))
        return {
            "dates": over_time(said, self._console.zone),
            "intents": by_intent(said),
            "models": by_model(said),
            "costs": costs(said, MINUTES_EACH),
            "topics": new_topics(said, now),
        }
