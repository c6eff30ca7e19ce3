"""Pictures of figures, worked out on the server: where each mark is, for a template to draw."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_MOST_NAMES = 24
_CELL = 18
_LABEL = 190


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


@dataclass(frozen=True, slots=True)
class Lines:
    """Shares over time: the width is always the same, however many days there are."""

    series: tuple[tuple[str, tuple[Point, ...]], ...]
    labels: tuple[Point, ...]
    width: int = 720
    height: int = 180


def lines(labels: Sequence[str], series: Sequence[tuple[str, Sequence[float]]]) -> Lines:
    """Shares from 0 to 1 by label; at most eight labels are written below."""
    width, height = 720, 180
    step = width / max(len(labels) - 1, 1)
    every = max(1, -(-len(labels) // 8))
    return Lines(
        tuple((name, _curve(labels, shares, step, height)) for name, shares in series),
        tuple(
            Point(round(at * step, 1), height + 18, label)
            for at, label in enumerate(labels)
            if at % every == 0
        ),
    )


def _curve(
    labels: Sequence[str], shares: Sequence[float], step: float, height: int
) -> tuple[Point, ...]:
    return tuple(
        Point(round(at * step, 1), round(height * (1 - share), 1), f"{label}: {share:.0%}")
        for at, (label, share) in enumerate(zip(labels, shares, strict=True))
    )
