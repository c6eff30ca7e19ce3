"""Calls over the browser line, from a process of their own, timed with the callers' ears."""

import asyncio
import itertools
import multiprocessing
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI

from ivr.app.bench.calls import QUESTIONS, STAGGER_S
from ivr.app.bench.figures import Report, at_most, median, p95
from ivr.app.calling import Channel, Says, rate_of, synthetic_party
from ivr.app.hotline import Hotline
from ivr.app.over_line import converse
from ivr.config.webrtc import WebRtc
from ivr.core.errors import LineFailed
from ivr.core.measures import Tally
from ivr.lines.synthetic import Manners, SyntheticCaller
from ivr.lines.webrtc.dial import dial_browser_line
from ivr.speech.voices.pico import PicoVoice
from ivr.web.calls.api import api_router
from ivr.web.calls.reception import Reception
from ivr.web.server import serve

CALLS = 20
QUESTIONS_A_MINUTE = 9
"""So many questions and their answers take about a minute."""
RESPONSE_P95_S = 1.5
BARGE_IN_S = 0.25
_BARGES_IN = Manners(barge_in_s=1.0, hears_greeting=True)


async def bench_webrtc(
    hotline: Hotline, report: Report, say: Callable[[str], None], *, quick: bool = False
) -> None:
    """Interruptions, then a crowd for a minute, as they are heard at the far end of the wire."""
    calls, questions = (4, 3) if quick else (CALLS, QUESTIONS_A_MINUTE)
    async with browser_hotline(hotline, calls) as address:
        say("browser line, interruptions")
        heard = await call_from_afar(address, 1 if quick else 2, 5, _BARGES_IN)
        number = f"{len(heard.silenced_s)} interruptions, as the caller hears it"
        most = at_most("barge-in, median", median(heard.silenced_s), "s", BARGE_IN_S, number)
        report.add("webrtc", most)
        report.add("webrtc", at_most("barge-in, 95th percentile", p95(heard.silenced_s), "s"))
        say(f"browser line, {calls} calls at once")
        starved = hotline.metrics.snapshot().tallies.get(Tally.STARVED_FRAMES, 0)
        heard = await call_from_afar(address, calls, questions)
        starved = hotline.metrics.snapshot().tallies.get(Tally.STARVED_FRAMES, 0) - starved
    section = f"webrtc, {calls} calls at once"
    times, number = heard.responses_s, f"{len(heard.responses_s)} answers"
    report.add(section, at_most("response, median", median(times), "s", note=number))
    report.add(section, at_most("response, 95th percentile", p95(times), "s", RESPONSE_P95_S))
    report.add(section, at_most("starved frames", starved, "frames", 0))
    report.add(section, at_most("calls that failed", heard.failed, "calls", 0))


@dataclass(slots=True)
class HeardAfar:
    """What callers at the other end noticed."""

    responses_s: list[float] = field(default_factory=list)
    silenced_s: list[float] = field(default_factory=list)
    failed: int = 0
    """Calls that did not come about."""


@asynccontextmanager
async def browser_hotline(hotline: Hotline, calls: int) -> AsyncIterator[str]:
    """The hotline's browser line on a port of its own; yields its address."""
    limits = WebRtc(
        max_calls=calls, max_calls_per_address=calls, offers_per_minute=10_000, connect_s=60
    )
    async with Reception(hotline.register, limits, hotline.metrics) as reception:
        app = FastAPI(openapi_url=None)
        app.include_router(api_router(reception, limits))
        async with serve(app, "127.0.0.1", 0, "web.port") as port:
            yield f"http://127.0.0.1:{port}"


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
    heard = HeardAfar()
    parties = await _parties(calls, questions, manners)
    async with asyncio.TaskGroup() as group:
        for number, party in enumerate(parties):
            group.create_task(_one(address, party, number * STAGGER_S, heard), name="caller")
    return heard


async def _parties(
    calls: int, questions: int, manners: Manners | None
) -> Sequence[SyntheticCaller]:
    """All their speech is made beforehand: it shall not cost time during the calls."""
    voice, texts = PicoVoice(), itertools.cycle(QUESTIONS)
    try:
        return [
            await synthetic_party(
                voice,
                [Says(next(texts)) for _ in range(questions)],
                Channel.CLEAN,
                manners=manners,
                seed=number,
            )
            for number in range(calls)
        ]
    finally:
        await voice.close()


async def _one(address: str, party: SyntheticCaller, delay_s: float, heard: HeardAfar) -> None:
    await asyncio.sleep(delay_s)
    try:
        leg = await dial_browser_line(address, WebRtc(connect_s=60), lambda _: None)
    except LineFailed:
        heard.failed += 1
        return
    await converse(leg, party, rate_of(Channel.CLEAN))
    heard.responses_s += party.stopwatch.responses_s
    heard.silenced_s += party.stopwatch.silenced_s
