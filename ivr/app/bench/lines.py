"""Lines of the bench's own, on ports of their own: the telephone and the browser line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from ivr.app.bench.afar import crowd
from ivr.app.hotline import Hotline
from ivr.app.lines import calls_from
from ivr.config.webrtc import WebRtc
from ivr.lines.sip.line import open_sip_line
from ivr.web.calls.api import api_router
from ivr.web.calls.reception import Reception
from ivr.web.server import serve


@asynccontextmanager
async def browser_hotline(hotline: Hotline, *, quick: bool) -> AsyncIterator[str]:
    """The hotline's browser line; yields its address."""
    calls, _ = crowd(quick)
    limits = WebRtc(
        max_calls=calls, max_calls_per_address=calls, offers_per_minute=10_000, connect_s=60
    )
    async with Reception(hotline.register, limits, hotline.metrics) as reception:
        app = FastAPI(openapi_url=None)
        app.include_router(api_router(reception, limits))
        async with serve(app, "127.0.0.1", 0, "web.port") as port:
            yield f"webrtc:http://127.0.0.1:{port}"


@asynccontextmanager
async def telephone_hotline(hotline: Hotline, *, quick: bool) -> AsyncIterator[str]:
    """The hotline's telephone line, with the configured codecs and jitter buffer; its address."""
    calls, _ = crowd(quick)
    own = {"host": "127.0.0.1", "port": 0, "accounts": (), "dial_account": None}
    limits = {"max_calls": calls, "rings": 0}
    settings = hotline.settings.sip.model_copy(update={**own, **limits})
    async with (
        open_sip_line(settings, hotline.metrics, {}) as line,
        calls_from([line], hotline.register),
    ):
        yield line.addresses[0]
