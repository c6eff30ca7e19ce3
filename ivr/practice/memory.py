"""Exercises and runs without a database, for the terminal and for tests: the same promises."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ivr.core.practice import OwnExercise, Run


@dataclass
class MemoryPractice:
    """Implements `core.practice.PracticeStore`. Not bounded: meant for one call or a test."""

    own: dict[str, OwnExercise] = field(default_factory=dict)
    kept: dict[int, Run] = field(default_factory=dict)
    last: int = 0

    async def exercises(self) -> Sequence[OwnExercise]:
        return [self.own[name] for name in sorted(self.own)]

    async def keep_exercise(self, name: str, text: str, by: str, now: datetime) -> None:
        self.own[name] = OwnExercise(name, text, by, now)

    async def remove_exercise(self, name: str) -> bool:
        return self.own.pop(name, None) is not None

    async def assign(self, run: Run) -> Run:
        self.last += 1
        run = self.kept[self.last] = replace(run, id=self.last)
        return run

    async def finish(self, run: Run) -> None:
        if run.id in self.kept:
            self.kept[run.id] = run

    async def withdraw(self, run_id: int) -> bool:
        run = self.kept.get(run_id)
        if run is None or run.ended_at is not None:
            return False
        del self.kept[run_id]
        return True

    async def run(self, run_id: int) -> Run | None:
        return self.kept.get(run_id)

    async def runs(self, agent: str | None = None, limit: int = 200) -> Sequence[Run]:
        newest = sorted(self.kept.values(), key=lambda run: run.id, reverse=True)
        return [run for run in newest if agent in (None, run.agent)][:limit]
