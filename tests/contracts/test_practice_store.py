"""What every store of practice calls promises: SQLite, PostgreSQL and the twin in memory alike."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.core.practice import (
    MoodAt,
    Point,
    PracticeResult,
    PracticeStore,
    Run,
    Said,
    TalkedOver,
)
from ivr.practice.memory import MemoryPractice
from ivr.store.practice import SqlPractice
from ivr.store.sql import open_store

NOON = datetime(2030, 7, 1, 12, tzinfo=UTC)
RUN = Run(0, "anna", "paket", "Wo bleibt es?", "Clara", NOON)
RESULT = PracticeResult(
    (Said("agent", "Guten Tag 🙂", 0.5, 1.5), Said("caller", "Hallo", 2.0, 3.0, interrupted=True)),
    (Point("Grüßt", done=True, words="Guten Tag", at_s=0.5), Point("Fragt", done=False)),
    (MoodAt(0.0, 40, "begin"), MoodAt(3.0, 50, "interrupted")),
    (TalkedOver(2.5, 0.5),),
    rang_s=3.2,
    first_word_s=None,
    talk_s=61.0,
    holds=1,
    held_s=12.5,
    solved=True,
)


@pytest.fixture(
    params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.timeout(60))]
)
async def practice(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PracticeStore]:
    if request.param == "memory":
        yield MemoryPractice()
        return
    place: Path | str = tmp_path / "h.sqlite"
    if request.param == "postgresql":
        place = request.getfixturevalue("postgres_url")
    store = await open_store(place)
    await SqlPractice(store.sessions, "andere").assign(RUN)
    await SqlPractice(store.sessions, "andere").keep_exercise("fremd", "x", "y", NOON)
    yield SqlPractice(store.sessions, "musterfirma")
    await store.close()


async def test_a_run_is_assigned_done_and_kept_whole(practice: PracticeStore) -> None:
    assert await practice.runs() == []
    asked = await practice.assign(RUN)
    assert await practice.runs("anna") == [asked]
    assert await practice.runs("bert") == []
    done = replace(asked, ended_at=NOON, result=RESULT)
    await practice.finish(done)
    await practice.finish(replace(done, code="Erledigt", note="gut"))
    assert await practice.run(asked.id) == replace(done, code="Erledigt", note="gut")
    assert not await practice.withdraw(asked.id), "what is done stays"


async def test_what_is_not_done_can_be_taken_back(practice: PracticeStore) -> None:
    first, second = await practice.assign(RUN), await practice.assign(RUN)
    assert await practice.runs() == [second, first], "newest first"
    assert await practice.runs(limit=1) == [second]
    assert await practice.withdraw(first.id)
    assert not await practice.withdraw(first.id)
    assert await practice.runs() == [second]
    assert await practice.run(first.id) is None


async def test_an_exercise_is_kept_replaced_and_removed(practice: PracticeStore) -> None:
    await practice.keep_exercise("b", "title: B", "Clara", NOON)
    await practice.keep_exercise("a", "title: A", "Clara", NOON)
    await practice.keep_exercise("b", "title: B2", "Dora", NOON)
    assert [(each.name, each.text, each.changed_by) for each in await practice.exercises()] == [
        ("a", "title: A", "Clara"),
        ("b", "title: B2", "Dora"),
    ]
    assert await practice.remove_exercise("a")
    assert not await practice.remove_exercise("a")
    assert [each.name for each in await practice.exercises()] == ["b"]
