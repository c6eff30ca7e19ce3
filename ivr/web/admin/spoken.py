"""Tries a model on the test set as the phone hears it: begun, watched, ended on its page."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from ivr.training.outcomes import Refused
from ivr.web.admin.console import Console, PagesOf, who


class SpokenPages:
    def __init__(self, console: Console) -> None:
        self._console = console

    def add_to(self, router: APIRouter) -> None:
        add = router.add_api_route
        add("/models/of/{key}/spoken", self.now, methods=["GET"])
        add("/models/of/{key}/spoken", self.start, methods=["POST"])
        add("/models/of/{key}/spoken/cancel", self.cancel, methods=["POST"])

    async def now(self, request: Request, pages: PagesOf, key: str) -> Response:
        """The part of a model's page that changes by itself; once it is over, the whole page is
        wanted anew: there are figures on it."""
        state = self._console.spoken.state
        answer = pages.page(request, "admin/spoken_now.html", key=key, state=state)
        if state is None or state.over:
            answer.headers["HX-Refresh"] = "true"
        return answer

    async def start(self, request: Request, pages: PagesOf, key: str) -> Response:
        asked = await self._console.spoken.ask(key, who(request))
        if isinstance(asked, Refused):
            return pages.page(
                request, "admin/refused.html", status=409, text=asked.text, back=_page(key)
            )
        return RedirectResponse(_page(key), 303)

    async def cancel(self, key: str) -> Response:
        self._console.spoken.cancel()
        return RedirectResponse(_page(key), 303)


def _page(key: str) -> str:
    return f"/admin/models/of/{key}#spoken"
