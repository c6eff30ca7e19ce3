"""Facts of the company that admins change at once, above the profile's file. No training needed.

A fact is one table of the profile (`hours`, `contact`, `products` …), written as the file does.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from ivr.config.company import Company
from ivr.core.training import Clash, Edit, Piece
from ivr.training import pieces as p
from ivr.training.csv_files import read_products
from ivr.training.outcomes import Outcome, Refused, Saved
from ivr.training.ports import Shelf
from ivr.training.texts import say

SECTIONS = (
    "greeting",
    "contact",
    "hours",
    "agents",
    "shipping",
    "terms",
    "appointments",
    "products",
    "orders",
    "notices",
)
"""What may be changed; the company's key and name identify its records and may not."""


def overlaid(profile: Mapping[str, Any], facts: Sequence[Piece]) -> Company:
    """The profile with the admins' facts above it. Raises pydantic's ValidationError."""
    content = copy.deepcopy(dict(profile))
    for piece in facts:
        if piece.name in SECTIONS:
            content[piece.name] = piece.body["value"]
    return Company.model_validate(content)


class CompanyDesk:
    """`profile`: the content of the profile's file."""

    def __init__(self, shelf: Shelf, profile: Callable[[], Mapping[str, Any]]) -> None:
        self._shelf = shelf
        self._profile = profile

    async def section(self, name: str) -> tuple[Any, int]:
        """A table of the profile as it is now, and its version; 0 if it is the file's own."""
        piece = await self._shelf.piece(p.FACT, name)
        if piece is not None:
            return piece.body["value"], piece.version
        return self._profile().get(name), 0

    async def set_section(self, name: str, value: Any, version: int, by: str) -> Outcome:
        """Change a table; calls hear it within seconds. What does not make a valid profile is
        refused with its place."""
        if name not in SECTIONS:
            return Refused(say("unknown", name=name), name)
        others = [each for each in await self._shelf.pieces(p.FACT) if each.name != name]
        try:
            overlaid(self._profile(), [*others, Piece(p.FACT, name, {"value": value})])
        except ValidationError as error:
            return _refused(error)
        made = await self._shelf.change([Edit(p.FACT, name, {"value": value}, version)], by)
        if isinstance(made, Clash):
            return Refused(say("clash", by=made.by) if made.by else say("gone"), clash=True)
        return Saved(made)

    async def reset_section(self, name: str, version: int, by: str) -> Outcome:
        """Back to what the profile's file says."""
        made = await self._shelf.change([Edit(p.FACT, name, None, version)], by)
        if isinstance(made, Clash):
            return Refused(say("clash", by=made.by) if made.by else say("gone"), clash=True)
        return Saved(made)

    async def import_products(self, text: str, version: int, by: str) -> Outcome:
        """All products anew from a table (see `csv_files`), or every line that is wrong."""
        products, problems = read_products(text)
        if problems:
            return Refused("\n".join(map(str, problems)), "products")
        return await self.set_section("products", products, version, by)


def _refused(error: ValidationError) -> Refused:
    problem = error.errors(include_url=False)[0]
    place = ".".join(str(x + 1 if isinstance(x, int) else x) for x in problem["loc"])
    what = problem["msg"].removeprefix("Value error, ")
    return Refused(say("fact", what=f"{place}: {what}" if place else what), place)
