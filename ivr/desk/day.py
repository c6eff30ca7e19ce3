"""A day to be simulated, by half hours, as people write it in a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time

from ivr.core.errors import ConfigError

SLOT_S = 1800
COLUMNS = ("from", "calls", "handling_s", "agents")
_SHAPE = (38, 55, 62, 58, 50, 40, 36, 42, 50, 54, 52, 46, 42, 38, 32, 24)
"""Calls by half hour from nine o'clock on: a morning's peak, a lunch dip, an afternoon's hump."""
_OPENS = 18
"""Which half hour of the day that is."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Half an hour."""

    number: int
    """Of the day, from 0 to 47."""
    calls: float
    """Expected to reach the hotline."""
    handling_s: float
    """Talk and wrap-up of a call, on average."""
    agents: int
    """Seats that are staffed: breaks are relieved by somebody else."""

    @property
    def begins(self) -> str:
        """ "08:30"."""
        return f"{self.number // 2:02d}:{self.number % 2 * 30:02d}"


def sample_day(handling_s: float = 240.0, agents: int = 6) -> tuple[Slot, ...]:
    """A working day of a mid-sized company."""
    return tuple(
        Slot(_OPENS + index, calls, handling_s, agents) for index, calls in enumerate(_SHAPE)
    )


def read_day(lines: Iterable[str]) -> tuple[Slot, ...]:
    """Read a CSV with the columns `from` (like 08:30), `calls`, `handling_s` and `agents`.

    Commas or semicolons. Raises ConfigError that names the line and what is wrong with it.
    """
    text = list(lines)
    if not text:
        raise ConfigError("the day is empty: its first line must name the columns")
    reader = csv.DictReader(text, delimiter=";" if ";" in text[0] else ",")
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise ConfigError(f"the day's first line lacks the columns {', '.join(missing)}")
    slots = [_slot(row, number) for number, row in enumerate(reader, start=2)]
    if len({slot.number for slot in slots}) < len(slots):
        raise ConfigError("the day has a half hour twice")
    return tuple(sorted(slots, key=lambda slot: slot.number))


def _slot(row: dict[str, str], line: int) -> Slot:
    try:
        at = time.fromisoformat(row["from"].strip().zfill(5))
        calls, handling_s = (float(row[name].replace(",", ".")) for name in COLUMNS[1:3])
        agents = int(row["agents"])
    except (ValueError, AttributeError, TypeError):
        raise ConfigError(
            f"line {line} of the day is wrong: write it like 08:30,42,240,6"
        ) from None
    if at.minute % 30 or not (0 <= calls <= 1e5 and 1 <= handling_s <= 7200):
        raise ConfigError(
            f"line {line} of the day is wrong: it begins at a full or half hour, has 0 to 100000"
            " calls and takes 1 to 7200 seconds each"
        )
    if not 0 <= agents <= 5000:
        raise ConfigError(f"line {line} of the day is wrong: agents go from 0 to 5000")
    return Slot(at.hour * 2 + at.minute // 30, calls, handling_s, agents)


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """As spreadsheets read it."""
    lines: list[str] = []

    class _Lines:
        def write(self, text: str) -> int:
            lines.append(text)
            return len(text)

    writer = csv.writer(_Lines(), lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return "".join(lines)
