"""What the SIP stack logs, as facts for the program; a flood is cut and counted."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from typing_extensions import override

LINES_A_SECOND = 5


class StackLog(logging.Handler):
    """Passes on the first few lines of each second and says how many there were besides.

    The stack logs from a thread of its own: `tell` is called on the loop that this was made on.
    """

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._tell = tell
        self._second = 0
        self._lines = 0

    def listen(self) -> None:
        """To what the stack warns of from now on; nobody else hears it."""
        logger = logging.getLogger("baresip")
        logger.addHandler(self)
        logger.setLevel(logging.WARNING)
        logger.propagate = False

    @override
    def emit(self, record: logging.LogRecord) -> None:
        now = int(time.monotonic())
        if now != self._second:
            dropped = self._lines - LINES_A_SECOND
            self._second, self._lines = now, 0
            if dropped > 0:
                self._pass({"level": logging.WARNING, "text": "", "dropped": dropped})
        self._lines += 1
        if self._lines <= LINES_A_SECOND:
            self._pass({"level": record.levelno, "text": record.getMessage()[:500]})

    def _pass(self, line: dict[str, Any]) -> None:
        # The last lines of a stack that is being left reach nobody.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._tell, line)
