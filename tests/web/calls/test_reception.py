"""Calls from browsers over real connections: who is taken, who comes back, who is sent away."""

import asyncio
from pathlib import Path

from ivr.core.measures import Tally
from tests.lines.webrtc.test_offer import CHROMIUM
from tests.web.calls.reception import open_front
from tests.web.calls.visitor import visitor


async def test_a_hotline_that_stops_takes_no_new_call_and_lets_live_ones_finish(
    tmp_path: Path,
) -> None:
    async with (
        open_front(tmp_path) as front,
        visitor(front) as page,
        visitor(front, "192.0.2.2") as late,
    ):
        assert await page.connect()
        async with asyncio.timeout(30):
            while not page.told("caption"):  # noqa: ASYNC110 - it has a time-out of its own
                await asyncio.sleep(0.02)
        draining = asyncio.create_task(front.register.drain(10))
        await asyncio.sleep(0)
        answer = await late.browser.post("/calls", json={"sdp": CHROMIUM})
        assert (answer.status_code, answer.json()["error"]) == (503, "closing")
        await page.until_over()
        await draining
        (call,) = await front.store.calls()
    assert call.end is not None
    assert call.end.cause == "drain"
    assert front.metrics.snapshot().tallies[Tally.REFUSED_BROWSER] == 1


async def test_who_connects_only_as_the_hotline_stops_is_told_so(tmp_path: Path) -> None:
    async with open_front(tmp_path) as front, visitor(front) as page:
        connect = await page.ask()
        await front.register.drain(0)
        await connect()
        async with asyncio.timeout(30):
            await page.until_over()
        assert page.told("refused") == [{"type": "refused", "error": "closing"}]
        assert await front.store.calls() == []
