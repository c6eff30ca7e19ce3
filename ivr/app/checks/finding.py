"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """The hotline runs, but something is worse than it could be."""
    MISSING = "missing"
    """The hotline does not run like this."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's."""

    name: str
    level: Level
    text: str
    cure: str = ""
    """What to do about it; empty where nothing is to be done."""


def ok(name: str, text: str) -> Finding:
    return Finding(name, Level.OK, text)


def warning(name: str, text: str, cure: str) -> Finding:
    return Finding(name, Level.WARNING, text, cure)


def missing(name: str, text: str, cure: str) -> Finding:
    return Finding(name, Level.MISSING, text, cure)
