"""Today against the same day of last week, as figures and as plots."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from ivr.desk.report_desk import ReportDesk
from ivr.desk.report_rows import By, Figures, Wish
from ivr.desk.reports import time_key
from ivr.web.charts import Plot, Series, plot
from ivr.web.texts import gettext as _
from ivr.web.texts.formats import number, percent

READ_AGAIN_S = 20.0
"""Figures of a whole day do not jump."""
_OPENS, _CLOSES = 16, 36
"""From eight to six: half hours that are shown on the quietest day, too."""


@dataclass(frozen=True, slots=True)
class Trend:
    today: Figures = Figures("")
    week_ago: Figures = Figures("")
    """Up to the same half hour."""
    rows: Sequence[Figures] = ()
    rows_before: Sequence[Figures] = ()
    key: str = ""
    """The present half hour."""

    def plots(self) -> Sequence[tuple[str, Plot]]:
        """In the language of whoever looks."""
        first, last = _shown(self.rows, self.rows_before)
        now = [row if row.of <= self.key else None for row in self.rows[first:last]]
        before = self.rows_before[first:last]
        labels = [row.of for row in before]
        today, week_ago = _("heute"), _("vor einer Woche")
        calls = [
            Series(today, [None if row is None else row.calls for row in now]),
            Series(week_ago, [row.calls for row in before]),
        ]
        levels = [
            Series(today, [None if row is None else row.level for row in now]),
            Series(week_ago, [row.level for row in before]),
        ]
        return (
            (_("Anrufe je halbe Stunde"), plot(labels, (), calls, number)),
            (_("Servicelevel"), plot(labels, (), levels, percent, top=1.0)),
        )


class Trends:
    """Read for all wallboards together, now and then. Raises StoreUnavailable."""

    def __init__(self, reports: ReportDesk) -> None:
        self._reports = reports
        self._trend = Trend()
        self._read_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def look(self, now: datetime) -> Trend:
        async with self._reading:
            old = self._read_at
            if old is None or (now - old).total_seconds() >= READ_AGAIN_S:
                self._trend = await self._read(now)
                self._read_at = now
            return self._trend

    async def _read(self, now: datetime) -> Trend:
        reports = self._reports
        key, day = (time_key(by, now, reports.zone) for by in (By.CLOCK, By.DAY))
        date = now.astimezone(reports.zone).date()
        before = date - timedelta(days=7)
        rows, earlier = [
            (await reports.report(Wish(By.CLOCK, each, each, reports.zone), reports.company)).rows
            for each in (date, before)
        ]
        return Trend(
            replace(together(rows), of=day),
            together([row for row in earlier if row.of <= key]),
            rows,
            earlier,
            key,
        )


def together(rows: Sequence[Figures]) -> Figures:
    """Several rows as one; `agents`, who may be in several, is left out."""
    sums = {
        each.name: sum(getattr(row, each.name) for row in rows)
        for each in fields(Figures)
        if each.name not in ("of", "longest_s", "agents")
    }
    return Figures("", longest_s=max((row.longest_s for row in rows), default=0.0), **sums)


def _shown(rows: Sequence[Figures], before: Sequence[Figures]) -> tuple[int, int]:
    used = [at for each in (rows, before) for at, row in enumerate(each) if row.calls]
    return min([_OPENS, *used]), max([_CLOSES, *(at + 1 for at in used)])
