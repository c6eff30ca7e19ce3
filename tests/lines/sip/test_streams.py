"""Sound between the stack and the program: on hold, and with a codec for each direction."""

from array import array
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest
from baresip import AudioInfo, Call, CallAudio

from ivr.core.pcm import frame_bytes
from ivr.lines.sip.media import Media
from ivr.lines.sip.vanished import vanished
from tests.lines.sip.house import tone


class Streams:
    """A call's two streams as the stack shows them, without a stack."""

    def __init__(self, rate: int) -> None:
        self.heard_at = self.played_at = rate
        self.heard = b""
        self.played = b""
        self.waiting = 0

    def info(self) -> AudioInfo:
        return AudioInfo(
            tx_ready=True,
            rx_ready=True,
            tx_sample_rate=self.played_at,
            tx_channels=1,
            tx_ptime_ms=20,
            rx_sample_rate=self.heard_at,
            rx_channels=1,
            tx_buffered=self.waiting,
            rx_buffered=len(self.heard),
            tx_capacity=1 << 20,
            rx_capacity=1 << 20,
        )

    def read(self, size: int) -> bytes:
        taken, self.heard = self.heard[:size], self.heard[size:]
        return taken

    def write(self, pcm: bytes) -> int:
        self.played += pcm
        return len(pcm)


def media_of(streams: Streams, *, stands_still: bool = True) -> Media:
    return Media(cast(CallAudio, streams), stands_still=stands_still)


def came(packets: int) -> Callable[[Call], int]:
    """So many packets in every call."""
    return lambda _: packets


def crossings(pcm: bytes) -> int:
    """How often a tone goes through zero: twice a period."""
    wave = array("h", pcm)
    return sum((one < 0) != (other < 0) for one, other in zip(wave, wave[1:], strict=False))


def test_a_caller_who_holds_us_brings_nothing_and_loses_nothing() -> None:
    streams = Streams(8_000)
    media = media_of(streams)
    media.held = True
    media.play(tone(8_000, 0.02))
    streams.heard = tone(8_000, 0.02)
    assert media.tick() == (b"", frame_bytes(8_000))
    assert streams.played == b""
    media.held = False
    media.tick()
    assert streams.played == tone(8_000, 0.02)


def test_whom_we_have_called_is_heard_while_they_hold_us() -> None:
    streams = Streams(8_000)
    media = media_of(streams, stands_still=False)
    media.held = True
    music = tone(8_000, 0.02)
    streams.heard = music
    assert media.tick()[0] == music
    # And time goes on where nothing comes.
    assert bytes(frame_bytes(8_000)) in b"".join(media.tick()[0] for _ in range(10))


def test_what_is_said_meanwhile_goes_by_in_its_own_time() -> None:
    streams = Streams(8_000)
    media = media_of(streams, stands_still=False)
    media.held = True
    media.play(tone(8_000, 0.06))
    assert [media.tick()[1] // frame_bytes(8_000) for _ in range(4)] == [2, 1, 0, 0]
    media.held = False
    media.tick()
    assert streams.played == b""


def test_how_long_nothing_has_come_is_counted_from_the_last_sign_of_life() -> None:
    streams = Streams(8_000)
    media = media_of(streams)
    for _ in range(150):
        media.tick()
    assert media.quiet_s == pytest.approx(3)
    streams.heard = bytes(frame_bytes(8_000))
    media.tick()
    assert media.quiet_s == 0, "silence that is sent is life"
    media.tick()
    media.alive()
    assert media.quiet_s == 0


@pytest.mark.parametrize("by_us", [False, True])
def test_who_is_off_hold_again_has_all_the_time_to_be_heard(by_us: bool) -> None:
    """The hold was longer than anybody may be silent."""
    streams = Streams(8_000)
    media = {7: media_of(streams)}

    def look(seconds: int, *, held: bool) -> int:
        """How often they have vanished in this time."""
        found = 0
        call = SimpleNamespace(is_on_hold=held and by_us, remote_on_hold=held and not by_us)
        for _ in range(seconds):
            for _ in range(50):
                media[7].tick()
            found += len(list(vanished({7: cast(Call, call)}, media, 30, came(0))))
        return found

    assert look(29, held=False) == 0
    assert look(100, held=True) == 0
    assert look(29, held=False) == 0
    assert look(2, held=False) == 1


def test_who_sends_comfort_noise_only_is_there_until_they_stop() -> None:
    """As telephones do that detect speech, some of them without a report by RTCP."""
    media = {7: media_of(Streams(8_000))}
    call = {7: cast(Call, SimpleNamespace(is_on_hold=False, remote_on_hold=False))}
    for second in range(100):
        for _ in range(50):
            media[7].tick()
        assert not list(vanished(call, media, 30, came(min(second, 70) // 10))), second
    for _ in range(50 * 2):
        media[7].tick()
    assert list(vanished(call, media, 30, came(7))) == [7]


@pytest.mark.parametrize(("heard_at", "played_at"), [(16_000, 8_000), (8_000, 16_000)])
def test_each_direction_has_its_own_codec(heard_at: int, played_at: int) -> None:
    """Half a second of a tone is one of the same pitch and length at both ends."""
    streams = Streams(8_000)
    media = media_of(streams)
    streams.heard_at, streams.played_at = heard_at, played_at
    said, came = tone(8_000, 0.5), b""
    for at in range(0, len(said), frame_bytes(8_000)):
        media.play(said[at : at + frame_bytes(8_000)])
        streams.heard = tone(heard_at, 0.02)
        came += media.tick()[0]
    for sound, rate in ((streams.played, played_at), (came, 8_000)):
        assert len(sound) == pytest.approx(rate, rel=0.1)
        assert crossings(sound) == pytest.approx(500, rel=0.1)
