"""A bounded pool of threads that serves all calls fairly.

Who asked first is served first. Work whose asker has gone is dropped if it has not begun; where it
has, it is told so and may stop at its next step. Engines release the GIL while they work.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from ivr.core.errors import RecognitionFailed

T = TypeVar("T")

_WAITING_A_WORKER = 32
"""Waiting jobs for each worker; at half a second each, nobody is on the line any more."""


STANDS_BACK = 15
"""Niceness of an engine's threads: sound of all calls goes on while every core recognizes. With
5 a loop that needs two thirds of a core did not get them, and each of its steps came late."""


def standing_back(make: Callable[[], T]) -> T:
    """Make something whose own threads, begun meanwhile, stand back behind those of this program.

    For threads of an engine only: one that runs Python would hold the interpreter's lock while it
    waits for its turn. Linux has a niceness for each thread; elsewhere nothing changes.
    """

    def stands_back() -> T:
        if sys.platform == "linux":
            # Of this thread alone, and of those it begins; see setpriority(2).
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), STANDS_BACK)
        return make()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(stands_back).result()


class Ticket:
    """Tells a piece of work whether anybody still wants its result."""

    def __init__(self) -> None:
        self._dropped = threading.Event()

    def drop(self) -> None:
        self._dropped.set()

    @property
    def dropped(self) -> bool:
        return self._dropped.is_set()

    def wanted(self) -> bool:
        return not self.dropped


class Dropped(Exception):
    """Raised inside work that finds its ticket dropped. Nobody awaits it."""


class WorkerPool:
    """Threads for recognition that can keep `workers` cores busy; 0 means all of them."""

    def __init__(
        self, workers: int = 0, *, threads_each: int = 1, limit: int | None = None
    ) -> None:
        """`threads_each`: how many jobs of each worker are begun, where they can be done
        together. `limit` bounds the jobs that wait; those beyond it fail at once."""
        self.workers = workers or os.cpu_count() or 1
        self._limit = self.workers * _WAITING_A_WORKER if limit is None else limit
        self._threads = ThreadPoolExecutor(
            self.workers * threads_each, thread_name_prefix="recognizer"
        )
        self._lock = threading.Lock()
        self._unfinished = 0
        self._closed = False

    def waiting(self) -> int:
        """How many more jobs there are than can have a core to themselves."""
        return max(0, self._unfinished - self.workers)

    def takes_more(self) -> bool:
        """Whether a job would be taken now."""
        return not self._closed and self.waiting() < self._limit

    async def run(self, work: Callable[[Ticket], T]) -> T:
        """Do `work` in a thread. Cancelling it drops the work.

        Raises RecognitionFailed where the work raised, too many jobs wait, or after `close`.
        """
        ticket = Ticket()
        job = self.submit(lambda: work(ticket))
        try:
            return await asyncio.wrap_future(job)
        except asyncio.CancelledError:
            if self._closed and not _being_cancelled():
                raise RecognitionFailed("the recognizer was closed: the program stops") from None
            raise
        finally:
            ticket.drop()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Queue `work` and return at once; the future raises RecognitionFailed only.

        Raises RecognitionFailed where too many jobs wait, or after `close`.
        """

        def guarded() -> T:
            try:
                return work()
            except (RecognitionFailed, Dropped):
                raise
            except Exception as error:
                raise RecognitionFailed(f"the recognizer failed: {error!r}") from error

        with self._lock:
            if self._closed:
                raise RecognitionFailed("the recognizer was closed: the program stops")
            if (waiting := self.waiting()) >= self._limit:
                raise RecognitionFailed(
                    f"{waiting} recognitions wait: the machine is too slow for so many calls"
                )
            self._unfinished += 1
            job = self._threads.submit(guarded)
        job.add_done_callback(self._finished)
        return job

    async def close(self) -> None:
        """Drop what waits and let what runs finish. Closing twice is harmless."""
        with self._lock:
            self._closed = True
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)

    def _finished(self, _job: Future[T]) -> None:
        with self._lock:
            self._unfinished -= 1


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
