"""The desk's microphone and loudspeaker as a line, for a try without a telephone."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from ivr.core.errors import LineFailed
from ivr.core.pcm import FRAME_S, LISTEN_RATE, frame_bytes

MOST_IN_FRAMES = 100
"""Two seconds of the caller that nobody took: older frames are dropped and counted."""
MOST_OUT_FRAMES = 6

_NO_PORTAUDIO = (
    "the PortAudio library is missing: install it (Debian, Ubuntu: apt-get install libportaudio2)"
    " or call with --say or --wav"
)


@dataclass(frozen=True, slots=True)
class Device:
    number: int
    name: str
    inputs: int
    outputs: int


def devices() -> list[Device]:
    """All sound devices of this machine. Raises LineFailed without PortAudio."""
    found = _sounddevice().query_devices()
    return [
        Device(number, str(item["name"]), item["max_input_channels"], item["max_output_channels"])
        for number, item in enumerate(found)
    ]


def _sounddevice() -> Any:
    try:
        # Imported late: the package needs a system library that only this line needs.
        import sounddevice  # noqa: PLC0415
    except OSError:
        raise LineFailed(_NO_PORTAUDIO) from None
    return sounddevice


class MicrophoneLeg:
    """One call at the desk; implements `ivr.core.ports.Leg`. Keys come from `press`."""

    rate = LISTEN_RATE
    caller: str | None = None
    called: str | None = None

    def __init__(self, input_device: str | None, output_device: str | None) -> None:
        """Devices by name or number; None takes the system's own. Raises LineFailed."""
        self._loop = asyncio.get_running_loop()
        self._in: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=MOST_IN_FRAMES)
        self._out: deque[bytes] = deque()
        self._room = asyncio.Event()
        self._keys: asyncio.Queue[str | None] = asyncio.Queue(maxsize=64)
        self._over = False
        self.dropped = 0
        sounddevice = _sounddevice()
        chosen = (_device(input_device), _device(output_device))
        try:
            self._stream = sounddevice.RawStream(
                samplerate=self.rate,
                blocksize=frame_bytes(self.rate) // 2,
                device=chosen,
                channels=1,
                dtype="int16",
                latency="low",
                callback=self._exchange,
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise LineFailed(
                f"no sound from these devices ({error}): choose others, see `ivr call --devices`,"
                " or call with --say or --wav"
            ) from None

    def _exchange(self, indata: Any, outdata: Any, _frames: int, _time: Any, _status: Any) -> None:
        """Called by PortAudio's own thread every 20 ms; must not wait."""
        self._loop.call_soon_threadsafe(self._take, bytes(indata))
        try:
            outdata[:] = self._out.popleft()
        except IndexError:
            outdata[:] = bytes(len(outdata))
        self._loop.call_soon_threadsafe(self._room.set)

    def _take(self, frame: bytes) -> None:
        if self._in.full():
            self._in.get_nowait()
            self.dropped += 1
        self._in.put_nowait(frame)

    async def frames(self) -> AsyncIterator[bytes]:
        while (frame := await self._in.get()) is not None:
            yield frame

    async def keys(self) -> AsyncIterator[str]:
        while (key := await self._keys.get()) is not None:
            yield key

    def press(self, key: str) -> None:
        """Press a key; more than 64 that wait are lost."""
        if not self._keys.full():
            self._keys.put_nowait(key)

    async def play(self, frame: bytes) -> None:
        while len(self._out) >= MOST_OUT_FRAMES and not self._over:
            self._room.clear()
            await self._room.wait()
        if not self._over:
            self._out.append(frame)

    def flush(self) -> None:
        self._out.clear()

    def unplayed_s(self) -> float:
        return len(self._out) * FRAME_S

    async def hang_up(self) -> None:
        if self._over:
            return
        await asyncio.sleep(self.unplayed_s())
        self._over = True
        # Stopping waits for PortAudio's thread.
        await self._loop.run_in_executor(None, self._stream.close)
        self._take_end()

    def _take_end(self) -> None:
        for queue in (self._in, self._keys):
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(None)


def _device(name: str | None) -> str | int | None:
    return int(name) if name is not None and name.isdecimal() else name
