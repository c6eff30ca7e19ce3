"""Lets work stand back behind calls.

Linux shares the processor among sessions first (autogroups, sched(7)), and only within one by a
process's own niceness: work in a session of its own has to be low in both, or its niceness counts
for nothing. What a process has given up of its own niceness it gets back only as root; what its
session has given up, anybody may give back. Where there are no autogroups (in containers with a
share of the processor, or switched off) a process's own niceness counts, and nothing is lost.
"""

import asyncio
import time
from pathlib import Path

WORK = 15
"""Niceness of what may take as long as it takes."""
LOADING = 5
"""Niceness of what somebody waits for: with every core busy it still gets a quarter of one."""
_TRIES = 5
_AGAIN_S = 0.15
"""Linux lets others than root change one session in 0.1 s."""


def niced(nice: int) -> tuple[str, ...]:
    """What to put before a command."""
    return ("nice", "-n", str(nice)) if nice else ()


async def set_session(pid: int, nice: int) -> bool:
    """Set the niceness, 0 to 19, of the session that `pid` leads; false where that is not to be
    had, or the process is gone."""
    return await asyncio.to_thread(_set, Path(f"/proc/{pid}/autogroup"), nice)


def _set(group: Path, nice: int) -> bool:
    for _ in range(_TRIES):
        try:
            # Never made anew: what is not there is a process that is gone.
            with group.open("r+", encoding="ascii") as file:
                file.write(str(nice))
        except BlockingIOError:
            time.sleep(_AGAIN_S)
        except OSError:
            return False
        else:
            return True
    return False
