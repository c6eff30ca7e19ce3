"""What the practice pages work with: all exercises, and the way to begin one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ivr.core.desk_store import DeskStore
from ivr.core.practice import PracticeStore, Run
from ivr.practice.exercise import Exercise
from ivr.practice.reading import WrongExercise, read_exercise, shipped

Begin = Callable[[Exercise, Run], Awaitable[object | None]]
"""Lets an exercise ring at an agent; None if that cannot be now. Raises StoreUnavailable."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One exercise in a list."""

    name: str
    title: str
    about: str
    own: bool = False
    """Whether a supervisor wrote it."""


@dataclass(frozen=True, slots=True)
class Gym:
    """Everything behind the practice pages. What reads raises StoreUnavailable."""

    store: PracticeStore
    desk: DeskStore
    begin: Begin
    headset: Callable[[str], bool]
    """Whether an agent's headset is connected now."""

    async def exercises(self) -> dict[str, Exercise]:
        """By name: those that came with the program, and on top of them the supervisors' own."""
        found = dict(shipped())
        for own in await self.store.exercises():
            try:
                found[own.name] = read_exercise(own.text, own.name)
            except WrongExercise:
                # Right when it was kept, by another version of the program: its page shows it.
                found.pop(own.name, None)
        return found

    async def listed(self) -> list[Listed]:
        """In the order of their titles."""
        own = {each.name for each in await self.store.exercises()}
        found = [
            Listed(name, each.title, each.about, name in own)
            for name, each in (await self.exercises()).items()
        ]
        broken = own - {each.name for each in found}
        found += [Listed(name, name, "", own=True) for name in broken]
        return sorted(found, key=lambda each: each.title)
