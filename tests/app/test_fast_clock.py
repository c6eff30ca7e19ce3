"""The clock that jumps: as right as a real one, only sooner."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from ivr.app.fast_clock import FastLoop

T = TypeVar("T")


def run(main: Callable[[], Awaitable[T]]) -> T:
    async def whole() -> T:
        return await main()

    with asyncio.Runner(loop_factory=FastLoop) as runner:
        return runner.run(whole())


def now() -> float:
    return asyncio.get_running_loop().time()


def test_a_day_passes_at_once() -> None:
    async def main() -> float:
        began = now()
        await asyncio.sleep(24 * 3600)
        return now() - began

    assert run(main) == pytest.approx(24 * 3600)


async def ticks() -> list[str]:
    """Sleepers of several rhythms, a timeout and a worker: what happens in which order."""
    seen: list[str] = []

    async def sleeper(name: str, pause_s: float, times: int) -> None:
        for number in range(times):
            await asyncio.sleep(pause_s)
            seen.append(f"{name}{number}")

    async with asyncio.TaskGroup() as group:
        group.create_task(sleeper("a", 0.05, 4))
        group.create_task(sleeper("b", 0.12, 2))
        group.create_task(sleeper("c", 0.17, 1))
    try:
        async with asyncio.timeout(0.03):
            await asyncio.sleep(0.06)
    except TimeoutError:
        seen.append("late")
    return seen


def test_the_order_of_things_is_that_of_real_time() -> None:
    assert run(ticks) == ["a0", "a1", "b0", "a2", "c0", "a3", "b1", "late"]


def test_a_worker_takes_its_real_time_and_timers_ring_while_it_works() -> None:
    async def main() -> tuple[float, float, int]:
        rung = 0

        async def ring() -> None:
            nonlocal rung
            while True:
                await asyncio.sleep(0.02)
                rung += 1

        ringing = asyncio.create_task(ring())
        began, really = now(), time.monotonic()
        await asyncio.to_thread(time.sleep, 0.3)
        took, really = now() - began, time.monotonic() - really
        ringing.cancel()
        return took, really, rung

    took, really, rung = run(main)
    # The loop's clock may have been read a little before the worker began.
    assert 0.25 <= took <= really + 0.01
    assert 1 <= rung <= took / 0.02


def test_what_works_outside_the_loop_holds_the_clock_while_it_is_said_to() -> None:
    async def main() -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, FastLoop)
        began, done = now(), asyncio.Event()
        waiting = asyncio.create_task(asyncio.sleep(3600))
        # A thread of a library's own, like a database's: the loop does not know that it works.
        timer = threading.Timer(0.1, loop.call_soon_threadsafe, [done.set])
        with loop.working():
            timer.start()
            await done.wait()
        held = now() - began
        await waiting
        return held, now() - began

    held, whole = run(main)
    assert 0.1 <= held < 600
    assert whole >= 3600


def test_a_time_out_begins_when_it_is_set_however_long_was_worked_before() -> None:
    async def main() -> bool:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, FastLoop)
        with loop.working():
            time.sleep(0.3)  # noqa: ASYNC251 - an engine that is loaded holds up the loop
            async with asyncio.timeout(0.25):
                await asyncio.sleep(0)
                await asyncio.sleep(0)
        return True

    assert run(main)


def test_a_cancelled_worker_lets_the_clock_jump_again() -> None:
    async def main() -> float:
        work = asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.5)
        await asyncio.sleep(0.01)
        work.cancel()
        began = time.monotonic()
        await asyncio.sleep(600)
        return time.monotonic() - began

    assert run(main) < 60


def test_a_failing_worker_lets_the_clock_jump_again() -> None:
    async def main() -> float:
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(divmod, 1, 0)
        await asyncio.sleep(600)
        return now()

    assert run(main) >= 600


def test_news_from_the_net_is_not_jumped_over_when_nothing_else_is_due() -> None:
    async def main() -> bytes:
        async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"hello\n")
            writer.close()

        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        line = await reader.readline()
        writer.close()
        server.close()
        return line

    assert run(main) == b"hello\n"
