"""What a call's sound becomes where the stack brings too little, too much, or nothing."""

from collections import deque
from collections.abc import Iterable
from typing import Any, cast

import pytest
from baresip.audio import AudioInfo

from ivr.core.pcm import frame_bytes
from ivr.lines.sip.media import Media

RATE = 8_000
FRAME = frame_bytes(RATE)
SOUND = b"\1" * FRAME


class Streams:
    """A call's sound at the stack: what each tick brings, and what is sent."""

    def __init__(self, brings: Iterable[int] = ()) -> None:
        self._brings = deque(brings)
        self.ready = 0
        self.to_send = 0

    def info(self) -> AudioInfo:
        self.ready = self._brings.popleft() * FRAME if self._brings else 0
        self.to_send = max(0, self.to_send - FRAME)
        rates: dict[str, Any] = {"tx_sample_rate": RATE, "rx_sample_rate": RATE}
        sizes: dict[str, Any] = {"tx_capacity": 1 << 16, "rx_capacity": 1 << 16}
        return AudioInfo(
            tx_ready=True,
            rx_ready=True,
            tx_channels=1,
            tx_ptime_ms=20,
            rx_channels=1,
            tx_buffered=self.to_send,
            rx_buffered=self.ready,
            **rates,
            **sizes,
        )

    def read(self, most: int) -> bytes:
        return SOUND * (min(most, self.ready) // FRAME)

    def write(self, pcm: bytes) -> int:
        self.to_send += len(pcm)
        return len(pcm)

    def flush_tx(self) -> None:
        self.to_send = 0


def media_of(streams: Streams) -> Media:
    return Media(cast("Any", streams))


def heard(brings: Iterable[int]) -> bytes:
    """What comes of these frames a tick. The first tick of all only asks for the rate."""
    brings = list(brings)
    media = media_of(Streams([0, *brings]))
    return b"".join(media.tick()[0] for _ in brings)


@pytest.mark.parametrize("lost", [1, 2, 3, 4, 20])
def test_what_is_lost_costs_the_call_no_time(lost: int) -> None:
    """Again and again: a call must not fall behind the clock by every gap."""
    brings = ([1] * 30 + [0] * lost) * 20
    assert len(brings) * FRAME - 3 * FRAME <= len(heard(brings)) <= len(brings) * FRAME


def test_sound_that_is_only_late_is_not_torn_apart() -> None:
    assert heard([1] * 10 + [0, 0, 3] * 10) == SOUND * 40


def test_a_telephone_that_is_faster_saves_up_nothing() -> None:
    """A gap is silence at once, not after all that its clock has gained."""
    brings = [1, 1, 2] * 100 + [0] * 50
    assert heard(brings).count(bytes(FRAME)) >= 40
