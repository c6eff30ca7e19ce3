"""Callers made of text or of recordings, for `ivr call`, benchmarks and tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from ivr.audio.g711 import phone_band
from ivr.audio.noise import mix_noise, room_noise
from ivr.audio.resample import resample
from ivr.audio.wav import StereoWriter, read_wav
from ivr.core.errors import LineFailed
from ivr.core.pcm import LINE_RATES, Pcm
from ivr.core.ports import Voice
from ivr.lines.paced import PacedLeg
from ivr.lines.synthetic import Manners, Press, Step, SyntheticCaller, Utter
from ivr.lines.wav import RecordedCaller


class Channel(StrEnum):
    """What lies between the synthetic caller's mouth and the hotline's ear."""

    CLEAN = "clean"
    """16 kHz, nothing lost."""
    WIDE = "wide"
    """48 kHz, as a browser has it: nothing has to be changed on the way."""
    PHONE = "phone"
    """300 to 3400 Hz, 8 kHz, A-law."""
    NOISY = "noisy"
    """16 kHz, with a room's noise 10 dB below the speech."""


NOISE_SNR_DB = 10.0


@dataclass(frozen=True, slots=True)
class Says:
    text: str


@dataclass(frozen=True, slots=True)
class Presses:
    keys: str


Wish = Says | Presses


_RATES = {Channel.PHONE: 8_000, Channel.WIDE: 48_000}


def rate_of(channel: Channel) -> int:
    return _RATES.get(channel, 16_000)


async def spoken(voice: Voice, text: str, pace: float = 1.0) -> Pcm:
    """All of a text in one piece, at the voice's rate."""
    pieces = [piece async for piece in voice.speak(text, pace)]
    return Pcm(b"".join(pieces), voice.rate)


def through(channel: Channel, speech: Pcm, rng: np.random.Generator) -> Pcm:
    """What is left of speech behind the channel, at the channel's rate."""
    speech = resample(speech, rate_of(channel))
    match channel:
        case Channel.CLEAN | Channel.WIDE:
            return speech
        case Channel.PHONE:
            return phone_band(speech)
        case Channel.NOISY:
            return mix_noise(speech, NOISE_SNR_DB, rng)


async def synthetic_party(
    voice: Voice,
    wishes: Sequence[Wish],
    channel: Channel = Channel.CLEAN,
    *,
    manners: Manners | None = None,
    seed: int = 0,
    begins: bool = False,
) -> SyntheticCaller:
    """A caller who says and presses `wishes` in turn, at `rate_of(channel)`.

    Raises SpeakingFailed.
    """
    rng = np.random.default_rng(seed)
    steps: list[Step] = []
    for wish in wishes:
        match wish:
            case Says(text=text):
                heard = through(channel, await spoken(voice, text), rng)
                steps.append(Utter(text, heard.data))
            case Presses(keys=keys):
                steps.append(Press(keys))
    rate = rate_of(channel)
    noise = room_noise(rate, rng).data if channel is Channel.NOISY else b""
    return SyntheticCaller(steps, rate, manners, noise, begins=begins)


async def synthetic_leg(
    voice: Voice,
    wishes: Sequence[Wish],
    channel: Channel = Channel.CLEAN,
    *,
    manners: Manners | None = None,
    caller: str | None = None,
    out: Path | None = None,
    seed: int = 0,
) -> tuple[PacedLeg, SyntheticCaller]:
    """A synthetic party with a leg of its own; `out` records both sides in stereo.

    Raises SpeakingFailed, and LineFailed if `out` cannot be written.
    """
    party = await synthetic_party(voice, wishes, channel, manners=manners, seed=seed)
    rate = rate_of(channel)
    return PacedLeg(party, rate, caller=caller, tap=open_tap(out, rate)), party


def recorded_leg(
    recording: Path, *, caller: str | None = None, out: Path | None = None
) -> PacedLeg:
    """A caller who is a recording. Raises BadRecording, and LineFailed as `synthetic_leg` does."""
    party, rate = recorded_party(recording)
    return PacedLeg(party, rate, caller=caller, tap=open_tap(out, rate))


def recorded_party(recording: Path) -> tuple[RecordedCaller, int]:
    """A caller who is a recording, and their rate. Raises BadRecording."""
    speech = read_wav(recording)
    rate = speech.rate if speech.rate in LINE_RATES else 16_000
    return RecordedCaller(resample(speech, rate).data, rate), rate


def open_tap(out: Path | None, rate: int) -> StereoWriter | None:
    """Records both sides, if `out` is given. Raises LineFailed."""
    try:
        return StereoWriter(out, rate) if out is not None else None
    except OSError as error:
        raise LineFailed(f"cannot record to {out}: {error.strerror or error}") from error
