"""The pool: fair, bounded, and unharmed by what its work does."""

import asyncio
import os
import sys
import threading

import pytest

from ivr.core.errors import RecognitionFailed
from ivr.speech.workers import Ticket, WorkerPool, standing_back


class Gate:
    """Work that holds a worker until it is opened."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.open = threading.Event()

    def __call__(self, ticket: Ticket) -> str:
        self.begun.set()
        assert self.open.wait(10)
        return "dropped" if ticket.dropped else "done"


async def occupied(pool: WorkerPool) -> tuple[Gate, asyncio.Task[str]]:
    gate = Gate()
    task = asyncio.create_task(pool.run(gate))
    await asyncio.to_thread(gate.begun.wait, 10)
    return gate, task


async def test_who_asked_first_is_served_first() -> None:
    pool = WorkerPool(1)
    gate, first = await occupied(pool)
    served: list[int] = []
    waiting = [
        asyncio.create_task(pool.run(lambda _, caller=caller: served.append(caller)))  # type: ignore[misc]
        for caller in range(5)
    ]
    await asyncio.sleep(0)
    assert pool.waiting() == 5
    gate.open.set()
    await asyncio.gather(first, *waiting)
    assert served == [0, 1, 2, 3, 4]
    assert pool.waiting() == 0
    await pool.close()


async def test_work_that_nobody_awaits_any_more_never_begins() -> None:
    pool = WorkerPool(1)
    gate, first = await occupied(pool)
    begun = threading.Event()
    abandoned = asyncio.create_task(pool.run(lambda _: begun.set()))
    await asyncio.sleep(0)
    abandoned.cancel()
    await asyncio.gather(abandoned, return_exceptions=True)
    assert pool.waiting() == 0
    gate.open.set()
    assert await first == "done"
    await pool.run(lambda _: None)
    assert not begun.is_set()
    await pool.close()


async def test_running_work_is_told_that_its_caller_went_on() -> None:
    pool = WorkerPool(1)
    gate = Gate()
    results: list[str] = []
    task = asyncio.create_task(pool.run(lambda ticket: results.append(gate(ticket))))
    await asyncio.to_thread(gate.begun.wait, 10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    gate.open.set()
    await pool.close()
    assert results == ["dropped"]


async def test_a_crash_fails_one_utterance_and_the_worker_goes_on() -> None:
    pool = WorkerPool(1)
    with pytest.raises(RecognitionFailed):
        await pool.run(lambda _: 1 // 0)
    assert await pool.run(lambda _: "still there") == "still there"
    await pool.close()


async def test_an_overloaded_pool_refuses_at_once() -> None:
    pool = WorkerPool(1, limit=2)
    gate, first = await occupied(pool)
    queued = [asyncio.create_task(pool.run(lambda _: None)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(RecognitionFailed, match="too slow"):
        await pool.run(lambda _: None)
    gate.open.set()
    await asyncio.gather(first, *queued)
    await pool.close()


async def test_closing_fails_what_waits_and_finishes_what_runs() -> None:
    pool = WorkerPool(1)
    gate, running = await occupied(pool)
    waiting = asyncio.create_task(pool.run(lambda _: "never"))
    await asyncio.sleep(0)
    closing = asyncio.create_task(pool.close())
    with pytest.raises(RecognitionFailed, match="closed"):
        await waiting
    gate.open.set()
    await closing
    assert await running == "done"
    with pytest.raises(RecognitionFailed, match="closed"):
        await pool.run(lambda _: None)
    await pool.close()


async def test_a_pool_says_whether_it_takes_more() -> None:
    pool = WorkerPool(1, limit=1)
    gate, first = await occupied(pool)
    assert pool.takes_more()
    second = asyncio.create_task(pool.run(lambda _: None))
    await asyncio.sleep(0)
    assert not pool.takes_more(), "as many wait as may"
    gate.open.set()
    await asyncio.gather(first, second)
    assert pool.takes_more()
    await pool.close()
    assert not pool.takes_more()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a niceness for each thread")
def test_an_engine_s_own_threads_stand_back_behind_the_sound_of_calls() -> None:
    ours, over = os.getpriority(os.PRIO_PROCESS, 0), threading.Event()

    def make() -> threading.Thread:
        thread = threading.Thread(target=over.wait)
        thread.start()
        return thread

    engine = standing_back(make)
    try:
        assert engine.native_id is not None
        assert os.getpriority(os.PRIO_PROCESS, engine.native_id) > ours
        assert os.getpriority(os.PRIO_PROCESS, 0) == ours
    finally:
        over.set()
        engine.join()
