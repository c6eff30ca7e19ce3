"""Opus (RFC 6716) at 48 kHz mono, 20 ms a packet, on FFmpeg's libopus."""

from fractions import Fraction
from typing import cast

from av import AudioFrame, CodecContext, FFmpegError
from av.audio.codeccontext import AudioCodecContext
from av.packet import Packet

from ivr.core.pcm import SAMPLE_BYTES, frame_bytes

RATE = 48_000
FRAME_SAMPLES = frame_bytes(RATE) // SAMPLE_BYTES
TIME_BASE = Fraction(1, RATE)
BIT_RATE = 32_000
"""Enough for speech in full band (RFC 7587, 3.1.1)."""
_MANNER = {"application": "lowdelay", "compression_level": "2"}
"""Opus without its speech model (RFC 6716, 2.1.1): a third of the work, and 4 ms
sooner. The model pays where bits are rarer than these, or packets lost so often that they are sent
twice."""
_SILENT_FRAMES = 5
"""After so many silent frames the encoder's packets do not change any more."""
_SILENCE = bytes(frame_bytes(RATE))
_LONGEST_PACKET = 1_500


class OpusEncoder:
    """PCM to packets. Longer silence costs nothing: its packet is sent again."""

    def __init__(self) -> None:
        self._codec = _codec("w")
        self._codec.bit_rate = BIT_RATE
        self._codec.options = _MANNER
        self._codec.time_base = TIME_BASE
        self._encoded = 0
        self._silent = 0
        self._silence = b""

    def encode(self, pcm: bytes) -> bytes:
        """One 20 ms frame."""
        if pcm == _SILENCE:
            self._silent += 1
            if self._silent > _SILENT_FRAMES and self._silence:
                return self._silence
        else:
            self._silent = 0
        frame = AudioFrame(format="s16", layout="mono", samples=FRAME_SAMPLES)
        frame.planes[0].update(pcm)
        frame.sample_rate = RATE
        frame.pts = self._encoded * FRAME_SAMPLES
        self._encoded += 1
        packet = b"".join(bytes(each) for each in self._codec.encode(frame))
        if self._silent == _SILENT_FRAMES:
            self._silence = packet
        return packet


class OpusDecoder:
    """Packets to PCM of any length."""

    def __init__(self) -> None:
        self._codec = _codec("r")

    def decode(self, payload: bytes) -> bytes:
        """Empty if the payload is not Opus."""
        if not 0 < len(payload) <= _LONGEST_PACKET:
            return b""
        try:
            frames = self._codec.decode(Packet(payload))
        except FFmpegError:
            return b""
        return b"".join(bytes(frame.planes[0])[: frame.samples * SAMPLE_BYTES] for frame in frames)


def _codec(mode: str) -> AudioCodecContext:
    codec = cast(AudioCodecContext, CodecContext.create("libopus", mode))  # type: ignore[call-overload]
    codec.format = "s16"
    codec.layout = "mono"
    codec.sample_rate = RATE
    return codec
