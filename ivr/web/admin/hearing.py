"""As the phone hears it: have examples spoken, watch, end it, let go of what came of it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from ivr.training import pieces as p
from ivr.training.examples import marked
from ivr.training.outcomes import Refused
from ivr.web.admin.conflicts import answered
from ivr.web.admin.console import Console, PagesOf, missing, who

Name = Annotated[str, Form(max_length=200)]


class HearingPages:
    """An intent's name, or none for all of them."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def add_to(self, router: APIRouter) -> None:
        add = router.add_api_route
        add("/hearing", self.now, methods=["GET"])
        add("/hearing/start", self.start, methods=["POST"])
        add("/hearing/cancel", self.cancel, methods=["POST"])
        add("/hearing/forget", self.forget, methods=["POST"])
        add("/intents/{name:path}/heard/drop", self.drop, methods=["POST"])

    async def now(self, request: Request, pages: PagesOf, about: str = "") -> Response:
        """The part of a page that changes by itself."""
        lines = await self._console.content.intents()
        chosen = [line for line in lines if not about or line.name == about]
        return pages.page(
            request,
            "admin/hearing_now.html",
            about=about,
            heard=sum(line.heard for line in chosen),
            examples=sum(line.examples for line in chosen),
            state=self._console.hearing.state,
        )

    async def start(self, request: Request, pages: PagesOf, intent: Name = "") -> Response:
        back = _back(intent)
        asked = await self._console.hearing.ask([intent] if intent else [], who(request))
        if isinstance(asked, Refused):
            return pages.page(
                request, "admin/refused.html", status=409, text=asked.text, back=back
            )
        return RedirectResponse(back, 303)

    async def cancel(self, intent: Name = "") -> Response:
        self._console.hearing.cancel()
        return RedirectResponse(_back(intent), 303)

    async def forget(self, request: Request, intent: Name = "") -> Response:
        await self._console.hearing.forget([intent] if intent else [], who(request))
        return RedirectResponse(_back(intent), 303)

    async def drop(
        self,
        request: Request,
        pages: PagesOf,
        name: str,
        version: Annotated[int, Form(ge=0)],
        text: Annotated[str, Form(max_length=2000)],
    ) -> Response:
        """Let go of one variant."""
        page = await self._console.content.intent(name)
        if page is None:
            raise missing()
        left = [each for each in page.heard if marked(each) != text]
        outcome = await self._console.content.set_heard(name, left, who(request), version)
        piece, back = (p.INTENT, name, version), _back(name)
        return await answered(self._console, request, pages, outcome, back, piece)


def _back(intent: str) -> str:
    return f"/admin/intents/{intent}" if intent else "/admin/intents"
