"""The call page, the button for other sites, and the routes both call through, as one part."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response

from ivr.config.webrtc import WebRtc
from ivr.web.calls.api import api_router
from ivr.web.calls.ice import ice_servers
from ivr.web.calls.reception import Reception
from ivr.web.calls.requests import MOST_BYTES
from ivr.web.calls.texts import button_texts, page_texts
from ivr.web.pages import STATIC, Pages, pages_of
from ivr.web.part import Part
from ivr.web.protection import CONTENT_POLICY

_NOBODY = "frame-ancestors 'none'"
_TEXTS = "{ /* texts */ }"


def calls_part(reception: Reception, settings: WebRtc, company: str) -> Part:
    """Everything here is for strangers: no cookie is set and none is looked at."""
    public = APIRouter()
    public.include_router(api_router(reception, settings))
    framed_by = " ".join(("frame-ancestors 'self'", *settings.origins))
    policy = CONTENT_POLICY.replace(_NOBODY, framed_by)
    script = _button_script()

    @public.get("/")
    async def call_page(pages: Annotated[Pages, Depends(pages_of)], panel: str = "") -> Response:
        page = pages.fragment(
            "calls/page.html",
            texts=page_texts(company),
            ice=ice_servers(settings),
            panel=panel == "1",
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": policy})

    @public.get("/call.js")
    async def button() -> Response:
        headers = {
            "Cache-Control": "public, max-age=3600",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        return Response(script, media_type="text/javascript", headers=headers)

    return Part("calls", APIRouter(), public, largest_bodies={"/calls": MOST_BYTES})


def _button_script() -> str:
    source = (STATIC / "calls" / "call.js").read_text(encoding="utf-8")
    return source.replace(_TEXTS, json.dumps(button_texts()), 1)
