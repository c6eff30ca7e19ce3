"""Figures of practice calls: one call's mood as a curve, and how agents get on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ivr.core.practice import PracticeResult, Run

WIDTH, HEIGHT = 600, 120


@dataclass(frozen=True, slots=True)
class Curve:
    """The customer's mood over the call: steps, in a picture of `WIDTH` by `HEIGHT`."""

    points: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Progress:
    """One agent's runs, first against last."""

    agent: str
    name: str
    runs: int
    first: float
    """Share of the checklist's points that were done."""
    last: float
    over_first: int
    """How often they spoke over the customer."""
    over_last: int


def mood_curve(result: PracticeResult) -> Curve:
    end_s = max(result.talk_s, 1.0)
    points: list[tuple[float, float]] = []
    for mood in result.moods:
        x, y = mood.at_s / end_s * WIDTH, (100 - mood.mood) / 100 * HEIGHT
        if points:
            points.append((x, points[-1][1]))
        points.append((x, y))
    if points:
        points.append((float(WIDTH), points[-1][1]))
    return Curve(" ".join(f"{x:.1f},{y:.1f}" for x, y in points))


def share(result: PracticeResult) -> float:
    return result.done / max(1, len(result.points))


def progress(runs: Iterable[Run], names: dict[str, str]) -> Sequence[Progress]:
    """Agents by name; `runs` newest first."""
    done: dict[str, list[PracticeResult]] = {}
    for run in runs:
        if run.result is not None:
            done.setdefault(run.agent, []).append(run.result)
    found = [
        Progress(
            agent,
            names.get(agent, agent),
            len(results),
            share(results[-1]),
            share(results[0]),
            len(results[-1].talked_over),
            len(results[0].talked_over),
        )
        for agent, results in done.items()
    ]
    return sorted(found, key=lambda each: each.name)
