"""Response times of calls while a training runs, beside those of calls that have the machine to
themselves."""

import asyncio
import time
from collections.abc import Callable, Coroutine

from ivr.app.bench.calls import Heard, run_calls
from ivr.app.bench.figures import Report, at_least, at_most, median, p95
from ivr.app.calling import Channel
from ivr.app.hotline import Hotline
from ivr.app.training import default_config
from ivr.core.ports import Voice
from ivr.core.training import Progress
from ivr.training.project import training_files

Say = Callable[[str], None]
QUESTIONS = 5


async def bench_training(
    hotline: Hotline, caller: Voice, report: Report, say: Say, *, calls: int
) -> None:
    """Fill `report`: `calls` calls, one after the other, first alone, then beside a training of
    what ships. The training ends with the calls, or before them: then its share of their time is
    less than 100 %. Raises MissingPiece and TrainingFailed."""
    say("response time, without a training")
    alone = await _calls(hotline, caller, calls)
    say("response time, while a training runs")
    begun = asyncio.Event()
    work = asyncio.create_task(_train(hotline, begun), name="training")
    try:
        await _either(work, begun.wait())
        began = time.monotonic()
        calling = asyncio.create_task(_calls(hotline, caller, calls), name="calls")
        await asyncio.wait({work, calling}, return_when=asyncio.FIRST_COMPLETED)
        trained_s = time.monotonic() - began
        beside = await calling
        took_s = time.monotonic() - began
        if work.done():
            work.result()
    finally:
        work.cancel()
        await asyncio.wait({work})
    section = "response while a training runs, phone"
    _add(report, "response without a training, phone", alone)
    _add(report, section, beside)
    share = 100 * trained_s / took_s
    report.add(section, at_least("of the time, a training ran", share, "%"))


async def _either(work: "asyncio.Task[None]", begun: Coroutine[None, None, object]) -> None:
    """Wait until work has begun. Raises what ends it before."""
    waiting = asyncio.create_task(begun)
    await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if work.done():
        work.result()


async def _calls(hotline: Hotline, caller: Voice, calls: int) -> Heard:
    return await run_calls(
        hotline.register, caller, Channel.PHONE, calls=calls, questions=QUESTIONS
    )


def _add(report: Report, section: str, heard: Heard) -> None:
    number = f"{len(heard.responses_s)} answers"
    report.add(section, at_most("median", median(heard.responses_s), "s", note=number))
    report.add(section, at_most("95th percentile", p95(heard.responses_s), "s"))


async def _train(hotline: Hotline, begun: asyncio.Event) -> None:
    """As admins' trainings run; `begun` is set once Rasa trains."""

    async def told(_: Progress) -> None:
        begun.set()

    room = hotline.training
    await room.seed()
    files = training_files(await room.content.content(), default_config())
    await room.workshop.train(files, told)
