"""Runs the benchmarks on a hotline of its own, on the machine as it is."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from ivr.app.bench.afar import bench_line
from ivr.app.bench.bridges import run_bridges
from ivr.app.bench.calls import Heard, run_calls
from ivr.app.bench.figures import Report, at_least, at_most, median, p95
from ivr.app.bench.heard import bench_heard
from ivr.app.bench.intents import Score, read_examples, score_spoken, score_text
from ivr.app.bench.interruptions import noticed_s
from ivr.app.bench.joined import run_joins
from ivr.app.bench.lines import browser_hotline, telephone_hotline
from ivr.app.bench.pages import bench_pages
from ivr.app.bench.training import bench_training
from ivr.app.bench.words import read_manifest, recognize, word_errors
from ivr.app.calling import Channel, through
from ivr.app.hotline import Hotline, open_hotline
from ivr.config.loading import PROGRAM_FOLDER
from ivr.config.settings import Settings
from ivr.core.ports import Voice
from ivr.lines.synthetic import Manners
from ivr.speech.select import make_recognizer
from ivr.speech.voices.pico import PicoVoice

Say = Callable[[str], None]

RESPONSE_MEDIAN_S = {Channel.CLEAN: 0.6, Channel.PHONE: 0.7, Channel.NOISY: None}
RESPONSE_P95_S = 0.9
INTENTS = {Channel.CLEAN: 97.0, Channel.PHONE: 93.0, Channel.NOISY: None}
CROWD_P95_S = 1.5
BARGE_IN_S = 0.2
CPU_S = 0.7
CROWDS = (4, 8, 12, 16, 20)
_CPU_OF = "program, voice, Rasa and the caller's voice"
BRIDGE_DELAY_S = 0.06
BRIDGES = (1, 20)
BRIDGED_S = 20.0
JOINED_S = 0.5
JOINS = 20
SECTIONS = (
    "response",
    "barge-in",
    "understanding",
    "heard",
    "crowd",
    "training",
    "joined",
    "bridge",
    "sip",
    "webrtc",
    "console",
)


@dataclass(frozen=True, slots=True)
class Plan:
    quick: bool = False
    """A fifth of the work: for a look, not for a figure."""
    sections: tuple[str, ...] = SECTIONS
    memory: Path = Path("build/heard.jsonl")
    """What was heard of examples before, so that it need not be spoken again."""
    heard_minutes: float = 30.0
    """How long examples and tests are spoken."""

    @property
    def hotline(self) -> bool:
        """Whether a hotline is needed."""
        return not set(self.sections) <= {"joined", "bridge", "heard", "console"}


async def bench(settings: Settings, plan: Plan, report: Report, say: Say) -> None:
    """Fill `report` section by section. Takes an hour or so; `quick` takes minutes."""
    began = time.monotonic()
    if "joined" in plan.sections:
        await _joined(plan, report, say)
    if "bridge" in plan.sections:
        await _bridges(plan, report, say)
    if "heard" in plan.sections:
        minutes = plan.heard_minutes / (10 if plan.quick else 1)
        await bench_heard(settings, plan.memory, minutes, report, say)
    if "console" in plan.sections:
        await bench_pages(settings, report, say, quick=plan.quick)
    if plan.hotline:
        await _with_hotline(settings, plan, report, say)
    took = (time.monotonic() - began) / 60
    report.add("machine", at_most("all of this took", took, "minutes"))


async def _with_hotline(settings: Settings, plan: Plan, report: Report, say: Say) -> None:
    began = time.monotonic()
    async with open_hotline(settings, say, alone=True) as hotline, _caller() as caller:
        ready_s = time.monotonic() - began
        report.add("machine", at_most("start until ready", ready_s, "s"))
        if "response" in plan.sections:
            for channel in RESPONSE_MEDIAN_S:
                say(f"response time, {channel.value}")
                await _response(hotline, caller, channel, plan, report)
        if "barge-in" in plan.sections:
            say("barge-in")
            await _barge_in(hotline, caller, plan, report)
        if "understanding" in plan.sections:
            await _understanding(hotline, caller, plan, report, say)
        if "crowd" in plan.sections:
            await _crowds(hotline, caller, plan, report, say)
        if "training" in plan.sections:
            calls = 1 if plan.quick else 5
            await bench_training(hotline, caller, report, say, calls=calls)
        await _lines(hotline, plan, report, say)
        _memory(report)


@asynccontextmanager
async def _caller() -> AsyncIterator[Voice]:
    voice = PicoVoice()
    try:
        yield voice
    finally:
        await voice.close()


async def _response(
    hotline: Hotline, caller: Voice, channel: Channel, plan: Plan, report: Report
) -> None:
    cpu = _cpu_s()
    heard = await run_calls(
        hotline.register, caller, channel, calls=1 if plan.quick else 5, questions=5
    )
    spent = _cpu_s() - cpu
    section = f"response, {hotline.engines.recognizer.name}, {channel.value}"
    _times(report, section, heard, RESPONSE_MEDIAN_S[channel])
    an_utterance = spent / max(1, len(heard.responses_s))
    report.add(section, at_most("CPU an utterance", an_utterance, "s", CPU_S, _CPU_OF))
    report.add(section, at_most("CPU a call minute", spent / max(heard.minutes, 0.1), "s"))


def _times(report: Report, section: str, heard: Heard, most: float | None) -> None:
    times, number = heard.responses_s, f"{len(heard.responses_s)} answers"
    report.add(section, at_most("median", median(times), "s", most, number))
    limit = RESPONSE_P95_S if most is not None else None
    report.add(section, at_most("95th percentile", p95(times), "s", limit))


async def _barge_in(hotline: Hotline, caller: Voice, plan: Plan, report: Report) -> None:
    heard = await run_calls(
        hotline.register,
        caller,
        Channel.PHONE,
        calls=1 if plan.quick else 4,
        questions=5,
        manners=Manners(barge_in_s=1.0, hears_greeting=True),
    )
    number = f"{len(heard.silenced_s)} interruptions, as the caller hears it"
    report.add("barge-in", at_most("median", median(heard.silenced_s), "s", BARGE_IN_S, number))
    report.add("barge-in", at_most("95th percentile", p95(heard.silenced_s), "s"))


async def _understanding(
    hotline: Hotline, caller: Voice, plan: Plan, report: Report, say: Say
) -> None:
    understanding = hotline.engines.understanding
    examples = read_examples(PROGRAM_FOLDER / "nlu" / "tests" / "held_out.yml")
    examples = examples[:: 10 if plan.quick else 1]
    say(f"understanding, {len(examples)} utterances in text")
    _score(report, "understanding, text", await score_text(examples, understanding), 97.0)
    for channel in INTENTS:
        say(f"understanding, spoken, {channel.value}")
        score = await score_spoken(
            examples,
            channel,
            caller,
            hotline.engines.recognizer,
            understanding,
            hotline.engines.words,
        )
        section = f"understanding, {hotline.engines.recognizer.name}, {channel.value}"
        _score(report, section, score, INTENTS[channel])
        report.add(section, at_most("word errors", score.word_errors, "%"))
        report.add(section, at_most("decode, median", median(score.decode_s), "s"))
        for meant, understood, words in score.confused[:12]:
            say(f"  {meant} taken for {understood}: {words}")


def _score(report: Report, section: str, score: Score, least: float | None) -> None:
    number = f"{len(score.meant)} utterances"
    report.add(section, at_least("intents understood", score.accuracy, "%", least, number))


async def _crowds(hotline: Hotline, caller: Voice, plan: Plan, report: Report, say: Say) -> None:
    held, holds = 0, True
    for crowd in CROWDS[:2] if plan.quick else CROWDS:
        say(f"{crowd} calls at once")
        cpu = _cpu_s()
        heard = await run_calls(
            hotline.register, caller, Channel.PHONE, calls=crowd, questions=4, at_once=crowd
        )
        a_minute = (_cpu_s() - cpu) / max(heard.minutes, 0.1)
        most = 0.8 if crowd == 8 else None
        section = f"{crowd} calls at once, phone"
        report.add(section, at_most("median", median(heard.responses_s), "s", most))
        limit = CROWD_P95_S if crowd == CROWDS[-1] else None
        report.add(section, at_most("95th percentile", p95(heard.responses_s), "s", limit))
        report.add(section, at_most("CPU a call minute", a_minute, "s", note=_CPU_OF))
        holds = holds and p95(heard.responses_s) <= CROWD_P95_S
        held = crowd if holds else held
    name = f"calls at once with p95 ≤ {CROWD_P95_S} s"
    report.add("crowd", at_least(name, held, "calls", None if plan.quick else 20))


async def _lines(hotline: Hotline, plan: Plan, report: Report, say: Say) -> None:
    for section, opened in (("sip", telephone_hotline), ("webrtc", browser_hotline)):
        if section in plan.sections:
            async with opened(hotline, quick=plan.quick) as address:
                await bench_line(address, hotline, report, say, quick=plan.quick)


async def _joined(plan: Plan, report: Report, say: Say) -> None:
    """From an agent's accepting to what both hear, over WebRTC."""
    say("accepted until joined")
    found = await run_joins(JOINS // (4 if plan.quick else 1))
    section = "accepted until joined, WebRTC"
    for whose, times in (("agent", found.at_agent_s), ("caller", found.at_caller_s)):
        number, name = f"{len(times)} calls", f"first sound at the {whose}"
        report.add(section, at_most(f"{name}, median", median(times), "s", JOINED_S, number))
        report.add(section, at_most(f"{name}, 95th percentile", p95(times), "s", JOINED_S))


async def _bridges(plan: Plan, report: Report, say: Say) -> None:
    """Telephone to browser, without recognition: that has its own figures."""
    for bridges in BRIDGES:
        say(f"{bridges} bridged call{'s' if bridges > 1 else ''}")
        found = await run_bridges(bridges, BRIDGED_S / (4 if plan.quick else 1))
        section = f"{bridges} bridged at once, 8 to 48 kHz"
        number = f"{len(found.delays_s)} of {found.words} words"
        delay = median(found.delays_s)
        report.add(section, at_most("delay added, median", delay, "s", BRIDGE_DELAY_S, number))
        report.add(section, at_most("95th percentile", p95(found.delays_s), "s", BRIDGE_DELAY_S))
        report.add(section, at_most("silent frames within words", found.holes, ""))
        report.add(section, at_most("CPU seconds a second", found.cpu, "", note="talkers too"))


def _cpu_s() -> float:
    """What the program, its voice, Rasa and the synthetic caller have used so far."""
    program = psutil.Process()
    times = [each.cpu_times() for each in (program, *program.children(recursive=True))]
    return float(sum(time.user + time.system for time in times))


def _memory(report: Report) -> None:
    process = psutil.Process()
    report.add("machine", at_most("memory of the program", process.memory_info().rss / 1e6, "MB"))
    others = sum(child.memory_info().rss for child in process.children(recursive=True))
    report.add("machine", at_most("memory of Rasa and the voice", others / 1e6, "MB"))


async def bench_speech(settings: Settings, folder: Path, report: Report, say: Say) -> None:
    """Word errors of the recognizer on recordings with a manifest, and how soon they interrupt a
    prompt; as recorded and through a phone band."""
    clips = read_manifest(folder)
    rng = np.random.default_rng(1)
    recognizer = make_recognizer(settings)
    try:
        for channel in (Channel.CLEAN, Channel.PHONE):
            say(f"{len(clips)} recordings, {channel.value}")
            sounds = [through(channel, clip.speech, rng) for clip in clips]
            heard = [await recognize(recognizer, sound) for sound in sounds]
            section = f"speech, {recognizer.name}, {channel.value}"
            texts = [transcript.text for transcript in heard]
            errors = word_errors([clip.text for clip in clips], texts)
            times = [transcript.decode_s for transcript in heard]
            report.add(section, at_most("word errors", errors, "%", note=f"{len(clips)} clips"))
            report.add(section, at_most("decode, median", median(times), "s"))
            noticed = [noticed_s(sound) for sound in sounds]
            name = "interruption noticed"
            report.add(section, at_most(f"{name}, median", median(noticed), "s", BARGE_IN_S))
            report.add(section, at_most(f"{name}, 95th percentile", p95(noticed), "s"))
    finally:
        await recognizer.close()
