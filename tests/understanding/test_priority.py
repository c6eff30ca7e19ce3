"""Work that stands back behind calls, and comes forward again without being root."""

import asyncio
import os
from pathlib import Path

import psutil

from ivr.understanding.priority import LOADING, WORK, niced, set_session


def niceness(pid: int) -> int | None:
    """Of the session; "/autogroup-7 nice 5"."""
    try:
        return int(Path(f"/proc/{pid}/autogroup").read_text("ascii").split()[-1])
    except OSError:
        return None


async def test_a_session_stands_back_and_comes_forward() -> None:
    process = await asyncio.create_subprocess_exec(
        *niced(WORK), "sleep", "60", start_new_session=True
    )
    try:
        # Some kernels share the processor otherwise: then there is nothing to set.
        there = niceness(process.pid) is not None
        assert await set_session(process.pid, LOADING) is there
        assert niceness(process.pid) == (LOADING if there else None)
        assert await set_session(process.pid, 0) is there
        assert niceness(process.pid) == (0 if there else None)
        # The command before the other one takes a moment on a busy machine.
        while (nice := psutil.Process(process.pid).nice()) == os.nice(0):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert nice == min(19, os.nice(0) + WORK)
    finally:
        process.kill()
        await process.wait()
    assert not await set_session(process.pid, WORK)
