"""The supervisors' pages: all calls at a glance, and one call's conversation."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from ivr.call.live import LiveBoard
from ivr.core.errors import StoreUnavailable
from ivr.core.ports import Store
from ivr.core.records import CallRecord
from ivr.core.staff import Role
from ivr.web.live.view import board_screen, call_screen, ended_rows, merged
from ivr.web.pages import Pages, pages_of
from ivr.web.part import NavEntry, Part
from ivr.web.staff.guard import require
from ivr.web.stream import Screen, Streams
from ivr.web.texts import N_, spoken
from ivr.web.texts import gettext as _

MOST_ENDED = 50
_FRESH_S = 30.0
_Pages = Annotated[Pages, Depends(pages_of)]


@dataclass(frozen=True, slots=True)
class _Over:
    """The calls that are over, as all watchers see them until something changes."""

    key: tuple[object, ...]
    at: float
    records: Sequence[CallRecord]
    rows: Mapping[str, str]


class _Live:
    def __init__(self, board: LiveBoard, store: Store) -> None:
        self.board = board
        self._store = store
        self._over: _Over | None = None
        self.streams = Streams()

    async def overview(self, pages: Pages) -> Screen:
        over = await self._calls_over(pages)
        return board_screen(pages, self.board.calls(), over.records, over.rows)

    async def _calls_over(self, pages: Pages) -> _Over:
        """Asked for several times a second by each watcher, so the database is asked only when a
        call has ended here, or after a while, for another program's calls."""
        key = (*(record.start.call_id for record in self.board.ended()), spoken())
        now = asyncio.get_running_loop().time()
        over = self._over
        if over is None or over.key != key or now - over.at > _FRESH_S:
            records = await self._ended()
            over = self._over = _Over(key, now, records, ended_rows(pages, records))
        return over

    async def call(self, pages: Pages, call_id: str) -> Screen | None:
        live = self.board.call(call_id)
        record = None if live else await self._store.call(call_id)
        if live is None and record is None:
            return None
        return call_screen(pages, live, record)

    async def _ended(self) -> Sequence[CallRecord]:
        """Without the database, those that ended since the program started."""
        try:
            stored = await self._store.calls(2 * MOST_ENDED)
        except StoreUnavailable:
            stored = ()
        return merged(self.board, stored, MOST_ENDED)


def live_part(board: LiveBoard, store: Store) -> Part:
    """`/live` for supervisors."""
    live = _Live(board, store)
    router = APIRouter(prefix="/live", dependencies=[Depends(require(Role.SUPERVISOR))])

    @router.get("")
    async def overview(request: Request, pages: _Pages) -> Response:
        screen = await live.overview(pages)
        return pages.page(request, "live/overview.html", screen=screen)

    @router.get("/events")
    async def events(request: Request, pages: _Pages) -> Response:
        return live.streams.answer(
            request, Role.SUPERVISOR, lambda: live.overview(pages), board.watching
        )

    @router.get("/calls/{call_id}")
    async def call(request: Request, pages: _Pages, call_id: str) -> Response:
        screen = await live.call(pages, call_id)
        if screen is None:
            raise HTTPException(404, _("Diesen Anruf gibt es nicht (mehr)."))
        going_on = board.call(call_id) is not None
        return pages.page(
            request, "live/call.html", screen=screen, call_id=call_id, going_on=going_on
        )

    @router.get("/calls/{call_id}/events")
    async def call_events(request: Request, pages: _Pages, call_id: str) -> Response:
        async def draw() -> Screen:
            return await live.call(pages, call_id) or Screen()

        return live.streams.answer(request, Role.SUPERVISOR, draw, board.watching)

    return Part("live", router, nav=(NavEntry("/live", N_("Live"), Role.SUPERVISOR),))
