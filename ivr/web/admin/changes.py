"""Pages about what was changed: who, when, what; and the way back, for one thing or for all that
was changed together."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from ivr.core.training import Change, Save
from ivr.training.outcomes import Refused
from ivr.training.pieces import IMPORT, UNDO
from ivr.web.admin.console import SHIPPED, Console, PagesOf, missing, shown, who
from ivr.web.admin.labels import FIELDS, KINDS
from ivr.web.texts import N_

SAVES = 30
"""On a page."""
CHANGES = 50
"""Of one save or of one piece, on a page."""
_FEW = 5
"""So many changes of a save are shown in the list."""
REASONS = {IMPORT: N_("Import"), UNDO: N_("zurückgenommen")}


class ChangePages:
    def __init__(self, console: Console) -> None:
        self._console = console

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/changes", self.listed, methods=["GET"])
        router.add_api_route("/changes/of/{number}", self.together, methods=["GET"])
        router.add_api_route("/changes/undo", self.undo, methods=["POST"])

    async def listed(
        self,
        request: Request,
        pages: PagesOf,
        kind: str = "",
        name: str = "",
        before: int | None = None,
    ) -> Response:
        """All that was changed together, newest first; with `kind` or `name` single changes."""
        if kind or name:
            return await self._about(request, pages, kind, name, before)
        past = self._console.content.past
        saves = await past.saves(SAVES + 1, before, without=SHIPPED)
        on_page = saves[:SAVES]
        few = await past.made_in([save for save in on_page if save.count <= _FEW])
        return pages.page(
            request,
            "admin/changes.html",
            saves=_with_changes(on_page, few),
            older=on_page[-1].number if len(saves) > SAVES else None,
            labels=(KINDS, FIELDS),
            reasons=REASONS,
        )

    async def _about(
        self, request: Request, pages: PagesOf, kind: str, name: str, before: int | None
    ) -> Response:
        """What was changed of one piece, from when it was shipped on."""
        past = self._console.content.past
        changes = await past.changes(kind or None, name or None, CHANGES + 1, before)
        older = changes[CHANGES - 1].number if len(changes) > CHANGES else None
        return pages.page(
            request,
            "admin/changes_of.html",
            changes=shown(changes[:CHANGES]),
            kind=kind,
            name=name,
            older=older and urlencode({"kind": kind, "name": name, "before": older}),
            labels=(KINDS, FIELDS),
            save=None,
        )

    async def together(
        self, request: Request, pages: PagesOf, number: int, before: int | None = None
    ) -> Response:
        """What was changed together with one change."""
        made = await self._console.content.past.together_with(number)
        if not made:
            raise missing()
        rest = [each for each in made if before is None or each.number < before]
        older = rest[CHANGES - 1].number if len(rest) > CHANGES else None
        return pages.page(
            request,
            "admin/changes_of.html",
            changes=shown(rest[:CHANGES]),
            kind="",
            name="",
            older=older and urlencode({"before": older}),
            labels=(KINDS, FIELDS),
            save=made[0],
            count=len(made),
            reasons=REASONS,
        )

    async def undo(
        self,
        request: Request,
        pages: PagesOf,
        number: Annotated[int, Form(ge=1)],
        whole: Annotated[bool, Form()] = False,
        back: Annotated[str, Form(pattern=r"^/admin/[a-z_/0-9?=&]*$")] = "/admin/changes",
    ) -> Response:
        """Take a change back, or all that was changed together with it: all of it or nothing."""
        outcome = await self._console.content.past.undo(number, who(request), whole=whole)
        if isinstance(outcome, Refused):
            return pages.page(
                request, "admin/refused.html", status=409, text=outcome.text, back=back
            )
        if any(change.after is None for change in outcome.changes):
            # The page of what is gone again is gone as well.
            back = "/admin/changes"
        return RedirectResponse(f"{back}{'&' if '?' in back else '?'}undone=1", 303)


def _with_changes(
    saves: Sequence[Save], changes: Sequence[Change]
) -> list[tuple[Save, list[object]]]:
    """Each save with its changes, if those are few."""
    by_save: dict[tuple[datetime, str], list[Change]] = defaultdict(list)
    for each in changes:
        by_save[each.at, each.by].append(each)
    return [(save, list(shown(by_save.get((save.at, save.by), ())))) for save in saves]
