"""Draws a report: figures at the top, plots, and the table that they are pictures of."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from ivr.desk.report_desk import Report
from ivr.desk.report_rows import TIMED, By, columns
from ivr.web.charts import Plot, Series, plot
from ivr.web.pages import Pages
from ivr.web.reports.columns import BYS, TITLES, cells, row_title, short_title
from ivr.web.texts import gettext as _
from ivr.web.texts.formats import duration, number, percent

_MOST_BARS = 60
_MOST_RANKED = 12


def report_page(
    request: Request,
    pages: Pages,
    by: By,
    found: Report,
    names: Mapping[str, str],
    **values: Any,
) -> Response:
    return pages.page(
        request,
        "reports/home.html",
        by=by,
        bys=BYS,
        titles=TITLES,
        columns=columns(by),
        rows=[(row.of, row_title(by, row.of, names), cells(by, row)) for row in found.rows],
        total=found.total,
        sums=dict(cells(by, found.total)),
        plots=plots(by, found, names),
        **values,
    )


def plots(by: By, found: Report, names: Mapping[str, str]) -> list[tuple[str, Plot]]:
    """The title of each plot, and where its marks are. Of many rows of time those before the first
    and after the last with anything in them are left out; of others, the largest are shown."""
    rows = list(found.rows)
    if by not in TIMED:
        rows = rows[:_MOST_RANKED]
    elif len(rows) > _MOST_BARS // 2:
        used = [at for at, row in enumerate(rows) if row.calls or row.queued or row.busy_s]
        rows = rows[used[0] : used[-1] + 1] if used else rows[:1]
    labels = [short_title(by, row.of, names) for row in rows]
    people = [
        Series(_("angenommen"), [row.taken for row in rows]),
        Series(_("aufgelegt"), [row.abandoned for row in rows]),
        Series(_("abgewiesen"), [row.turned_away for row in rows]),
    ]
    made = [(_("Anrufer, die jemanden sprechen wollten"), plot(labels, people, write=number))]
    shares = [
        Series(_("Servicelevel"), [row.level for row in rows]),
        Series(_("Auslastung"), [row.occupancy for row in rows]),
    ]
    if by is By.AGENT:
        handled = [Series(_("Ø Bearbeitung"), [row.handling_s or 0 for row in rows])]
        made.append((_("Bearbeitung je Anruf"), plot(labels, handled, write=duration)))
        shares = shares[1:]
    elif by is not By.QUEUE:
        calls = [
            Series(_("selbst gelöst"), [row.settled for row in rows]),
            Series(_("übrige"), [row.calls - row.settled for row in rows]),
        ]
        made.insert(0, (_("Anrufe"), plot(labels, calls, write=number)))
    drawn = plot(labels, (), shares, write=percent, top=1.0)
    if by in TIMED:
        made.append((_("Servicelevel und Auslastung"), drawn))
    return [(title, each) for title, each in made if not each.empty]
