"""The content as it is now, without reading all of it again for every page."""

import asyncio

from ivr.core.training import Change, Piece
from ivr.training.pieces import Content
from ivr.training.ports import Shelf

_MOST_CHANGES = 200
"""More changes than this are not followed one by one."""


class Present:
    """Follows a shelf by the number of its latest change, whoever made it."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._lock = asyncio.Lock()
        self._latest = -1
        self._content = Content(())

    async def content(self) -> Content:
        """The same object as long as nothing changes. Raises StoreUnavailable."""
        async with self._lock:
            latest = await self._shelf.latest()
            if latest != self._latest:
                self._content = await self._followed(latest)
                self._latest = latest
            return self._content

    async def _followed(self, latest: int) -> Content:
        since = latest - self._latest
        if self._latest > 0 and since <= _MOST_CHANGES:
            changes = await self._shelf.changes(limit=since)
            fresh = [each for each in changes if each.number > self._latest]
            # What comes back has its old place, which only the shelf knows; and of what has
            # changed since `latest` was read, all or nothing must be in.
            back = any(each.before is None and each.version > 1 for each in fresh)
            if not back and all(each.number <= latest for each in fresh):
                return _changed(self._content, fresh[::-1])
        return Content(tuple(await self._shelf.pieces()))


def _changed(content: Content, changes: list[Change]) -> Content:
    pieces = {(piece.kind, piece.name): piece for piece in content.pieces}
    for each in changes:
        if each.after is None:
            pieces.pop((each.kind, each.name), None)
        else:
            pieces[each.kind, each.name] = Piece(
                each.kind, each.name, each.after, each.version, each.at, each.by
            )
    return Content(tuple(pieces.values()))
