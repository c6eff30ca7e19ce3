"""Callers who speak over a prompt, by telephone."""

import pytest

from ivr.app.over_line import converse
from ivr.core.pcm import LISTEN_RATE
from ivr.speech.vad import SileroVad
from tests.lines.barge_in import SAYS, Drone, assert_gave_way, interrupter
from tests.lines.sip.house import connected, hotline, telephone


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("codec", ["g722", "pcma"])
async def test_a_prompt_gives_way_to_the_caller_s_voice(codec: str) -> None:
    """Also over the narrow band that most trunks have."""
    party = await interrupter()
    async with (
        hotline(hears=SAYS, voice=Drone(LISTEN_RATE), vad=SileroVad) as house,
        telephone(house.address, codec=codec) as phone,
    ):
        leg = await connected(phone, house.address)
        assert leg.rate == {"g722": 16_000, "pcma": 8_000}[codec]
        await converse(leg, party, LISTEN_RATE)
        (record,) = await house.records()
    assert_gave_way(party, record)
