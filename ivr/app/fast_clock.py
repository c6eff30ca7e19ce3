"""An event loop whose clock jumps to the next timer, and keeps to real time while engines work.

A call from a recording then takes as long as its recognition, not as long as its audio, and its
response times are still real ones. Tests run hour-long calls on it in seconds.
"""

import asyncio
import selectors
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any, TypeVar

from typing_extensions import override

T = TypeVar("T")


class _JumpingSelector(selectors.DefaultSelector):
    """Where nothing is ready and nobody works, time jumps over the wait."""

    def __init__(self) -> None:
        super().__init__()
        self._now_s = 0.0
        self._at_work = 0
        self._counted_s = time.monotonic()

    def now(self) -> float:
        """Real time passes while somebody works, in the middle of a step of the loop too."""
        moment = time.monotonic()
        if self._at_work:
            self._now_s += moment - self._counted_s
        self._counted_s = moment
        return self._now_s

    def work(self, workers: int) -> None:
        """So many more work, or fewer."""
        self.now()
        self._at_work += workers

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        waits = self._at_work > 0 or timeout is None
        ready = super().select(timeout if waits else 0)
        if not self._at_work and not ready and timeout:
            self._now_s += timeout
        return ready


class FastLoop(asyncio.SelectorEventLoop):
    """`time()` starts at 0 and is the selector's; work in executors holds it to real time."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    @override
    def time(self) -> float:
        return self._jumping.now()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Let the clock run in real time, for engines that work outside the loop."""
        self._jumping.work(1)
        try:
            yield
        finally:
            self._jumping.work(-1)

    @override
    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> "asyncio.Future[T]":
        future = super().run_in_executor(executor, func, *args)
        self._jumping.work(1)
        future.add_done_callback(self._rest)
        return future

    def _rest(self, _future: "asyncio.Future[Any]") -> None:
        self._jumping.work(-1)
