"""Carries sound between the SIP stack and the program, 20 ms at a time, in the stack's process."""

import asyncio
from collections.abc import Iterator

from baresip import AudioInfo, AudioNotActive, AudioRestarted, CallAudio

from ivr.audio.framing import Framer
from ivr.audio.resample import Resampler
from ivr.core.beat import Beat
from ivr.core.pcm import FRAME_S, LINE_RATES, frame_bytes
from ivr.lines.sip.wire import Sound, sounds

_AHEAD_FRAMES = 3
"""Frames given to the stack before they sound: what a late tick of ours may cost."""
_GAP_FRAMES = 3
"""So many missing frames are waited for before silence stands in for them."""
_STEADY_FRAMES = 10
"""After so many frames without a gap nothing is on its way that was sent before it."""
_BURST_FRAMES = 5
"""At most so many frames go on at once after a delay."""
_BACKLOG = 1 << 20
"""Bytes that may wait for a program that does not read; beyond them sound is dropped."""


class Media:
    """One call's sound. The rate stays what it was at the start, whatever is negotiated later."""

    def __init__(self, audio: CallAudio, *, stands_still: bool = True) -> None:
        """`stands_still`: so does time while the party holds us; else what their telephone plays
        goes on, and what we say to them goes by unheard."""
        self._audio = audio
        self._stands_still = stands_still
        self.held = False
        """Whether the party holds us."""
        self.taken = 0
        self.flushes = 0
        self._quiet = 0
        self._to_play = bytearray()
        self._pause = 0
        self._missing = 0
        self._packets = 0
        self._steady = 0
        """Ticks with sound since there was none."""
        self._owed = 0
        """Frames that time has brought and nobody has been given: then the call's time is late."""
        self.rate = self._probe() or 8_000
        # A telephone may send with one codec and take another.
        self._heard_at = self._played_at = self.rate
        self._framer = Framer(frame_bytes(self.rate))
        self._heard: list[bytes] = []
        self._down: Resampler | None = None
        self._up: Resampler | None = None

    def play(self, pcm: bytes) -> None:
        self.taken += len(pcm)
        self._to_play += pcm

    def flush(self) -> None:
        self.flushes += 1
        self._to_play.clear()
        # The stack empties its buffer within one frame: what we wrote meanwhile would go too.
        self._pause = 2
        try:
            self._audio.flush_tx()
        except (AudioNotActive, AudioRestarted):
            return

    @property
    def quiet_s(self) -> float:
        """For how long there has been no sign of life, in seconds."""
        return self._quiet * FRAME_S

    def alive(self) -> None:
        """Something else than sound has come, or nothing is expected now."""
        self._quiet = 0

    def counted(self, packets: int) -> None:
        """So many have come of the party so far: with sound, or with comfort noise, of which
        telephones need send nothing else for as long as nobody speaks."""
        if packets != self._packets:
            self._packets = packets
            self.alive()

    def tick(self) -> tuple[bytes, int]:
        """Move 20 ms in both directions: what was heard, and the bytes still to sound."""
        try:
            info = self._audio.info()
            self._renegotiated(info)
            heard = self._audio.read(info.rx_buffered) if info.rx_buffered else b""
            ahead = info.tx_buffered
            if not self.held:
                ahead += self._feed(info.tx_buffered)
            elif not self._stands_still:
                del self._to_play[: frame_bytes(self.rate)]
        except (AudioNotActive, AudioRestarted):
            # A renegotiation has replaced the streams; the next tick finds the new ones.
            heard, ahead = b"", 0
        self._quiet = 0 if heard else self._quiet + 1
        return self._frames(heard), len(self._to_play) + self._ours(ahead)

    def _probe(self) -> int:
        try:
            rate = self._audio.info().rx_sample_rate
        except AudioNotActive:
            return 0
        return rate if rate in LINE_RATES else 0

    def _renegotiated(self, info: AudioInfo) -> None:
        """What the streams are like now, each for itself."""
        if info.rx_ready and info.rx_sample_rate != self._heard_at:
            self._heard_at = rate = info.rx_sample_rate
            self._up = None if rate == self.rate else Resampler(rate, self.rate)
        if info.tx_ready and info.tx_sample_rate != self._played_at:
            self._played_at = rate = info.tx_sample_rate
            self._down = None if rate == self.rate else Resampler(self.rate, rate)

    def _ours(self, stack_bytes: int) -> int:
        return stack_bytes * self.rate // self._played_at // 2 * 2

    def _feed(self, buffered: int) -> int:
        """Give the stack what it needs until the next ticks; how many bytes that were."""
        if self._pause:
            self._pause -= 1
            return 0
        room = _AHEAD_FRAMES * frame_bytes(self.rate) - self._ours(buffered)
        if room <= 0 or not self._to_play:
            return 0
        piece = bytes(self._to_play[:room])
        del self._to_play[:room]
        if self._down is not None:
            piece = self._down.push(piece)
        written: int = self._audio.write(piece)
        return written

    def _frames(self, heard: bytes) -> bytes:
        if self.held and self._stands_still:
            self._missing = self._owed = 0
            return b""
        self._owed += 1
        if self._up is not None:
            heard = self._up.push(heard)
        self._heard += self._framer.push(heard)
        if self._heard:
            self._steady = 1 if self._missing else self._steady + 1
            self._missing = 0
            now, self._heard = self._heard[:_BURST_FRAMES], self._heard[_BURST_FRAMES:]
            # A telephone's clock may be faster than ours: that is nothing to save up.
            self._owed = max(-_BURST_FRAMES, self._owed - len(now))
            return b"".join(now)
        self._missing += 1
        return self._stand_in()

    def _stand_in(self) -> bytes:
        """Silence for what is lost, so that time goes on; what is only late would be torn apart by
        it, and taken for a pause."""
        frames = 0
        if self._missing == 1 and self._steady >= _STEADY_FRAMES:
            frames = max(0, self._owed - 1)
        elif self._missing > _GAP_FRAMES and self._owed > 0:
            frames = 1
        self._owed -= frames
        return bytes(frames * frame_bytes(self.rate))


class Pump:
    """All calls' sound, moved once every 20 ms."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.calls: dict[int, Media] = {}

    def play(self, sound: Sound) -> None:
        if media := self.calls.get(sound.call):
            media.play(sound.pcm)

    def flush(self, call: int) -> None:
        if media := self.calls.get(call):
            media.flush()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        beat = Beat(loop.time())
        while True:
            await asyncio.sleep(beat.wait_s(loop.time()))
            batch = list(self._batch())
            if batch and self._writer.transport.get_write_buffer_size() < _BACKLOG:
                self._writer.write(sounds(batch))

    def _batch(self) -> Iterator[Sound]:
        for call, media in self.calls.items():
            heard, waiting = media.tick()
            yield Sound(call, heard, media.taken, waiting, media.flushes)
