"""`/context/…`: what a call is about, for the person at a call centre who has just been given it.

They have no account here. The link is unguessable, opens once, and soon expires; it shows no more
than the summary, and asks before it does: a telephone that looks links up must not use it up.
"""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from ivr.core.desk_store import DeskStore, Links
from ivr.web.pages import Pages, pages_of
from ivr.web.part import Part

_Pages = Annotated[Pages, Depends(pages_of)]
PATH = "/context"
LONGEST = 64
"""Characters of a link's secret part; longer ones are none of ours."""


def link_part(links: Links, store: DeskStore) -> Part:
    router = APIRouter(prefix=PATH)

    @router.get("/{token}")
    async def ask(request: Request, pages: _Pages, token: str) -> Response:
        return pages.page(request, "desk/context.html", asks=True, waiting=None)

    @router.post("/{token}")
    async def show(request: Request, pages: _Pages, token: str) -> Response:
        call_id = None
        if len(token) <= LONGEST:
            call_id = await links.open(token, datetime.now(UTC))
        wait = await store.wait_of(call_id) if call_id is not None else None
        return pages.page(
            request,
            "desk/context.html",
            status=404 if wait is None else 200,
            asks=False,
            waiting=None if wait is None else wait.waiting,
        )

    return Part("context", router)
