"""Makes reports and bills of what the store has: for pages and the command line."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ivr.config.desk_plan import Plan
from ivr.core.errors import RecordRefused
from ivr.core.reporting import CallSeen, Ledger, Ledgers, StaySeen
from ivr.desk import stretches
from ivr.desk.billing import Bill, bills
from ivr.desk.containment import AGAIN
from ivr.desk.report_rows import By, Figures, Wish
from ivr.desk.reports import report, total

LONGEST_DAYS = {By.HALF_HOUR: 31}
"""Days in one report; `MOST_DAYS` where nothing is said here."""
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Report:
    rows: Sequence[Figures]
    total: Figures


class ReportDesk:
    """Everything raises StoreUnavailable, and RecordRefused for a time that is too long.

    Figuring is done in a thread, so that a year's report holds no call up.
    """

    def __init__(self, ledgers: Ledgers, plan: Plan, zone: ZoneInfo, company: str) -> None:
        """`zone` is the clock by which days begin; `company` the one whose plan this is."""
        self._ledgers = ledgers
        self._plan = plan
        self.zone = zone
        self.company = company

    async def companies(self) -> Sequence[str]:
        return await self._ledgers.companies()

    async def report(self, wish: Wish, company: str = "") -> Report:
        """Of one company, or of all on this database."""
        days = (wish.last - wish.first).days + 1
        if not 1 <= days <= LONGEST_DAYS.get(wish.by, MOST_DAYS):
            raise RecordRefused("a report takes another number of days: choose a shorter time")
        names = await self._named(company)
        ledgers = [await self._ledgers.ledger(name, wish.since, wish.until) for name in names]
        later = {
            name: await self._ledgers.calls(name, wish.until, wish.until + AGAIN) for name in names
        }
        return await asyncio.to_thread(self._figure, ledgers, wish, later)

    async def stays(self, since: datetime, until: datetime) -> Sequence[StaySeen]:
        """Every stay in this company's queue that began in this time, in the order they ended."""
        return await self._ledgers.stays(self.company, since, until)

    async def bills(self, first: date, last: date, company: str = "") -> Sequence[Bill]:
        """Of the months in which these days are."""
        begin = first.replace(day=1)
        end = last.replace(year=last.year + last.month // 12, month=last.month % 12 + 1, day=1)
        if not 0 < (end - begin).days <= MOST_DAYS:
            raise RecordRefused("bills are made for twelve months at the most")
        since, until = stretches.midnight(begin, self.zone), stretches.midnight(end, self.zone)
        ledgers = [
            await self._ledgers.ledger(name, since, until) for name in await self._named(company)
        ]
        return await asyncio.to_thread(bills, ledgers, self.zone)

    async def _named(self, company: str) -> Sequence[str]:
        return [company] if company else await self._ledgers.companies()

    def _figure(
        self, ledgers: Sequence[Ledger], wish: Wish, later: Mapping[str, Sequence[CallSeen]]
    ) -> Report:
        return Report(
            report(ledgers, wish, self._target_s, later),
            total(ledgers, wish, self._target_s, later),
        )

    def _target_s(self, queue: str) -> float:
        return self._plan.queue(queue).target_s
