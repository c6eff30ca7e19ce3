"""Days and half hours on a company's own clock. Pure.

A day of a change to or from summer time has 23 or 25 hours; where the clock is put back, the same
half hour comes twice and is told apart by its distance from UTC. All arithmetic is done in UTC:
Python adds to a local moment as if no clock were ever changed.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HALF_HOUR = timedelta(minutes=30)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins, in UTC; where a clock change skips midnight, right after it."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def bounds(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last, in UTC."""
    return midnight(first, zone), midnight(last + timedelta(days=1), zone)


def half_hour(moment: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the half hour that this moment is in, by the local clock, in UTC."""
    local = moment.astimezone(zone)
    into = timedelta(
        minutes=local.minute % 30, seconds=local.second, microseconds=local.microsecond
    )
    return moment.astimezone(UTC) - into


def half_hours(first: date, last: date, zone: ZoneInfo) -> Iterator[datetime]:
    """All beginnings of half hours of these days, in UTC."""
    at, end = bounds(first, last, zone)
    while at < end:
        yield at
        # Clocks may be changed by half an hour only, and not on the half hour.
        at = half_hour(at + HALF_HOUR, zone)


def days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def overlap_s(began: datetime, ended: datetime, since: datetime, until: datetime) -> float:
    """How many seconds of the first stretch are in the second."""
    return max(0.0, (min(ended, until) - max(began, since)).total_seconds())
