"""What the figures and the log tell of how well a telephone call could be heard."""

import logging
import random

import pytest
from baresip import CallStats

from ivr.config.sip import Sip
from ivr.core.measures import Tally, Timing
from ivr.core.pcm import FRAME_S
from ivr.lines.sip.quality import Quality, account_for
from ivr.lines.sip.stack_events import quality_of
from ivr.observe.metrics import Metrics
from tests.lines.sip.house import hotline, tone
from tests.lines.sip.packets import RATE, over_a_bad_network, packet_phone, packets_of


def test_what_the_stack_tells_is_taken_where_it_is_surest() -> None:
    stats = CallStats(rx_packets=90, tx_packets=100, rx_lost=3, jbuf_lost=10, tx_lost=-2)
    told = Quality(**quality_of(stats))
    assert (told.came, told.lost, told.sent, told.lost_there) == (90, 10, 100, 0)
    told = Quality(**quality_of(CallStats(tx_packets=100, rx_lost=3, rx_jitter_ms=20)))
    assert (told.lost, told.jitter_s) == (3, 0.02)
    told = Quality(**quality_of(CallStats(rx_packets=90, tx_packets=100, jbuf_lost=40_000)))
    assert told.lost == 100, "somebody else goes on with numbers of their own"
    assert Quality(**quality_of(None)) == Quality()


@pytest.mark.parametrize(
    ("quality", "percents"),
    [
        (Quality(came=950, lost=50, sent=1000), (5.0, 0.0)),
        (Quality(came=1000, sent=1000, lost_there=200), (0.0, 20.0)),
        (Quality(came=980, lost=20, sent=1000, lost_there=20), None),
        (Quality(came=50, lost=50), None),
        (Quality(), None),
    ],
)
def test_the_log_names_a_call_that_was_hard_to_hear(
    quality: Quality, percents: tuple[float, float] | None, caplog: pytest.LogCaptureFixture
) -> None:
    metrics = Metrics()
    account_for(quality, metrics, "7@pbx")
    told = [
        (vars(each)["lost_percent"], vars(each)["lost_there_percent"], vars(each)["sip_call"])
        for each in caplog.records
        if each.levelno == logging.WARNING
    ]
    assert told == ([(*percents, "7@pbx")] if percents else [])
    tallies = metrics.snapshot().tallies
    assert tallies[Tally.PACKETS_LOST_FROM_PARTIES] == quality.lost
    assert tallies[Tally.PACKETS_LOST_TO_PARTIES] == quality.lost_there


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("lost", [0.0, 0.2])
async def test_what_a_network_loses_is_counted_and_what_nobody_said_is_not(lost: float) -> None:
    spoken = [tone(RATE, FRAME_S)] * 150
    whole = packets_of([*spoken, *[None] * 75, *spoken])
    network = random.Random(7)  # noqa: S311 - the same losses each time
    sent = over_a_bad_network(whole, network, lost=lost, late_s=0.0)
    async with hotline(Sip(port=0)) as house:
        async with packet_phone(house.line.port) as phone:
            # What is sent before the call's sound is up is nobody's loss.
            await anext(phone.frames())
            await phone.send(sent)
        await house.records()
        found = house.metrics.snapshot()
    assert len(sent) * 0.97 <= found.tallies[Tally.PACKETS_FROM_PARTIES] <= len(sent)
    # The comfort noise, which is no sound, leaves a gap as well.
    missing = len(whole) - len(sent)
    counted = found.tallies[Tally.PACKETS_LOST_FROM_PARTIES]
    assert missing * 0.8 <= counted <= missing * 1.1 + 5
    assert found.timings[Timing.JITTER].count == 1
