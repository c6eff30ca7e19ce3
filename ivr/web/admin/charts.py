"""Pictures of figures, worked out on the server: where each mark is, for a template to draw."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ivr.training.reports import Figures, HandOvers
from ivr.web.charts import Plot, Series, plot
from ivr.web.intents import intent_title
from ivr.web.texts import gettext as _
from ivr.web.texts.formats import number, percent

_MOST_NAMES = 24
_CELL = 18
_LABEL = 190
_MOST_INTENTS = 3
"""That hand-overs are shown of, the others apart."""


@dataclass(frozen=True, slots=True)
class Cell:
    x: int
    y: int
    depth: int
    """1 to 4: how often, against the most frequent."""
    text: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """Which intent was taken for which: rows are what was meant, columns what it was taken for."""

    names: tuple[str, ...]
    cells: tuple[Cell, ...]
    size: int
    label: int = _LABEL
    cell: int = _CELL

    @property
    def width(self) -> int:
        return self.label + self.size


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    text: str


def confusion_matrix(confusions: Sequence[Sequence[Any]]) -> Matrix:
    """The most frequent confusions, of at most so many intents that names can be read."""
    counted = Counter[str]()
    for meant, taken, often in confusions:
        counted[str(meant)] += int(often)
        counted[str(taken)] += int(often)
    names = tuple(sorted(name for name, _ in counted.most_common(_MOST_NAMES)))
    at = {name: place for place, name in enumerate(names)}
    most = max((int(often) for _, _, often in confusions), default=1)
    cells = tuple(
        Cell(
            _LABEL + at[taken] * _CELL,
            at[meant] * _CELL,
            max(1, round(4 * int(often) / most)),
            f"{meant} → {taken}: {often}",
        )
        for meant, taken, often in confusions
        if meant in at and taken in at
    )
    return Matrix(names, cells, len(names) * _CELL)


def calibration(rows: Sequence[Sequence[float]], size: int = 200) -> list[Point]:
    """How often the model is right (up) where it is so sure (right); the diagonal is honest."""
    return [
        Point(
            round(size * float(sure), 1),
            round(size * (1 - float(right)), 1),
            f"{sure:.0%} → {right:.0%} ({int(n)})",
        )
        for _, _, n, sure, right in rows
    ]


def understanding(days: Sequence[date], figures: Sequence[Figures]) -> Plot:
    """How well callers were understood day by day; nothing where nobody called."""
    known = {row.of: row for row in figures}
    rows = [known.get(each.isoformat()) for each in days]

    def share(name: str, of: Callable[[Figures], float]) -> Series:
        return Series(name, [None if row is None else of(row) for row in rows])

    lines = (
        share(_("ohne Menschen erledigt"), lambda row: row.automated),
        share(_("nicht verstanden"), lambda row: row.no_match),
        share(_("korrigiert"), lambda row: row.corrected),
    )
    return plot(_short(days), (), lines, percent, top=1.0)


def handed_over(days: Sequence[date], rows: Sequence[HandOvers]) -> Plot:
    """Hand-overs day by day: the intents with most of them, and all others together."""
    counted = Counter[str]()
    for row in rows:
        counted[row.intent] += row.hand_overs
    most = [intent for intent, _often in counted.most_common(_MOST_INTENTS)]
    by_day: dict[tuple[str, str], int] = Counter()
    for row in rows:
        by_day[row.day, row.intent if row.intent in most else ""] += row.hand_overs
    bars = [
        Series(
            intent_title(intent) if intent else _("andere"),
            [by_day.get((each.isoformat(), intent), 0) for each in days],
        )
        for intent in (*most, *([""] if len(counted) > len(most) else []))
    ]
    return plot(_short(days), bars, (), number)


def _short(days: Sequence[date]) -> list[str]:
    return [f"{each:%d.%m.}" for each in days]
