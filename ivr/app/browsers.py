"""The browser line as a part of the program: open while the program takes calls."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ivr.app.hotline import Hotline
from ivr.web.calls.part import calls_part
from ivr.web.calls.reception import LINE, Reception
from ivr.web.health import Ready
from ivr.web.part import Part


@dataclass(frozen=True, slots=True)
class Browsers:
    """What the pages need for calls from browsers; nothing if those are switched off."""

    parts: tuple[Part, ...] = ()
    ready: tuple[tuple[str, Ready], ...] = ()


@asynccontextmanager
async def browser_line(hotline: Hotline) -> AsyncIterator[Browsers]:
    """Take calls from browsers while inside, as far as the settings allow."""
    settings = hotline.settings.webrtc
    if not settings.enabled:
        yield Browsers()
        return
    async with Reception(hotline.register, settings, hotline.metrics) as reception:
        part = calls_part(reception, settings, hotline.company.name)
        yield Browsers((part,), ((f"line {LINE}", reception.ready),))
