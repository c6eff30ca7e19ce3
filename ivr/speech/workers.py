"""A bounded pool of threads that serves all calls fairly.

Who asked first is served first. Work whose asker has gone is dropped if it has not begun; where it
has, it is told so and may stop at its next step. Engines release the GIL while they work.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from ivr.core.errors import RecognitionFailed

T = TypeVar("T")

_WAITING_A_WORKER = 32
"""Waiting jobs for each worker; at half a second each, nobody is on the line any more."""


class Ticket:
    """Tells a piece of work whether anybody still wants its result."""

    def __init__(self) -> None:
        self._dropped = threading.Event()

    def drop(self) -> None:
        self._dropped.set()

    @property
    def dropped(self) -> bool:
        return self._dropped.is_set()


class Dropped(Exception):
    """Raised inside work that finds its ticket dropped. Nobody awaits it."""


class WorkerPool:
    """Threads for recognition, `workers` of them; 0 means one a core."""

    def __init__(self, workers: int = 0, *, limit: int | None = None) -> None:
        """`limit` bounds the jobs that wait; those beyond it fail at once."""
        self.workers = workers or os.cpu_count() or 1
        self._limit = self.workers * _WAITING_A_WORKER if limit is None else limit
        self._threads = ThreadPoolExecutor(self.workers, thread_name_prefix="recognizer")
        self._lock = threading.Lock()
        self._waiting = 0
        self._closed = False

    def waiting(self) -> int:
        """How many jobs have not begun."""
        return self._waiting

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
        begun = threading.Event()

        def guarded() -> T:
            begun.set()
            self._left_queue()
            try:
                return work()
            except (RecognitionFailed, Dropped):
                raise
            except Exception as error:
                raise RecognitionFailed(f"the recognizer failed: {error!r}") from error

        with self._lock:
            if self._closed:
                raise RecognitionFailed("the recognizer was closed: the program stops")
            if self._waiting >= self._limit:
                raise RecognitionFailed(
                    f"{self._waiting} recognitions wait: the machine is too slow for so many calls"
                )
            self._waiting += 1
            job = self._threads.submit(guarded)
        job.add_done_callback(lambda _: None if begun.is_set() else self._left_queue())
        return job

    async def close(self) -> None:
        """Drop what waits and let what runs finish. Closing twice is harmless."""
        with self._lock:
            self._closed = True
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)

    def _left_queue(self) -> None:
        with self._lock:
            self._waiting -= 1


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
