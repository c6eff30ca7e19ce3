"""`/reports` for supervisors: the desk's figures over time, and what clients are billed for."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response

from ivr.config.desk_plan import Plan
from ivr.core.errors import RecordRefused
from ivr.core.staff import Role
from ivr.desk.billing import Bill
from ivr.desk.report_desk import Report, ReportDesk
from ivr.desk.report_rows import By, Wish
from ivr.web.pages import Pages, pages_of
from ivr.web.part import NavEntry, Part
from ivr.web.reports.columns import BILL
from ivr.web.reports.tables import bill_csv, download, report_csv
from ivr.web.reports.view import report_page
from ivr.web.staff.guard import require
from ivr.web.texts import N_
from ivr.web.texts import gettext as _

_Pages = Annotated[Pages, Depends(pages_of)]
_Key = Annotated[str, Query(max_length=200)]
Names = Callable[[], Awaitable[Mapping[str, str]]]
"""Agents' names by their ids. Raises StoreUnavailable."""


@dataclass(frozen=True, slots=True)
class _Form:
    """What the page's form says; nothing of it is a must."""

    by: By = By.DAY
    first: date | None = None
    last: date | None = None
    queue: _Key = ""
    company: _Key = ""


_Wanted = Annotated[_Form, Depends()]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for by it."""

    by: By
    first: date
    last: date
    queue: str
    company: str

    @property
    def query(self) -> dict[str, str]:
        return {
            "by": self.by.value,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "queue": self.queue,
            "company": self.company,
        }


class ReportPages:
    def __init__(self, desk: ReportDesk, plan: Plan, names: Names) -> None:
        self._desk = desk
        self._plan = plan
        self._names = names

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("", self.show, methods=["GET"])
        router.add_api_route("/table.csv", self.table, methods=["GET"])
        router.add_api_route("/bills", self.bills, methods=["GET"])
        router.add_api_route("/bills.csv", self.bills_table, methods=["GET"])

    async def show(self, request: Request, pages: _Pages, wanted: _Wanted) -> Response:
        asked = self._asked(wanted)
        found = await self._report(asked)
        return report_page(
            request,
            pages,
            asked.by,
            found,
            await self._known(),
            asked=asked,
            queues=self._plan.queues,
            companies=await self._desk.companies(),
            spans=self._spans(asked),
            zone=str(self._desk.zone),
        )

    async def table(self, wanted: _Wanted) -> Response:
        asked = self._asked(wanted)
        found = await self._report(asked)
        name = f"bericht-{asked.by.value}-{asked.first}-{asked.last}"
        return download(report_csv(asked.by, found.rows, await self._known()), name)

    async def bills(
        self, request: Request, pages: _Pages, first: str = "", last: str = ""
    ) -> Response:
        begin, end = self._months(first, last)
        return pages.page(
            request,
            "reports/bills.html",
            bills=await self._billed(begin, end),
            titles=BILL,
            first=begin.isoformat()[:7],
            last=end.isoformat()[:7],
        )

    async def bills_table(self, first: str = "", last: str = "") -> Response:
        begin, end = self._months(first, last)
        text = bill_csv(await self._billed(begin, end))
        return download(text, f"abrechnung-{begin:%Y-%m}-{end:%Y-%m}")

    def _today(self) -> date:
        return datetime.now(UTC).astimezone(self._desk.zone).date()

    def _asked(self, wanted: _Form) -> Asked:
        until = wanted.last or self._today()
        days = timedelta(days=0 if wanted.by is By.HALF_HOUR else 6)
        return Asked(wanted.by, wanted.first or until - days, until, wanted.queue, wanted.company)

    def _spans(self, asked: Asked) -> Sequence[tuple[str, date, date]]:
        """Stretches of time that are often wanted."""
        today = self._today()
        yesterday, month = today - timedelta(days=1), today.replace(day=1)
        before = month - timedelta(days=1)
        return (
            (_("Heute"), today, today),
            (_("Gestern"), yesterday, yesterday),
            (_("7 Tage"), today - timedelta(days=6), today),
            (_("30 Tage"), today - timedelta(days=29), today),
            (_("Dieser Monat"), month, today),
            (_("Letzter Monat"), before.replace(day=1), before),
        )

    def _months(self, first: str, last: str) -> tuple[date, date]:
        """From "2026-11"; the last month if nothing is said."""
        before = self._today().replace(day=1) - timedelta(days=1)
        try:
            begin = date.fromisoformat(f"{first}-01") if first else before
            return begin, date.fromisoformat(f"{last}-01") if last else begin
        except ValueError as error:
            raise HTTPException(422, _("Einen Monat schreibt man so: 2026-11.")) from error

    async def _report(self, asked: Asked) -> Report:
        wish = Wish(asked.by, asked.first, asked.last, self._desk.zone, asked.queue)
        try:
            return await self._desk.report(wish, asked.company)
        except RecordRefused as error:
            raise HTTPException(
                422,
                _(
                    "Dieser Zeitraum passt nicht: höchstens ein Jahr, nach halben Stunden"
                    " höchstens 31 Tage, und der Anfang vor dem Ende."
                ),
            ) from error

    async def _billed(self, begin: date, end: date) -> Sequence[Bill]:
        try:
            return await self._desk.bills(begin, end)
        except RecordRefused as error:
            raise HTTPException(422, _("Bitte höchstens zwölf Monate auf einmal.")) from error

    async def _known(self) -> Mapping[str, str]:
        queues = {queue.id: queue.name for queue in self._plan.queues}
        sites = {site.id: site.name for site in self._plan.sites}
        return {**queues, **sites, **await self._names()}


def reports_part(desk: ReportDesk, plan: Plan, names: Names) -> Part:
    router = APIRouter(prefix="/reports", dependencies=[Depends(require(Role.SUPERVISOR))])
    ReportPages(desk, plan, names).add_to(router)
    return Part("reports", router, nav=(NavEntry("/reports", N_("Auswertung"), Role.SUPERVISOR),))
