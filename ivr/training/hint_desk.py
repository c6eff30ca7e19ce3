"""Hints for admins, worked out once for each state of the content."""

import asyncio
from collections import Counter

from ivr.training.content import ContentDesk
from ivr.training.hints import Hint, hints
from ivr.training.near import NearSearch
from ivr.training.ports import Shelf


class HintDesk:
    """Comparing thousands of examples takes a second or so: it is done in a thread, and after a
    change only what has changed is compared."""

    def __init__(self, shelf: Shelf, content: ContentDesk) -> None:
        self._shelf = shelf
        self._content = content
        self._lock = asyncio.Lock()
        self._near = NearSearch()
        self._known: tuple[int, tuple[Hint, ...]] | None = None

    async def hints(self) -> tuple[Hint, ...]:
        """All hints, the serious ones first."""
        async with self._lock:
            latest = await self._shelf.latest()
            if self._known is None or self._known[0] != latest:
                content = await self._content.content()
                self._known = (
                    latest,
                    tuple(await asyncio.to_thread(hints, content, near=self._near)),
                )
            return self._known[1]

    async def about(self, kind: str, name: str) -> tuple[Hint, ...]:
        """Those about one piece."""
        return tuple(
            hint for hint in await self.hints() if (hint.piece, hint.name) == (kind, name)
        )

    async def counts(self, kind: str) -> Counter[str]:
        """How many there are about each piece of a kind, by its name."""
        return Counter(hint.name for hint in await self.hints() if hint.piece == kind)
