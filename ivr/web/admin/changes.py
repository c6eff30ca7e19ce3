"""Pages about what was changed: who, when, what; and the way back."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from ivr.training.outcomes import Refused
from ivr.web.admin.console import Console, PagesOf, shown, who
from ivr.web.admin.labels import FIELDS, KINDS


class ChangePages:
    def __init__(self, console: Console) -> None:
        self._console = console

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/changes", self.listed, methods=["GET"])
        router.add_api_route("/changes/undo", self.undo, methods=["POST"])

    async def listed(
        self, request: Request, pages: PagesOf, kind: str = "", name: str = ""
    ) -> Response:
        changes = await self._console.content.history(kind or None, name or None)
        return pages.page(
            request,
            "admin/changes.html",
            changes=shown([each for each in changes if each.by != "nlu/"]),
            kind=kind,
            name=name,
            labels=(KINDS, FIELDS),
        )

    async def undo(
        self,
        request: Request,
        pages: PagesOf,
        numbers: Annotated[str, Form(pattern=r"^\d{1,12}(-\d{1,12}){0,50}$")],
        back: Annotated[str, Form(pattern=r"^/admin/[a-z_/0-9?=&]*$")] = "/admin/changes",
    ) -> Response:
        """Take changes back, the newest first, until one cannot be."""
        for number in sorted(map(int, numbers.split("-")), reverse=True):
            outcome = await self._console.content.undo(number, who(request))
            if isinstance(outcome, Refused):
                return pages.page(
                    request, "admin/refused.html", status=409, text=outcome.text, back=back
                )
            if any(change.after is None for change in outcome.changes):
                # The page of what is gone again is gone as well.
                back = "/admin/changes"
        return RedirectResponse(f"{back}{'&' if '?' in back else '?'}undone=1", 303)
