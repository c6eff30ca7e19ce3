"""Plots of figures, worked out on the server: where each mark is, for `charts.html` to draw.

A plot is a picture of a table that stands beside it. Pure.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 760, 200
_MOST_LABELS = 12
_GAP = 0.2
"""Share of a bar's place that is left free."""


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    kind: int
    """Which of the series, from 0."""
    text: str


@dataclass(frozen=True, slots=True)
class Series:
    """Values by label; None where nothing is known."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    pieces: tuple[tuple[Mark, ...], ...]
    """Interrupted where nothing is known."""


@dataclass(frozen=True, slots=True)
class Plot:
    ticks: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    bars: tuple[Bar, ...]
    bar_names: tuple[str, ...]
    lines: tuple[Line, ...]
    empty: bool
    """Nothing is known or all of it is nothing."""
    width: int = WIDTH
    height: int = HEIGHT


def plot(
    labels: Sequence[str],
    bars: Sequence[Series] = (),
    lines: Sequence[Series] = (),
    write: Callable[[float], str] = "{:g}".format,
    top: float | None = None,
) -> Plot:
    """Bars stand on each other, lines go across. `write` makes text of a value, for ticks and for
    who points at a mark; `top` is the highest value there can be, looked for if not given."""
    known = [value for line in lines for value in line.values if value is not None]
    heights = [sum(each.values[at] or 0 for each in bars) for at in range(len(labels))]
    highest = max([*known, *heights], default=0.0)
    step, count = _steps(highest if top is None else top)
    scale = HEIGHT / (step * count)
    place = WIDTH / max(len(labels), 1)
    every = max(1, -(-len(labels) // _MOST_LABELS))
    return Plot(
        ticks=tuple(
            Mark(0, _round(HEIGHT - step * at * scale), write(step * at))
            for at in range(count + 1)
        ),
        labels=tuple(
            Mark(_round((at + 0.5) * place), HEIGHT + 20, label)
            for at, label in enumerate(labels)
            if at % every == 0
        ),
        bars=tuple(_bars(labels, bars, place, scale, write)),
        bar_names=tuple(each.name for each in bars),
        lines=tuple(Line(line.name, _pieces(labels, line, place, scale, write)) for line in lines),
        empty=not known and not any(heights),
    )


def _steps(highest: float) -> tuple[float, int]:
    """The distance of the ticks, a number people like to read, and how many there are."""
    if highest < 1e-6:
        return 1.0, 1
    rough = highest / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(nice * power for nice in (1, 2, 2.5, 5, 10) if nice * power >= rough * 0.999)
    return step, max(1, math.ceil(highest / step - 1e-9))


def _bars(
    labels: Sequence[str],
    bars: Sequence[Series],
    place: float,
    scale: float,
    write: Callable[[float], str],
) -> list[Bar]:
    made = []
    for at, label in enumerate(labels):
        foot = float(HEIGHT)
        for kind, series in enumerate(bars):
            value = series.values[at]
            if not value:
                continue
            tall = value * scale
            foot -= tall
            x, width = (at + _GAP / 2) * place, place * (1 - _GAP)
            text = f"{label}: {series.name} {write(value)}"
            made.append(Bar(_round(x), _round(foot), _round(width), _round(tall), kind, text))
    return made


def _pieces(
    labels: Sequence[str],
    line: Series,
    place: float,
    scale: float,
    write: Callable[[float], str],
) -> tuple[tuple[Mark, ...], ...]:
    pieces: list[list[Mark]] = [[]]
    for at, (label, value) in enumerate(zip(labels, line.values, strict=True)):
        if value is None:
            pieces.append([])
            continue
        x, y = _round((at + 0.5) * place), _round(HEIGHT - value * scale)
        pieces[-1].append(Mark(x, y, f"{label}: {line.name} {write(value)}"))
    return tuple(tuple(piece) for piece in pieces if piece)


def _round(value: float) -> float:
    return round(value, 1)
