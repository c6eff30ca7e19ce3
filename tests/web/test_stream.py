"""A page that is told only what changes shows what the server has, whatever came between."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, MutableMapping
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from ivr.call.live import LiveBoard
from ivr.core.records import CallEnd, CallRecord, CallStart, Outcome, Turn
from ivr.core.staff import Role
from ivr.store.memory import MemoryStore
from ivr.web import stream
from ivr.web.live.part import live_part
from ivr.web.server import serve
from ivr.web.stream import Screen, Streams, difference
from tests.web.shell import House, running_shell

keys = st.sampled_from("abcdef")
rows = st.lists(st.tuples(keys, st.text(max_size=3)), max_size=6).map(dict)
screens = st.builds(
    Screen,
    places=st.dictionaries(st.sampled_from(["p", "q"]), st.text(max_size=3)),
    lists=st.dictionaries(st.sampled_from(["x", "y"]), rows),
)


class Page:
    """What `static/stream.js` does, without a browser."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}
        self.lists: dict[str, dict[str, str]] = {}

    def take(self, message: Mapping[str, Any]) -> None:
        self.places |= message["places"]
        for name, change in message["lists"].items():
            known = {} if message["all"] else self.lists.get(name, {})
            self.lists[name] = {
                key: change["rows"].get(key, known.get(key)) for key in change["order"]
            }


@given(st.lists(screens, min_size=1, max_size=6))
def test_changes_lead_from_each_screen_to_the_next(shown: list[Screen]) -> None:
    page, before = Page(), None
    for screen in shown:
        message = difference(before, screen)
        if message is not None:
            page.take(json.loads(json.dumps(message)))
        before = screen
        for name, html in screen.places.items():
            assert page.places[name] == html
        for name, listed in screen.lists.items():
            assert list(page.lists[name].items()) == list(listed.items())


@given(screens)
def test_nothing_is_sent_when_nothing_changed(screen: Screen) -> None:
    assert difference(screen, screen) is None
    assert difference(None, screen) is not None


NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)


class Forever:
    """An eye that never sees a change."""

    async def changed(self) -> bool:
        await asyncio.Event().wait()
        return True


async def test_what_is_read_for_a_page_that_goes_is_read_to_its_end() -> None:
    # Else connections to the database are left lying about half open.
    begun, go_on, ended = asyncio.Event(), asyncio.Event(), list[str]()

    async def draw() -> Screen:
        begun.set()
        try:
            await go_on.wait()
        except asyncio.CancelledError:
            ended.append("cut off")
            raise
        ended.append("whole")
        return Screen()

    async def gone() -> dict[str, Any]:
        await begun.wait()
        return {"type": "http.disconnect"}

    async def send(_: MutableMapping[str, Any]) -> None:
        """Nobody listens any more."""

    scope: dict[str, Any] = {"type": "http", "asgi": {"spec_version": "2.3"}}
    answer = Streams().answer(
        Request(scope), Role.SUPERVISOR, draw, lambda: nullcontext(Forever())
    )
    streaming = asyncio.create_task(answer(scope, gone, send))
    await begun.wait()
    for _ in range(10):  # As often as the framework may have tried meanwhile.
        await asyncio.sleep(0)
    go_on.set()
    await streaming
    assert ended == ["whole"]


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[tuple[House, LiveBoard, httpx.AsyncClient]]:
    """A supervisor who is signed in at a server with a live page."""
    board = LiveBoard()
    async with running_shell(folder, [live_part(board, MemoryStore())]) as house:
        await house.add("chefin", Role.SUPERVISOR)
        async with house.browser() as browser:
            await browser.sign_in("chefin")
            cookies = {cookie.name: str(cookie.value) for cookie in browser.cookies.jar}
        async with serve(house.app, "127.0.0.1", 0, "web.port") as port:
            base = f"http://127.0.0.1:{port}"
            async with httpx.AsyncClient(base_url=base, cookies=cookies, trust_env=False) as web:
                yield house, board, web


async def messages(answer: httpx.Response) -> AsyncGenerator[dict[str, Any], None]:
    async for line in answer.aiter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


async def all_gone(board: LiveBoard) -> None:
    """The server notices a moment later that a browser has left."""
    while board.watchers():  # noqa: ASYNC110 - nobody else needs an event for it
        await asyncio.sleep(0.01)


async def test_a_page_that_was_away_is_right_when_it_is_back(tmp_path: Path) -> None:
    async with watched(tmp_path) as (_, board, web):
        first = board.watch(CallStart("c1", "m", "sip", NOON, "+49301234"))
        async with web.stream("GET", "/live/events") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            told = messages(answer)
            start = await anext(told)
            assert start["all"]
            assert list(start["lists"]["calls"]["rows"]) == ["c1"]
            assert first.on_turn is not None
            first.on_turn(Turn("caller", "Wo ist mein Paket?", 1, 2))
            change = await anext(told)
            assert (change["number"], change["all"]) == (1, False)
            assert "Wo ist mein Paket?" in change["lists"]["calls"]["rows"]["c1"]
            await told.aclose()
        # While nobody looks one call ends and another begins.
        end = CallEnd(Outcome.ANSWERED, NOON + timedelta(seconds=90))
        board.end(CallRecord(CallStart("c1", "m", "sip", NOON, "+49301234"), end=end))
        board.watch(CallStart("c2", "m", "webrtc", NOON))
        async with web.stream("GET", "/live/events") as answer:
            told = messages(answer)
            again = await anext(told)
            assert again["all"]
            assert again["lists"]["calls"]["order"] == ["c2"]
            assert again["lists"]["ended"]["order"] == ["c1"]
            assert "1:30" in again["lists"]["ended"]["rows"]["c1"]
            await told.aclose()
        await all_gone(board)


async def test_what_callers_say_is_text_and_no_page(tmp_path: Path) -> None:
    async with watched(tmp_path) as (_, board, web):
        tell = board.watch(CallStart("c1", "m", "sip", NOON, "<i>1</i>")).on_turn
        assert tell is not None
        tell(Turn("caller", "<script>alert(1)</script>", 1, 2, intent="<b>"))
        for path in ("/live", "/live/calls/c1"):
            page = (await web.get(path)).text
            assert "<script>alert" not in page
            assert "<i>1</i>" not in page
            assert "&lt;script&gt;alert(1)" in page


async def test_a_stream_ends_with_its_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_S", 0.05)
    monkeypatch.setattr(stream, "PAUSE_S", 0.01)
    async with watched(tmp_path) as (house, board, web):
        async with web.stream("GET", "/live/events") as answer:
            told = messages(answer)
            await anext(told)
            house.later(timedelta(hours=13))
            assert [message async for message in told] == []
        assert (await web.get("/live/events")).status_code == 401
        await all_gone(board)


async def test_streams_end_when_the_program_stops(tmp_path: Path) -> None:
    async with (
        watched(tmp_path) as (_, board, web),
        web.stream("GET", "/live/events") as answer,
    ):
        told = messages(answer)
        await anext(told)
        board.close()
        assert [message async for message in told] == []


async def test_streams_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST_STREAMS", 1)
    async with watched(tmp_path) as (_, board, web):
        async with web.stream("GET", "/live/events") as answer:
            told = messages(answer)
            await anext(told)
            assert (await web.get("/live/events")).status_code == 503
            await told.aclose()
        await all_gone(board)
        async with web.stream("GET", "/live/events") as answer:
            assert answer.status_code == 200


async def test_a_call_is_shown_live_and_afterwards_as_it_is_kept(tmp_path: Path) -> None:
    store, board = MemoryStore(), LiveBoard()
    start = CallStart("c1", "m", "sip", NOON, "+49301234")
    await store.begin(start)
    await store.add_turn("c1", Turn("caller", "Danke schön", 1, 2, response_s=None))
    await store.end("c1", CallEnd(Outcome.ANSWERED, NOON + timedelta(seconds=90), {}, "caller"))
    async with running_shell(tmp_path, [live_part(board, store)]) as house:
        await house.add("chefin", Role.SUPERVISOR)
        await house.add("erika", Role.AGENT)
        async with house.browser() as browser:
            await browser.sign_in("chefin")
            page = (await browser.get("/live/calls/c1")).text
            assert "Danke schön" in page
            assert "data-stream" not in page
            assert (await browser.get("/live/calls/c9")).status_code == 404
        async with house.browser() as browser:
            await browser.sign_in("erika")
            for path in ("/live", "/live/events", "/live/calls/c1", "/live/calls/c1/events"):
                assert (await browser.get(path)).status_code == 403
