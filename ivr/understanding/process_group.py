"""Ends a process that leads a session of its own, with all that it has started."""

import asyncio
import os
import signal
from contextlib import suppress


async def end_group(process: asyncio.subprocess.Process, patience_s: float) -> None:
    """Kindly at first, for `patience_s`; harmless if it is over already."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        # Once it is reaped, its number may belong to somebody else.
        if process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), patience_s)
