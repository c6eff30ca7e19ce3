"""The desk's microphone and loudspeaker as a line, for a try without a telephone."""

import asyncio
import importlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ivr.core.errors import LineFailed
from ivr.core.pcm import FRAME_S, LISTEN_RATE, SAMPLE_BYTES, frame_bytes

MOST_IN_FRAMES = 100
"""Two seconds of the caller that nobody took: older frames are dropped and counted."""
MOST_OUT_FRAMES = 6
"""How many frames a speaker may be ahead of what sounds."""
_OTHERS = "choose others, see `ivr call --devices`, or call with --say or --wav"

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
    sounddevice = _sounddevice()
    try:
        found = sounddevice.query_devices()
    except sounddevice.PortAudioError as error:
        raise LineFailed(f"the sound system does not answer: {error}") from None
    return [
        Device(number, str(item["name"]), item["max_input_channels"], item["max_output_channels"])
        for number, item in enumerate(found)
    ]


def check_devices(input_device: str | None, output_device: str | None) -> None:
    """Raises LineFailed if a call with these devices cannot begin. Opens nothing."""
    if not devices():
        raise LineFailed(
            "this machine has no sound devices: connect a headset, or call with --say or --wav"
        )
    sounddevice = _sounddevice()
    try:
        for device, check in (
            (input_device, sounddevice.check_input_settings),
            (output_device, sounddevice.check_output_settings),
        ):
            check(_device(device), channels=1, dtype="int16", samplerate=LISTEN_RATE)
    except (sounddevice.PortAudioError, ValueError) as error:
        raise LineFailed(f"no sound from these devices ({error}): {_OTHERS}") from None


def _sounddevice() -> Any:
    try:
        # Imported late: the package needs a system library that only this line needs.
        return importlib.import_module("sounddevice")
    except OSError:
        raise LineFailed(_NO_PORTAUDIO) from None


class MicrophoneLeg:
    """One call at the desk; implements `ivr.core.ports.Leg`.

    The party is whoever sits there: keys come from `press`, their hang-up from `leave`. A device
    that is pulled out ends the call like a hang-up.
    """

    rate = LISTEN_RATE
    caller: str | None = None
    called: str | None = None

    def __init__(self, input_device: str | None, output_device: str | None) -> None:
        """Devices by name or number; None takes the system's own. Raises LineFailed."""
        self._loop = asyncio.get_running_loop()
        # The two deques are shared with PortAudio's thread; each of their methods is atomic.
        self._in: deque[bytes] = deque(maxlen=MOST_IN_FRAMES)
        self._out: deque[bytes] = deque()
        self._moved = asyncio.Event()
        self._told = False
        self._keys: asyncio.Queue[str | None] = asyncio.Queue(maxsize=64)
        self._over = False
        self._closing: asyncio.Future[None] | None = None
        self.dropped = 0
        """Frames of the caller that nobody took in time."""
        sounddevice = _sounddevice()
        chosen = (_device(input_device), _device(output_device))
        try:
            self._stream = sounddevice.RawStream(
                samplerate=self.rate,
                blocksize=frame_bytes(self.rate) // SAMPLE_BYTES,
                device=chosen,
                channels=1,
                dtype="int16",
                latency="low",
                callback=self._exchange,
                finished_callback=self._finished,
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise LineFailed(f"no sound from these devices ({error}): {_OTHERS}") from None

    def _exchange(self, indata: Any, outdata: Any, _frames: int, _time: Any, _status: Any) -> None:
        """Called by PortAudio's own thread every 20 ms; must not wait."""
        if len(self._in) == MOST_IN_FRAMES:
            self.dropped += 1
        self._in.append(bytes(indata))
        try:
            outdata[:] = self._out.popleft()
        except IndexError:
            outdata[:] = bytes(len(outdata))
        self._tell(self._wake)

    def _finished(self) -> None:
        """Called by PortAudio's thread when the stream has stopped, for whatever reason."""
        self._told = False
        self._tell(self._end)

    def _tell(self, what: Callable[[], None]) -> None:
        """One call at a time waits for the loop, however late it is."""
        if not self._told:
            self._told = True
            # A loop that is closed has nobody left to be told.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(what)

    def _wake(self) -> None:
        self._told = False
        self._moved.set()

    def _end(self) -> None:
        if self._over:
            return
        self._over = True
        self._out.clear()
        self._moved.set()
        if self._keys.full():
            self._keys.get_nowait()
        self._keys.put_nowait(None)

    async def frames(self) -> AsyncIterator[bytes]:
        while not self._over:
            while self._in and not self._over:
                yield self._in.popleft()
            await self._move()

    async def _move(self) -> None:
        """Wait until sound has come in and gone out, or the call is over."""
        if not self._over:
            self._moved.clear()
            await self._moved.wait()

    async def keys(self) -> AsyncIterator[str]:
        while (key := await self._keys.get()) is not None:
            yield key

    def press(self, key: str) -> None:
        """Press a key; more than 64 that wait are lost."""
        if not self._keys.full():
            self._keys.put_nowait(key)

    def leave(self) -> None:
        """Hang up as the caller."""
        self._end()

    async def play(self, frame: bytes) -> None:
        while len(self._out) >= MOST_OUT_FRAMES and not self._over:
            await self._move()
        if not self._over:
            self._out.append(frame)

    def flush(self) -> None:
        self._out.clear()

    def unplayed_s(self) -> float:
        return len(self._out) * FRAME_S

    async def hang_up(self) -> None:
        await asyncio.sleep(self.unplayed_s())
        self._end()
        if self._closing is None:
            # Closing waits for PortAudio's thread.
            self._closing = self._loop.run_in_executor(None, self._stream.close)
        await asyncio.shield(self._closing)


def _device(name: str | None) -> str | int | None:
    return int(name) if name is not None and name.isdecimal() else name
