"""What was changed, by whom and when, and the way back."""

from collections.abc import Awaitable, Callable, Iterable, Sequence

from ivr.core.training import Body, Change, Clash, Edit, Save
from ivr.training.outcomes import Outcome, Refused, Saved, refused
from ivr.training.pieces import UNDO, Content
from ivr.training.ports import Shelf
from ivr.training.texts import say

_MOST_NAMED = 5


class Past:
    def __init__(self, shelf: Shelf, content: Callable[[], Awaitable[Content]]) -> None:
        """`content` as it is now."""
        self._shelf = shelf
        self._content = content

    async def changes(
        self,
        kind: str | None = None,
        name: str | None = None,
        limit: int = 100,
        before: int | None = None,
    ) -> Sequence[Change]:
        """Single changes, newest first; `before`: with a lower number."""
        return await self._shelf.changes(kind, name, limit, before)

    async def saves(
        self, limit: int = 50, before: int | None = None, without: str = ""
    ) -> Sequence[Save]:
        """What was changed together, newest first, but not by `without`."""
        return await self._shelf.saves(limit, before, without)

    async def made_in(self, saves: Sequence[Save]) -> Sequence[Change]:
        """All changes of these saves, newest first."""
        return await self._shelf.made_in(saves)

    async def together_with(self, number: int) -> Sequence[Change]:
        """A change and all that were made together with it, newest first; empty if there is no
        such change."""
        return (await self._shelf.together(number))[::-1]

    async def undo(self, number: int, by: str, *, whole: bool = False) -> Outcome:
        """Put back what was there before a change, or with `whole` before all that was changed
        together with it: all of it, or nothing if any of it was changed again since."""
        made = await self.together_with(number)
        if not whole:
            made = [each for each in made if each.number == number]
        if not made:
            return Refused(say("gone"))
        edits = await self.undoing(made)
        if isinstance(edits, Refused):
            return edits
        undone = await self._shelf.change(edits, by, f"{UNDO} {number}")
        return refused(undone) if isinstance(undone, Clash) else Saved(undone)

    async def undoing(self, changes: Sequence[Change]) -> list[Edit] | Refused:
        """What puts back what was there before all these changes. A piece that somebody has put
        back already needs nothing; Refused if one was changed again since."""
        edits, newer = way_back(await self._content(), changes)
        if not newer:
            return edits
        names = ", ".join(newer[:_MOST_NAMED]) + (" …" if len(newer) > _MOST_NAMED else "")
        some = say("undo_some_newer", count=len(newer), names=names)
        return Refused(say("undo_newer") if len(changes) == 1 else some, clash=True)


def way_back(content: Content, changes: Iterable[Change]) -> tuple[list[Edit], list[str]]:
    """What undoes all these changes, and the names of what was changed again since."""
    sides: dict[tuple[str, str], tuple[Body | None, Body | None]] = {}
    for each in sorted(changes, key=lambda change: change.number):
        before, _ = sides.get((each.kind, each.name), (each.before, None))
        sides[each.kind, each.name] = before, each.after
    edits, newer = [], []
    for (kind, name), (before, after) in sides.items():
        now = content.of(kind).get(name)
        if (None if now is None else now.body) not in (before, after):
            newer.append(name)
        edits.append(Edit(kind, name, before, 0 if now is None else now.version))
    return edits, newer
