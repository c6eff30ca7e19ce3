"""What the SIP stack logs, as facts for the program; a flood is cut and counted."""

import logging
import time
from collections.abc import Callable
from typing import Any

from typing_extensions import override

LINES_A_SECOND = 5


class StackLog(logging.Handler):
    """Passes on the first few lines of each second and says how many there were besides."""

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()
        self._tell = tell
        self._second = 0
        self._lines = 0

    @override
    def emit(self, record: logging.LogRecord) -> None:
        now = int(time.monotonic())
        if now != self._second:
            dropped = self._lines - LINES_A_SECOND
            self._second, self._lines = now, 0
            if dropped > 0:
                self._tell({"level": logging.WARNING, "text": "", "dropped": dropped})
        self._lines += 1
        if self._lines <= LINES_A_SECOND:
            self._tell({"level": record.levelno, "text": record.getMessage()[:500]})
