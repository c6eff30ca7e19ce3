"""What both databases promise of those who sign in."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ivr.store.sql import SqlStore
from ivr.store.staff import Failures, StaffStore

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def staff(store: SqlStore) -> StaffStore:
    return StaffStore(store.sessions)


async def test_attempts_at_the_same_time_see_each_other(staff: StaffStore) -> None:
    def may(failures: Failures) -> bool:
        return failures.name < 3

    tries = (staff.attempt("name", "192.0.2.1", NOW, NOW - HOUR, may) for _ in range(12))
    counted = [each for each in await asyncio.gather(*tries) if each is not None]
    assert len(counted) == 3
    await staff.take_back(counted[0])
    again = [await staff.attempt("name", "192.0.2.1", NOW, NOW - HOUR, may) for _ in range(2)]
    assert [each is not None for each in again] == [True, False], "one was taken back"


async def test_attempts_are_counted_by_name_and_by_address_until_they_are_old(
    staff: StaffStore,
) -> None:
    seen: list[Failures] = []

    def may(failures: Failures) -> bool:
        seen.append(failures)
        return True

    later = NOW + 2 * HOUR
    for name, address, at in (
        ("a", "1", NOW),
        ("a", "2", NOW),
        ("b", "1", NOW),
        ("a", "1", NOW),
        ("a", "1", later),
    ):
        assert await staff.attempt(name, address, at, at - HOUR, may)
    assert seen == [
        Failures(0, 0, 0),
        Failures(0, 1, 0),
        Failures(0, 0, 1),
        Failures(1, 2, 2),
        Failures(0, 0, 0),
    ]
    await staff.forgive("a")
    await staff.attempt("a", "1", later, later - HOUR, may)
    assert seen[-1] == Failures(0, 0, 0)
