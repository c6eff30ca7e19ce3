"""Callers who speak over a prompt, over real WebRTC."""

from pathlib import Path

import pytest

from ivr.app.over_line import converse
from ivr.config.webrtc import WebRtc
from ivr.lines.webrtc.dial import dial_browser_line
from ivr.web.server import serve
from tests.lines.barge_in import SAYS, Drone, assert_gave_way, interrupter
from tests.lines.webrtc.test_leg import RATE
from tests.web.calls.reception import open_front


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_prompt_gives_way_to_the_caller_s_voice(tmp_path: Path) -> None:
    party = await interrupter()
    async with (
        open_front(tmp_path, voice=Drone(RATE), heard=SAYS) as front,
        serve(front.app, "127.0.0.1", 0, "web.port") as port,
    ):
        address = f"http://127.0.0.1:{port}"
        leg = await dial_browser_line(address, WebRtc(), lambda _note: None)
        await converse(leg, party, 16_000)
        [call] = await front.store.calls()
        record = await front.store.call(call.start.call_id)
    assert record is not None
    assert_gave_way(party, record)
