"""Takes browsers' calls in, within limits, and keeps each until it has ended."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Self

from ivr.call.register import Register
from ivr.config.webrtc import WebRtc
from ivr.core.measures import Tally
from ivr.core.ports import Meter
from ivr.lines.webrtc.accept import resume
from ivr.lines.webrtc.leg import WebRtcLeg
from ivr.lines.webrtc.offer import Offer
from ivr.web.addresses import LARGE_HOME, network
from ivr.web.calls.feed import Feed
from ivr.web.calls.limits import Attempts, gives_way

log = logging.getLogger(__name__)

LINE = "webrtc"
HINT_EVERY_S = 600.0
"""Pages of strangers may ask as often as they like."""


class Refusal(StrEnum):
    """Why a call was not taken."""

    BUSY = "busy"
    """All lines are in use."""
    YOURS = "yours"
    """As many calls as allowed come from this address already."""
    OFTEN = "often"
    """Too many attempts from this address in the last minute."""
    CLOSING = "closing"
    """The program is about to stop."""
    GONE = "gone"
    """The call to come back to is over."""
    LATE = "late"
    """A later attempt to come back was faster."""


@dataclass(frozen=True, slots=True)
class Accepted:
    token: str
    """Whoever has it may come back to the call, and end it."""
    answer: str


@dataclass(slots=True)
class _Live:
    leg: WebRtcLeg
    who: str
    home: str
    """Whose place it takes until it is connected."""
    connected: bool = False
    task: asyncio.Task[None] | None = field(default=None)


class Reception:
    """All calls from browsers. Used as a context, at whose end calls still going on are cut."""

    def __init__(self, register: Register, settings: WebRtc, meter: Meter | None = None) -> None:
        self._register = register
        self._settings = settings
        self._meter = meter
        self._attempts = Attempts(settings.offers_per_minute)
        self._live: dict[str, _Live] = {}
        self._open = False
        self._hinted_at: float | None = None

    def __len__(self) -> int:
        return len(self._live)

    async def __aenter__(self) -> Self:
        self._open = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open = False
        tasks = [live.task for live in self._live.values() if live.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def ready(self) -> bool:
        """Whether somebody who called now would be taken."""
        return self._open and not self._register.draining

    async def call(self, offer: Offer, address: str) -> Accepted | Refusal:
        """Answer a browser, and take its call as soon as it is connected. Raises OfferRefused."""
        who = network(address)
        refusal = self._refusal(who)
        if refusal is not None:
            self.refused(refusal)
            return refusal
        token = secrets.token_urlsafe(32)
        leg = WebRtcLeg(self._settings)
        home = network(address, LARGE_HOME)
        self._make_room(home)
        live = self._live[token] = _Live(leg, who, home)
        try:
            answer = await resume(leg, offer)
        except BaseException:
            del self._live[token]
            raise
        live.task = asyncio.create_task(self._run(token, live), name="browser call")
        if answer is None or not self._open:
            leg.leave()
            # It may have given way while it was being answered.
            return Refusal.BUSY if self._open else Refusal.CLOSING
        return Accepted(token, answer)

    async def come_back(
        self, token: str, offer: Offer, address: str, wanted: Callable[[], Awaitable[bool]]
    ) -> Accepted | Refusal:
        """Give a call that goes on a new connection, if that is still `wanted` when it is ready.

        Raises OfferRefused.
        """
        if not self._attempts.allow(network(address), _now()):
            return Refusal.OFTEN
        leg = self._going_on(token)
        if leg is None:
            return Refusal.GONE
        answer = await resume(leg, offer, wanted)
        if answer is not None:
            return Accepted(token, answer)
        return Refusal.GONE if self._going_on(token) is None else Refusal.LATE

    def refused(self, reason: str) -> None:
        """A call is not taken, for a reason of this place or of whoever asks it."""
        log.info("a call from a browser was refused", extra={"reason": str(reason)})
        if self._meter is not None:
            self._meter.count(Tally.REFUSED_BROWSER)

    def foreign(self) -> None:
        """A call is refused because a page of another site asks for it, or seems to."""
        self.refused("origin")
        if self._hinted_at is None or _now() - self._hinted_at >= HINT_EVERY_S:
            self._hinted_at = _now()
            log.warning(
                "a call was refused because the page it came from is none of ours: a reverse proxy"
                " must pass `Host` on as it came; other sites with the button belong into [webrtc]"
                " origins"
            )

    def _going_on(self, token: str) -> WebRtcLeg | None:
        live = self._live.get(token)
        return None if live is None or live.leg.over else live.leg

    def end(self, token: str) -> None:
        """Hang up for the caller. A call that is over already may be ended once more."""
        live = self._live.get(token)
        if live is not None:
            live.leg.leave()

    def _refusal(self, who: str) -> Refusal | None:
        if not self._open or self._register.draining:
            return Refusal.CLOSING
        if not self._attempts.allow(who, _now()):
            return Refusal.OFTEN
        return self._no_line(who)

    def _no_line(self, who: str) -> Refusal | None:
        """Only those that are connected count: anybody can ask and then not come."""
        if not self._open or self._register.draining:
            return Refusal.CLOSING
        calls = [live.who for live in self._live.values() if live.connected]
        if calls.count(who) >= self._settings.max_calls_per_address:
            return Refusal.YOURS
        if len(calls) >= self._settings.max_calls:
            return Refusal.BUSY
        return None

    def _make_room(self, home: str) -> None:
        """Beside the calls, as many again may be about to connect."""
        waiting = [
            live for live in self._live.values() if not live.connected and not live.leg.over
        ]
        homes, settings = [live.home for live in waiting], self._settings
        first = gives_way(homes, home, settings.max_calls_per_address, settings.max_calls)
        if first is not None:
            waiting[first].leg.leave()

    async def _run(self, token: str, live: _Live) -> None:
        feed = Feed(live.leg.tell)
        live.leg.on_attached = feed.repeat
        try:
            if await live.leg.connected():
                await self._begin(live, feed)
        except Exception:
            # One call's fault must not reach another; the register has told and recorded it.
            log.exception("a call from a browser broke off")
        finally:
            try:
                await live.leg.hang_up()
            finally:
                del self._live[token]

    async def _begin(self, live: _Live, feed: Feed) -> None:
        """What has changed since the offer was answered counts, too."""
        refusal = self._no_line(live.who)
        if refusal is None:
            live.connected = True
            await self._register.take(live.leg, LINE, feed.observers())
            return
        self.refused(refusal)
        live.leg.tell({"type": "refused", "error": refusal.value})


def _now() -> float:
    return asyncio.get_running_loop().time()
