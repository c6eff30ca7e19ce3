"""What benchmarks find, as rows of a table and as JSON."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from math import isnan
from os import cpu_count
from pathlib import Path

import numpy as np


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    """NaN where nothing could be measured."""
    unit: str
    target: str = ""
    """What was promised, as it is written in the table: `≤ 0.6`."""
    met: bool | None = None
    note: str = ""


@dataclass(slots=True)
class Report:
    """Figures as they come in, by section."""

    sections: dict[str, list[Figure]] = field(default_factory=dict)

    def add(self, section: str, figure: Figure) -> None:
        self.sections.setdefault(section, []).append(figure)

    def write(self, file: Path, settings: Mapping[str, str]) -> None:
        """Everything as JSON, with the machine and the moment."""
        content = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": {"cores": cpu_count(), "python": platform.python_version()},
            "settings": dict(settings),
            "figures": {
                name: [_row(figure) for figure in figures]
                for name, figures in self.sections.items()
            },
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def _row(figure: Figure) -> dict[str, object]:
    # JSON knows no NaN.
    return asdict(figure) | {"value": None if isnan(figure.value) else figure.value}


def at_most(
    name: str, value: float, unit: str, most: float | None = None, note: str = ""
) -> Figure:
    """A figure that should be small."""
    if most is None:
        return Figure(name, value, unit, note=note)
    return Figure(name, value, unit, f"≤ {most:g}", value <= most, note)


def at_least(
    name: str, value: float, unit: str, least: float | None = None, note: str = ""
) -> Figure:
    """A figure that should be large."""
    if least is None:
        return Figure(name, value, unit, note=note)
    return Figure(name, value, unit, f"≥ {least:g}", value >= least, note)


def median(values: Sequence[float]) -> float:
    return float(np.median(values)) if values else float("nan")


def p95(values: Sequence[float]) -> float:
    return float(np.percentile(values, 95)) if values else float("nan")
