"""Reports and bills as files for spreadsheets: semicolons, and commas in numbers, as here."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple

from fastapi.responses import Response

from ivr.desk.billing import Bill
from ivr.desk.report_rows import By, Figures, columns
from ivr.web.reports.columns import BILL, BYS, TITLES, for_spreadsheets, row_title
from ivr.web.texts import gettext as _


def report_csv(by: By, rows: Sequence[Figures], names: Mapping[str, str]) -> str:
    """One line a row: its key as machines know it, its name, and the figures."""
    figures = columns(by)
    head = [by.value, _(BYS[by]), *(_(TITLES[name][0]) for name in figures)]
    lines = [
        [
            row.of,
            row_title(by, row.of, names),
            *(for_spreadsheets(name, getattr(row, name)).replace(".", ",") for name in figures),
        ]
        for row in rows
    ]
    return _table([head, *lines])


def bill_csv(bills: Sequence[Bill]) -> str:
    head = [_(title) for title in BILL.values()]
    lines = [
        [each.month, each.company, *(str(cell).replace(".", ",") for cell in astuple(each)[2:])]
        for each in bills
    ]
    return _table([head, *lines])


def download(text: str, name: str) -> Response:
    """With the mark by which spreadsheets know UTF-8."""
    return Response(
        ("\ufeff" + text).encode(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _table(lines: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for line in lines:
        table.writerow([harmless(cell) for cell in line])
    return out.getvalue()


def harmless(cell: str) -> str:
    """Spreadsheets take cells that begin so for formulas."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
