"""A browser at the call page, as far as the hotline sees it: offers, answers, sound and notes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from ivr.config.webrtc import WebRtc
from ivr.lines.webrtc.leg import Note, WebRtcLeg
from tests.web.calls.reception import Front


@dataclass
class Visitor:
    """One page."""

    browser: httpx.AsyncClient
    leg: WebRtcLeg = field(default_factory=lambda: WebRtcLeg(WebRtc()))
    token: str | None = None
    notes: list[Note] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.leg.on_note = self.notes.append

    async def ask(self) -> Callable[[], Awaitable[bool]]:
        """Call, or come back with the token; what connects with the answer, and says whether
        sound goes both ways then."""
        peer = self.leg.make_peer()
        body = {"sdp": await peer.offer(), "token": self.token}
        told = (await self.browser.post("/calls", json=body)).json()
        self.token = told["token"]

        async def connect() -> bool:
            await peer.accepted(told["sdp"])
            self.leg.attach(peer)
            return await self.leg.connected()

        return connect

    async def connect(self) -> bool:
        connect = await self.ask()
        return await connect()

    async def until_over(self) -> None:
        """Until the hotline has hung up."""
        async for _ in self.leg.frames():
            pass

    def told(self, kind: str) -> list[Note]:
        return [note for note in self.notes if note.get("type") == kind]


@asynccontextmanager
async def visitor(front: Front, address: str = "192.0.2.1") -> AsyncIterator[Visitor]:
    transport = httpx.ASGITransport(front.app, client=(address, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://hotline.test") as browser:
        page = Visitor(browser)
        try:
            yield page
        finally:
            await page.leg.hang_up()
