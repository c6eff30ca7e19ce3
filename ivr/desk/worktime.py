"""Working time and breaks, as German law asks for them (ArbZG §§ 3 and 4). Pure.

Nobody works more than six hours without a break, more than six hours in all without 30 minutes of
breaks, or more than nine without 45; only breaks of 15 minutes and more count. Nobody is taken out
of a call for it: who is due gets no further calls.
"""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from ivr.core.staffing import Shift

SHORTEST_BREAK_S = 15 * 60
LONGEST_STRETCH_S = 6 * 3600
RESTS = ((6 * 3600, 30 * 60), (9 * 3600, 45 * 60))
"""More work than the first needs rest of the second."""
NIGHT_S = 5 * 3600
"""A pause this long ends a shift."""


class Rest(StrEnum):
    """Why somebody may not work on."""

    BREAK = "break"
    DAY_OVER = "day_over"


def begin_work(shift: Shift, now: datetime) -> Shift:
    """The agent signs in, or comes back from a break."""
    if shift.stretch_since is None:
        return Shift(began=now, stretch_since=now)
    if shift.paused_since is None:
        return shift
    pause_s = (now - shift.paused_since).total_seconds()
    if pause_s >= NIGHT_S:
        return Shift(began=now, stretch_since=now)
    if pause_s < SHORTEST_BREAK_S:  # The law takes it for work.
        return replace(shift, paused_since=None)
    stretch_s = (shift.paused_since - shift.stretch_since).total_seconds()
    return replace(
        shift,
        stretch_since=now,
        worked_s=shift.worked_s + stretch_s,
        rested_s=shift.rested_s + pause_s,
        paused_since=None,
    )


def pause_work(shift: Shift, now: datetime) -> Shift:
    """The agent takes a break, or signs out."""
    if shift.stretch_since is None or shift.paused_since is not None:
        return shift
    return replace(shift, paused_since=now)


def stretch_s(shift: Shift, now: datetime) -> float:
    """Work since the last break that counts."""
    if shift.stretch_since is None:
        return 0.0
    return max(0.0, ((shift.paused_since or now) - shift.stretch_since).total_seconds())


def worked_s(shift: Shift, now: datetime) -> float:
    """Work of the whole shift."""
    return shift.worked_s + stretch_s(shift, now)


def due(shift: Shift, now: datetime, ahead_s: float, day_s: float) -> Rest | None:
    """What forbids to begin something now that takes `ahead_s`, if anything does.

    `day_s`: the longest working time of a day.
    """
    work = worked_s(shift, now) + ahead_s
    if work > day_s:
        return Rest.DAY_OVER
    if stretch_s(shift, now) + ahead_s > LONGEST_STRETCH_S:
        return Rest.BREAK
    if any(work > limit_s and shift.rested_s < rest_s for limit_s, rest_s in RESTS):
        return Rest.BREAK
    return None
