"""What the stack logs from its own threads reaches the program in the middle of no message."""

import asyncio
import logging
import threading
from typing import Any

from ivr.lines.sip.stack_log import LINES_A_SECOND, StackLog


def warning(text: str) -> logging.LogRecord:
    return logging.LogRecord("baresip.native", logging.WARNING, "", 0, text, None, None)


async def test_lines_are_told_on_the_loop_whoever_logs_them() -> None:
    """The pipe's writer is the loop's: two threads would write into each other's messages."""
    told: list[tuple[int, Any]] = []
    log = StackLog(lambda line: told.append((threading.get_ident(), line["text"])))
    await asyncio.to_thread(log.handle, warning("a thread speaks"))
    await asyncio.sleep(0)
    assert told == [(threading.get_ident(), "a thread speaks")]


async def test_a_flood_is_cut() -> None:
    told: list[dict[str, Any]] = []
    log = StackLog(told.append)

    def flood() -> None:
        for number in range(1000):
            log.handle(warning(str(number)))

    await asyncio.to_thread(flood)
    await asyncio.sleep(0)
    seconds = 1 + sum("dropped" in line for line in told)
    assert len(told) <= (LINES_A_SECOND + 1) * seconds


async def test_a_line_after_the_end_harms_nobody() -> None:
    def made_and_left() -> StackLog:
        async def make() -> StackLog:
            return StackLog(lambda _: None)

        return asyncio.run(make())

    log = await asyncio.to_thread(made_and_left)
    log.handle(warning("too late"))
