"""Hints for admins, worked out once for each state of the content and of its last evaluation."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

from ivr.training import pieces as p
from ivr.training.content import ContentDesk
from ivr.training.hints import Hint, hints
from ivr.training.hints_draft import RECKONED, draft_hints
from ivr.training.models_desk import ModelsDesk
from ivr.training.near import NearSearch
from ivr.training.ports import Shelf


class HintDesk:
    """Comparing thousands of examples takes a second or so: it is done in a thread, and after a
    change only what has changed is compared.

    `used_by_program`: answers that the program gives, without any rule.
    """

    def __init__(
        self,
        shelf: Shelf,
        content: ContentDesk,
        models: ModelsDesk,
        used_by_program: frozenset[str] = frozenset(),
    ) -> None:
        self._shelf = shelf
        self._content = content
        self._models = models
        self._used_by_program = used_by_program
        self._lock = asyncio.Lock()
        self._near = NearSearch()
        self._known: tuple[int, Mapping[tuple[str, str], int], tuple[Hint, ...]] | None = None

    async def hints(self) -> tuple[Hint, ...]:
        """All hints, the serious ones first."""
        async with self._lock:
            latest, confused = await self._shelf.latest(), await self._models.confusions()
            if self._known is None or self._known[:2] != (latest, confused):
                content = await self._content.content()
                found = await asyncio.to_thread(
                    hints, content, confused, self._used_by_program, self._near
                )
                self._known = latest, confused, tuple(found)
            return self._known[2]

    async def about(self, kind: str, name: str) -> tuple[Hint, ...]:
        """Those about one piece."""
        return tuple(
            hint for hint in await self.hints() if (hint.piece, hint.name) == (kind, name)
        )

    async def draft(self, name: str, examples: Sequence[str]) -> tuple[Hint, ...]:
        """Those about an intent if these were its examples; empty for one that is off."""
        kept = [each for each in await self.about(p.INTENT, name) if each.kind not in RECKONED]
        async with self._lock:
            content = await self._content.content()
            if not content.body(p.INTENT, name).get("on", True):
                return ()
            found = await asyncio.to_thread(draft_hints, content, name, examples, self._near)
        return tuple(sorted((*found, *kept), key=lambda each: not each.serious))

    async def counts(self, kind: str) -> Counter[str]:
        """How many there are about each piece of a kind, by its name."""
        return Counter(hint.name for hint in await self.hints() if hint.piece == kind)
