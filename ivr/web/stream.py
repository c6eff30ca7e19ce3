"""Pages that stay up to date by themselves: server-sent events (HTML standard, section 9.2).

A page is a *screen*: places with HTML, and lists whose rows have keys. What is sent is only what
has changed since the last message of the same stream; the first message of each stream is the
whole screen, so a page that was cut off is right again as soon as it is back. Messages are
numbered: a page that misses one asks anew (`static/stream.js`).
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from anyio import CancelScope
from fastapi import HTTPException, Request
from fastapi.responses import StreamingResponse

from ivr.core.errors import StoreUnavailable
from ivr.core.staff import Role
from ivr.web.staff.guard import signed_in

T = TypeVar("T")

MOST_STREAMS = 200
"""In the whole program; who comes then is told to try later."""
HEARTBEAT_S = 15.0
"""Proxies cut what is silent for longer, and a session that has ended is noticed then."""
PAUSE_S = 0.25
"""Between two messages: faster changes become one."""
_HEADERS = {"X-Accel-Buffering": "no"}


@dataclass(frozen=True, slots=True)
class Screen:
    """What a page shows: by the ids of its elements."""

    places: Mapping[str, str] = field(default_factory=dict)
    """HTML."""
    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """For each list the HTML of its rows by key, in order. Each row is one element, which carries
    its key as `data-row`."""


class Eye(Protocol):
    """Knows when there is something new to draw."""

    async def changed(self) -> bool:
        """Wait for the next change; False if there will be none any more."""
        ...


class Streams:
    """Hands out the streams of all pages, and counts them."""

    def __init__(self) -> None:
        self._open = 0

    def answer(
        self,
        request: Request,
        role: Role,
        draw: Callable[[], Awaitable[Screen]],
        watching: Callable[[], AbstractContextManager[Eye]],
    ) -> StreamingResponse:
        """The stream of the screen that `draw` makes, for as long as who asks is in `role`.

        `watching` is entered for as long as the stream lasts. Raises HTTPException 503 beyond
        `MOST_STREAMS`.
        """
        if self._open >= MOST_STREAMS:
            raise HTTPException(503)
        content = self._events(request, role, draw, watching)
        return StreamingResponse(content, media_type="text/event-stream", headers=_HEADERS)

    async def _events(
        self,
        request: Request,
        role: Role,
        draw: Callable[[], Awaitable[Screen]],
        watching: Callable[[], AbstractContextManager[Eye]],
    ) -> AsyncIterator[str]:
        self._open += 1
        try:
            with watching() as eye:
                number, shown = 0, await _whole(draw())
                yield _event(number, difference(None, shown))
                async for _ in _looks(eye, request, role):
                    before, shown = shown, await _whole(draw())
                    changes = difference(before, shown)
                    if changes is None:
                        yield ": still here\n\n"
                        continue
                    number += 1
                    yield _event(number, changes)
        except StoreUnavailable:
            # The page comes back by itself, and is told the reason if it stays so.
            return
        finally:
            self._open -= 1


async def _whole(work: Awaitable[T]) -> T:
    """Do it to its end, even if the page goes meanwhile.

    The framework cancels such a stream again and again until it is over, and no connection to a
    database that is just being opened or closed gets over that.
    """
    with CancelScope(shield=True):
        return await work
    raise RuntimeError("nobody cancels this scope")


def difference(before: Screen | None, now: Screen) -> dict[str, object] | None:
    """What turns one screen into the other; None if nothing does. All of it if there was none."""
    old = before or Screen()
    places = {key: html for key, html in now.places.items() if old.places.get(key) != html}
    lists = {}
    for name, rows in now.lists.items():
        known = old.lists.get(name)
        if known is None or list(known.items()) != list(rows.items()):
            fresh = {key: html for key, html in rows.items() if (known or {}).get(key) != html}
            lists[name] = {"order": list(rows), "rows": fresh}
    if before is not None and not places and not lists:
        return None
    return {"all": before is None, "places": places, "lists": lists}


async def _looks(eye: Eye, request: Request, role: Role) -> AsyncIterator[None]:
    """One for each change, or each heartbeat without one, while the session lasts."""
    loop = asyncio.get_running_loop()
    checked = loop.time()
    while True:
        try:
            async with asyncio.timeout(HEARTBEAT_S):
                if not await eye.changed():
                    return
        except TimeoutError:
            pass
        if loop.time() - checked >= HEARTBEAT_S:
            checked = loop.time()
            person = await _whole(signed_in(request))
            if person is None or not person.role.covers(role):
                return
        yield
        await asyncio.sleep(PAUSE_S)


def _event(number: int, changes: dict[str, object] | None) -> str:
    message = {"number": number, "now": time.time(), **(changes or {})}
    data = json.dumps(message, ensure_ascii=False)
    return f"event: screen\nid: {number}\ndata: {data}\n\n"
