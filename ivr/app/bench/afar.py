"""Calls over a line that is open, from a process of their own, timed with the callers' ears."""

import asyncio
import itertools
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from ivr.app.bench.calls import QUESTIONS, STAGGER_S
from ivr.app.bench.figures import Report, at_most, median, p95
from ivr.app.calling import Channel, Says, rate_of, synthetic_party
from ivr.app.hotline import Hotline
from ivr.app.over_line import OutwardLeg, converse
from ivr.app.telephones import call, open_telephone
from ivr.config.webrtc import WebRtc
from ivr.core.errors import LineFailed
from ivr.core.measures import Tally
from ivr.lines.sip.line import SipLine
from ivr.lines.synthetic import Manners, SyntheticCaller
from ivr.lines.webrtc.dial import dial_browser_line
from ivr.observe.metrics import Metrics
from ivr.speech.voices.pico import PicoVoice

CALLS = 20
QUESTIONS_A_MINUTE = 9
"""So many questions and their answers take about a minute."""
RESPONSE_P95_S = 1.5
BARGE_IN_S = 0.25
_BARGES_IN = Manners(barge_in_s=1.0, hears_greeting=True)


@dataclass(slots=True)
class HeardAfar:
    """What callers at the other end noticed."""

    responses_s: list[float] = field(default_factory=list)
    silenced_s: list[float] = field(default_factory=list)
    failed: int = 0
    """Calls that did not come about."""


def crowd(quick: bool) -> tuple[int, int]:
    """How many calls at once, with how many questions each."""
    return (4, 3) if quick else (CALLS, QUESTIONS_A_MINUTE)


async def bench_line(
    address: str, hotline: Hotline, report: Report, say: Callable[[str], None], *, quick: bool
) -> None:
    """Interruptions, then a crowd for a minute, over `address`, as `ivr call --line` takes it."""
    name, _, _ = address.partition(":")
    calls, questions = crowd(quick)
    say(f"line {name}, interruptions")
    heard = await call_from_afar(address, 1 if quick else 2, 5, _BARGES_IN)
    number = f"{len(heard.silenced_s)} interruptions, as the caller hears it"
    most = at_most("barge-in, median", median(heard.silenced_s), "s", BARGE_IN_S, number)
    report.add(name, most)
    report.add(name, at_most("barge-in, 95th percentile", p95(heard.silenced_s), "s"))
    say(f"line {name}, {calls} calls at once")
    before = hotline.metrics.snapshot().tallies
    heard = await call_from_afar(address, calls, questions)
    after = hotline.metrics.snapshot().tallies
    section = f"{name}, {calls} calls at once"
    times, number = heard.responses_s, f"{len(heard.responses_s)} answers"
    report.add(section, at_most("response, median", median(times), "s", note=number))
    report.add(section, at_most("response, 95th percentile", p95(times), "s", RESPONSE_P95_S))
    for tally, title in (
        (Tally.STARVED_FRAMES, "starved frames"),
        (Tally.DROPPED_FRAMES, "dropped frames"),
    ):
        number_of = after.get(tally, 0) - before.get(tally, 0)
        report.add(section, at_most(title, number_of, "frames", 0))
    report.add(section, at_most("calls that failed", heard.failed, "calls", 0))


async def call_from_afar(
    address: str, calls: int, questions: int, manners: Manners | None = None
) -> HeardAfar:
    """`calls` calls at once with `questions` questions each, by another process."""
    loop = asyncio.get_running_loop()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return await loop.run_in_executor(pool, _callers, address, calls, questions, manners)


def _callers(address: str, calls: int, questions: int, manners: Manners | None) -> HeardAfar:
    return asyncio.run(_all(address, calls, questions, manners))


async def _all(address: str, calls: int, questions: int, manners: Manners | None) -> HeardAfar:
    # At the line's own rate: what callers spend is taken from the hotline's processor time.
    channel = Channel.CLEAN if address.startswith("sip:") else Channel.WIDE
    parties = await _parties(calls, questions, channel, manners)
    if channel is Channel.WIDE:
        return await _crowd(address, parties, channel, None)
    async with open_telephone(address, Metrics()) as telephone:
        return await _crowd(address, parties, channel, telephone)


async def _crowd(
    address: str,
    parties: Sequence[SyntheticCaller],
    channel: Channel,
    telephone: SipLine | None,
) -> HeardAfar:
    heard = HeardAfar()

    async def one(party: SyntheticCaller, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        try:
            leg = await _dial(address, telephone)
        except LineFailed:
            heard.failed += 1
            return
        await converse(leg, party, rate_of(channel))
        heard.responses_s += party.stopwatch.responses_s
        heard.silenced_s += party.stopwatch.silenced_s

    async with asyncio.TaskGroup() as group:
        for number, party in enumerate(parties):
            group.create_task(one(party, number * STAGGER_S), name="caller")
    return heard


async def _dial(address: str, telephone: SipLine | None) -> OutwardLeg:
    if telephone is not None:
        return await call(telephone, address)
    place = address.removeprefix("webrtc:")
    return await dial_browser_line(place, WebRtc(connect_s=60), lambda _: None)


async def _parties(
    calls: int, questions: int, channel: Channel, manners: Manners | None
) -> Sequence[SyntheticCaller]:
    """All their speech is made beforehand: it shall not cost time during the calls."""
    voice, texts = PicoVoice(), itertools.cycle(QUESTIONS)
    try:
        return [
            await synthetic_party(
                voice,
                [Says(next(texts)) for _ in range(questions)],
                channel,
                manners=manners,
                seed=number,
            )
            for number in range(calls)
        ]
    finally:
        await voice.close()
