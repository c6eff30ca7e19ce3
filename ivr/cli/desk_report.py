"""`ivr desk report` and `ivr desk bill`: the desk's figures on the terminal and as CSV."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import astuple, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from ivr.cli.desk_pages import DeskPages
from ivr.config.company import load_company
from ivr.config.desk_plan import load_plan
from ivr.config.loading import load_settings, settings_root
from ivr.core.errors import ConfigError
from ivr.desk.billing import Bill
from ivr.desk.day import write_csv
from ivr.desk.report_desk import ReportDesk
from ivr.desk.report_rows import By, Figures, Wish, columns
from ivr.store.desk_reports import SqlLedgers
from ivr.store.sql import open_store

_T = TypeVar("_T")
_Company = Annotated[
    str, typer.Option(help="Its id; every company on this database if not given.")
]
_Csv = Annotated[Path | None, typer.Option(help="Write the figures here, as CSV.")]


def report(
    by: Annotated[By, typer.Argument(help="What there is a row for.")] = By.DAY,
    first: Annotated[
        str, typer.Option("--from", help="Like 2026-11-24; a week ago if not given.")
    ] = "",
    last: Annotated[str, typer.Option("--to", help="Included; today if not given.")] = "",
    queue: Annotated[str, typer.Option(help="This queue alone.")] = "",
    company: _Company = "",
    csv: _Csv = None,
) -> None:
    """Service level, waits, abandonment, handling, occupancy, and what the assistant settled."""

    async def work(desk: ReportDesk) -> tuple[Sequence[Figures], Figures]:
        today = datetime.now(UTC).astimezone(desk.zone).date()
        until = _day(last) if last else today
        since = _day(first) if first else until - timedelta(days=6)
        found = await desk.report(Wish(by, since, until, desk.zone, queue), company)
        return found.rows, found.total

    rows, total = _with_reports(work)
    names = columns(by)
    DeskPages().report(by.value, names, rows, total)
    if csv is not None:
        cells = [[row.of, *(_cell(getattr(row, name)) for name in names)] for row in rows]
        _write(csv, write_csv([by.value, *names], cells))


def bill(
    first: Annotated[
        str, typer.Option("--from", help="Like 2026-10; the last month if not given.")
    ] = "",
    last: Annotated[str, typer.Option("--to", help="Included; as --from if not given.")] = "",
    company: _Company = "",
    csv: _Csv = None,
) -> None:
    """What clients are billed for, by month: inbound minutes, outbound calls that reached one."""

    async def work(desk: ReportDesk) -> Sequence[Bill]:
        today = datetime.now(UTC).astimezone(desk.zone).date()
        begin = _day(f"{first}-01") if first else (today.replace(day=1) - timedelta(days=1))
        return await desk.bills(begin, _day(f"{last}-01") if last else begin, company)

    found = _with_reports(work)
    header = [each.name for each in fields(Bill)]
    lines = [[str(cell) for cell in astuple(each)] for each in found]
    DeskPages().bills(header, lines)
    if csv is not None:
        _write(csv, write_csv(header, lines))


def _with_reports(work: Callable[[ReportDesk], Awaitable[_T]]) -> _T:
    settings = load_settings(settings_root(os.environ), os.environ)
    company = load_company(settings.hotline.company)
    plan = load_plan(settings.desk.plan, company)

    async def run() -> _T:
        store = await open_store(settings.database)
        try:
            desk = ReportDesk(SqlLedgers(store.sessions), plan, company.zone, company.id)
            return await work(desk)
        finally:
            await store.close()

    return asyncio.run(run())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            f"{text} is no day: write it like 2026-11-24 (months: 2026-11)"
        ) from None


def _cell(value: float | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from None
    typer.echo(f"written to {file}")
