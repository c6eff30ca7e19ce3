"""The company as it is this moment: its profile's file, and the admins' facts above it."""

import asyncio
import logging
import tomllib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, overload

from pydantic import ValidationError
from typing_extensions import override

from ivr.config.company import Company, load_company
from ivr.core.errors import StoreUnavailable
from ivr.training import pieces as p
from ivr.training.company import overlaid
from ivr.training.ports import Shelf

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
"""How soon a change by another program is noticed."""


class LiveCompany:
    """Looks for changes while `follow` runs, and at once when `refresh` is called."""

    def __init__(self, file: Path) -> None:
        """Raises ConfigError if the profile is wrong."""
        self.current = load_company(file)
        self.profile: Mapping[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
        self.words: Sequence[str] = LiveWords(self)
        self.taught: tuple[str, ...] = ()
        """Words that admins want the recognizer to expect."""
        self._seen = -1
        self._tell: list[Callable[[Company], Awaitable[None]]] = []

    def on_change(self, tell: Callable[[Company], Awaitable[None]]) -> None:
        """Call `tell` with the company whenever it has changed."""
        self._tell.append(tell)

    async def refresh(self, shelf: Shelf) -> None:
        """Take up what admins have changed. Facts that are not valid any more, because the file
        has changed below them, are left aside. Raises StoreUnavailable."""
        latest = await shelf.latest(p.FACT, p.WORD)
        if latest == self._seen:
            return
        facts = await shelf.pieces(p.FACT)
        try:
            company = overlaid(self.profile, facts)
        except ValidationError:
            log.error("the company's facts do not fit its profile: the profile alone is used")
            company = overlaid(self.profile, ())
        self.taught = tuple(piece.name for piece in await shelf.pieces(p.WORD))
        self._seen = latest
        if company != self.current:
            self.current = company
            for tell in self._tell:
                await tell(company)

    async def follow(self, shelf: Shelf) -> None:
        """Look for changes until cancelled."""
        while True:
            try:
                await self.refresh(shelf)
            except StoreUnavailable:
                log.debug("the company's facts cannot be read")
            except Exception:
                # What cannot be taken up now may be with the next change.
                log.exception("the company's facts cannot be taken up")
            await asyncio.sleep(LOOK_EVERY_S)


class LiveWords(Sequence[str]):
    """The company's words and those that admins have taught, as they are when they are read."""

    def __init__(self, company: LiveCompany) -> None:
        self._company = company

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    @override
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self._all()[index]

    @override
    def __len__(self) -> int:
        return len(self._all())

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def _all(self) -> tuple[str, ...]:
        return (*self._company.current.words(), *self._company.taught)
