"""How soon a voice over a prompt is taken for an interruption, without a call around it."""

from math import inf

from ivr.audio.features import level_db
from ivr.audio.framing import Framer
from ivr.audio.resample import resample
from ivr.audio.shaping import silence
from ivr.config.settings import Turns
from ivr.core.pcm import CHUNK_S, FRAME_S, LISTEN_RATE, SAMPLE_BYTES, Pcm, frame_bytes
from ivr.speech.vad import SileroVad
from ivr.turns.events import BargedIn
from ivr.turns.facts import measure
from ivr.turns.taker import TurnTaker

_AUDIBLE_BELOW_PEAK_DB = 25.0
"""A recording's first sound: its room and its breath are further below its loudest part."""
_BEFORE_S = 1.0


def noticed_s(speech: Pcm) -> float:
    """Seconds from the first sound of `speech` until it interrupts a prompt; inf if it never does.

    The prompt itself is silent: what its echo adds is not measured here.
    """
    heard = resample(speech, LISTEN_RATE)
    vad, taker = SileroVad(), TurnTaker(Turns())
    taker.prompt_began(interruptible=True)
    chunks = Framer(vad.chunk_samples * SAMPLE_BYTES)
    for number, chunk in enumerate(chunks.push(silence(_BEFORE_S, LISTEN_RATE) + heard.data), 1):
        events = taker.chunk(measure(chunk, vad.probability(chunk)))
        if any(isinstance(event, BargedIn) for event in events):
            return number * CHUNK_S - _BEFORE_S - _first_sound_s(heard)
    return inf


def _first_sound_s(heard: Pcm) -> float:
    levels = [level_db(frame) for frame in Framer(frame_bytes(heard.rate)).push(heard.data)]
    least = max(levels) - _AUDIBLE_BELOW_PEAK_DB
    return next(at for at, level in enumerate(levels) if level >= least) * FRAME_S
