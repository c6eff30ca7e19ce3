"""Turn-taking on real sound: a synthetic German voice and the real speech detector.

The voice (Pico) is dull and clear; people are neither. These tests show that the machine and the
detector fit together, not how well either does on people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median

import numpy as np
import pytest
from py_nanotts import NanoTTS

from ivr.audio.features import VoiceLevel, level_db, samples
from ivr.audio.framing import Framer
from ivr.audio.g711 import phone_band
from ivr.audio.noise import pink_noise
from ivr.audio.resample import resample, to_pcm
from ivr.audio.shaping import gain, mix, silence
from ivr.config.settings import Turns
from ivr.core.pcm import CHUNK_S, LISTEN_RATE, Pcm
from ivr.core.speech import Expect
from ivr.speech.vad import SileroVad
from ivr.turns.events import BargedIn, Ended, Paused, Started, TurnEvent
from ivr.turns.facts import measure
from ivr.turns.taker import TurnTaker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

CHUNK_BYTES = 1024
DECODE_S = 0.45
PROMPT_AT_S = 0.5
PROMPT = (
    "Musterfirma, Guten Tag. Sie sprechen mit einem Sprachassistenten. Was kann ich für Sie tun?"
)
SENTENCES = (
    "Ich brauche einen Mitarbeiter.",
    "Nein, das stimmt nicht.",
    "Halt, stopp!",
    "Wann haben Sie geöffnet?",
    "Hallo?",
    "Entschuldigung, das ist falsch.",
    "Können Sie das wiederholen?",
)


@cache
def say(text: str) -> bytes:
    return bytes(NanoTTS().speak(text, voice="de-DE"))


def first_sound_s(pcm: bytes) -> float:
    frames = Framer(320).push(pcm)
    return next(at for at, frame in enumerate(frames) if level_db(frame) > -42) * 0.01


def timeline(*parts: tuple[float, bytes], phone: bool = False) -> bytes:
    """Sounds at their moments on a quiet line, with four seconds after the last."""
    sound = b""
    for at_s, pcm in parts:
        sound = mix(sound, silence(at_s, LISTEN_RATE) + pcm)
    sound += silence(4, LISTEN_RATE)
    count = len(sound) // 2
    sound = mix(sound, pink_noise(count, LISTEN_RATE, -62, np.random.default_rng(1)))
    return resample(phone_band(Pcm(sound, LISTEN_RATE)), LISTEN_RATE).data if phone else sound


@dataclass(frozen=True)
class Asked:
    prompt: bytes | None = None
    expect: Expect = Expect.ANYTHING
    digits: int | None = None


def run(sound: bytes, asked: Asked, texts: Sequence[tuple[float, str]]) -> list[TurnEvent]:
    """What turn-taking makes of it; `texts` says what is recognized from which moment on."""
    taker, vad, events = TurnTaker(Turns()), SileroVad(), list[TurnEvent]()
    level = VoiceLevel(LISTEN_RATE)
    prompt = Framer(CHUNK_BYTES).push(asked.prompt or b"")
    begins = round(PROMPT_AT_S / CHUNK_S)
    answers: list[tuple[float, int, str]] = []
    for index, chunk in enumerate(Framer(CHUNK_BYTES).push(sound)):
        at = index - begins
        if prompt and at == 0:
            taker.prompt_began(True)
        if 0 <= at < len(prompt):
            taker.prompt_level(level.push(prompt[at]))
        if at == len(prompt):
            taker.prompt_ended(asked.expect, asked.digits)
        new = taker.chunk(measure(chunk, vad.probability(chunk)))
        for _, segment, text in [answer for answer in answers if answer[0] <= taker.now]:
            new += taker.text_so_far(segment, text)
        answers = [answer for answer in answers if answer[0] > taker.now]
        for event in new:
            if isinstance(event, Paused):
                text = [text for since, text in texts if since <= taker.now][-1]
                answers.append((taker.now + DECODE_S, event.segment, text))
        events += new
    return events


def of_kind(events: list[TurnEvent], *kinds: type) -> list[TurnEvent]:
    return [event for event in events if isinstance(event, kinds)]


@pytest.mark.parametrize("phone", [False, True])
def test_greeting_and_wish_are_one_turn(phone: bool) -> None:
    greeting, wish = say("Guten Tag."), say("Ich möchte etwas bestellen.")
    again = 1 + len(greeting) / 32_000 + 2.5
    sound = timeline((1.0, greeting), (again, wish), phone=phone)
    texts = [(0.0, "Guten Tag."), (again + 1, "Guten Tag. Ich möchte etwas bestellen.")]
    ended = of_kind(run(sound, Asked(), texts), Ended)
    assert len(ended) == 1
    assert ended[0].at > again + 1


@pytest.mark.parametrize("phone", [False, True])
def test_a_number_with_pauses_is_one_turn(phone: bool) -> None:
    parts, texts, at_s = list[tuple[float, bytes]](), [(0.0, "")], 1.0
    for heard, group in (("47", "vier sieben"), ("4711", "eins eins"), ("471108", "null acht")):
        parts.append((at_s, say(group)))
        texts.append((at_s + 0.3, heard))
        at_s += len(say(group)) / 32_000 + 0.8
    asked = Asked(expect=Expect.DIGITS, digits=6)
    events = run(timeline(*parts, phone=phone), asked, texts)
    assert len(of_kind(events, Started)) == len(of_kind(events, Ended)) == 1


@pytest.mark.parametrize("delay_s", [0.05, 0.15, 0.3])
@pytest.mark.parametrize("phone", [False, True])
def test_an_echo_20_db_down_is_no_caller(delay_s: float, phone: bool) -> None:
    prompt = say(PROMPT)
    sound = timeline((PROMPT_AT_S + delay_s, gain(prompt, -20)), phone=phone)
    assert not of_kind(run(sound, Asked(prompt), [(0.0, "")]), Started, BargedIn)


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("echo", [False, True])
def test_speech_interrupts_a_prompt_quickly(phone: bool, echo: bool) -> None:
    """Through a telephone band the detector itself is later; an echo may hide a soft beginning."""
    prompt, took = say(PROMPT), list[float]()
    for number, sentence in enumerate(SENTENCES):
        at_s = 3.0 + 0.007 * number
        parts = [(at_s, say(sentence))]
        if echo:
            parts.append((PROMPT_AT_S + 0.15, gain(prompt, -20)))
        events = run(timeline(*parts, phone=phone), Asked(prompt), [(0.0, "Ja.")])
        barged = of_kind(events, BargedIn)
        assert len(barged) == 1, sentence
        took.append(barged[0].at - at_s - first_sound_s(say(sentence)))
    assert median(took) <= (0.25 if phone else 0.2)
    assert max(took) <= (2.0 if phone or echo else 0.45)


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("mhm", ["Mhm.", "Hm.", "Mmm."])
def test_mhm_does_not_interrupt(mhm: str, phone: bool) -> None:
    sound = timeline((2.5, say(mhm)), phone=phone)
    assert not of_kind(run(sound, Asked(say(PROMPT)), [(0.0, "")]), BargedIn)


def noise_burst(seconds: float, level: float, decay_s: float) -> bytes:
    count = round(seconds * LISTEN_RATE)
    noise = samples(pink_noise(count, LISTEN_RATE, level, np.random.default_rng(7)))
    return to_pcm(noise * np.exp(-np.arange(count) / (decay_s * LISTEN_RATE)))


@pytest.mark.parametrize(
    "sound",
    [noise_burst(0.3, -8, 0.08), noise_burst(0.01, -3, 0.003), noise_burst(0.7, -30, 0.5)],
    ids=["cough", "click", "breath"],
)
@pytest.mark.parametrize("prompt", [None, PROMPT], ids=["silence", "prompt"])
def test_noises_of_the_body_are_no_turns(sound: bytes, prompt: str | None) -> None:
    heard = timeline((1.0, sound), (2.0, sound), (2.3, sound), phone=True)
    asked = Asked(say(prompt) if prompt else None)
    assert not of_kind(run(heard, asked, [(0.0, "")]), Started, BargedIn)


@pytest.mark.parametrize("prompt", [None, PROMPT], ids=["silence", "prompt"])
def test_music_is_no_turn(prompt: str | None) -> None:
    times = np.arange(12 * LISTEN_RATE) / LISTEN_RATE
    chords = ((220, 277, 330), (196, 247, 294), (174, 220, 262), (196, 247, 330))
    music = np.zeros(times.size)
    for number, chord in enumerate(chords * 3):
        stretch = slice(number * LISTEN_RATE, (number + 1) * LISTEN_RATE)
        local = times[stretch] - number
        for hertz in chord:
            for overtone in range(1, 5):
                wave = np.sin(2 * np.pi * hertz * overtone * local) / overtone
                music[stretch] += wave * np.exp(-1.5 * local)
    heard = timeline((0.8, to_pcm(music * 2500)), phone=True)
    asked = Asked(say(prompt) if prompt else None)
    assert not of_kind(run(heard, asked, [(0.0, "")]), Ended, BargedIn)
