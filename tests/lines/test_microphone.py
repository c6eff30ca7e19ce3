"""The desk's devices over PortAudio and ALSA, without a sound card."""

import asyncio
import sys

import pytest

from ivr.core.errors import LineFailed
from ivr.core.pcm import frame_bytes
from ivr.lines.microphone import MOST_IN_FRAMES, MicrophoneLeg, check_devices, devices


@pytest.mark.usefixtures("null_sound")
def test_devices_are_listed_by_the_number_they_are_chosen_by() -> None:
    (device,) = devices()
    assert device.inputs > 0
    assert device.outputs > 0
    check_devices(str(device.number), device.name)
    check_devices(None, None)


@pytest.mark.usefixtures("null_sound")
@pytest.mark.parametrize("name", ["Headset 3000", "77"])
def test_an_unknown_device_is_named_with_what_to_do(name: str) -> None:
    with pytest.raises(LineFailed, match="ivr call --devices") as refused:
        check_devices(name, None)
    assert name in str(refused.value)


@pytest.mark.usefixtures("no_sound")
def test_a_machine_without_sound_is_told_in_one_line() -> None:
    with pytest.raises(LineFailed, match="--say") as refused:
        check_devices(None, None)
    assert "\n" not in str(refused.value)


@pytest.mark.usefixtures("no_sound")
async def test_a_leg_without_a_device_says_the_same() -> None:
    with pytest.raises(LineFailed, match="--say"):
        MicrophoneLeg(None, None)


def test_a_missing_portaudio_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(LineFailed, match="libportaudio2"):
        devices()


@pytest.mark.usefixtures("null_sound")
async def test_what_nobody_takes_is_dropped_oldest_first_and_counted() -> None:
    leg = MicrophoneLeg(None, None)
    try:
        # The null device gives frames as fast as they are taken.
        async with asyncio.timeout(10):
            while not leg.dropped:  # noqa: ASYNC110 - counted by another thread
                await asyncio.sleep(0.01)
    finally:
        await leg.hang_up()
    waiting = [frame async for frame in leg.frames()]
    assert len(waiting) <= MOST_IN_FRAMES


@pytest.mark.usefixtures("null_sound")
async def test_the_caller_at_the_desk_presses_keys_and_hangs_up() -> None:
    leg = MicrophoneLeg(None, None)
    try:
        for key in "47#":
            leg.press(key)
        leg.leave()
        assert [key async for key in leg.keys()] == ["4", "7", "#"]  # noqa: SIM118
        assert [frame async for frame in leg.frames()] == []
        await leg.play(bytes(frame_bytes(leg.rate)))
        assert leg.unplayed_s() == 0
    finally:
        await leg.hang_up()
