"""Which process leads a call, and whether it still lives.

A process is known by its machine, its number and the moment it started: a number alone is given
again after a while, and in a container the same few numbers come up at every start. Where that
moment cannot be told (Windows), and for other machines' processes, nobody can say from here
whether they live.
"""

import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from typing_extensions import override

SILENT_FOR = timedelta(hours=6)
"""After this long, a call whose process cannot be looked at from here counts as dead.

Longer than the longest call that the settings allow.
"""
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Owner:
    host: str
    pid: int
    started: str
    """Tells two processes of the same number apart; empty where the system does not say."""

    @override
    def __str__(self) -> str:
        return f"{self.host}|{self.pid}|{self.started}"


def named(text: str) -> Owner:
    """The process that `str` of an owner names. Raises ValueError on any other text."""
    host, pid, started = text.rsplit("|", 2)
    return Owner(host, int(pid), started)


def this_process() -> Owner:
    """May wait for a moment, where the system has no /proc."""
    pid = os.getpid()
    return Owner(platform.node(), pid, _started(pid) or "")


def lives(owner: Owner) -> bool | None:
    """Whether the process still runs; None if that cannot be told from here. May wait a moment."""
    if owner.host != platform.node() or not owner.started:
        return None
    return _started(owner.pid) == owner.started


def _started(pid: int) -> str | None:
    """What tells the process from others of its number; None if none of that number runs."""
    if (_PROC / "self" / "stat").exists():
        return _started_by_proc(pid)
    if os.name == "posix":
        return _started_by_ps(pid)
    return None


def _started_by_proc(pid: int) -> str | None:
    """From proc(5): the start in clock ticks since boot, with the number of the boot."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The second field is the name in parentheses, which may itself contain both.
    state, *rest = stat[stat.rindex(")") + 1 :].split()
    if state in "ZX":  # Killed, and its parent has not looked yet.
        return None
    boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{boot}:{rest[18]}"


def _started_by_ps(pid: int) -> str | None:
    """From POSIX ps, for macOS and the BSDs; the fixed zone and language keep it comparable."""
    command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]  # `stat` first: it has no blanks.
    answer = subprocess.run(  # noqa: S603 - a fixed command and a number
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=10,
        env={"PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC", "LC_ALL": "C"},
    )
    state, _, started = answer.stdout.strip().partition(" ")
    if not started or state.startswith("Z"):
        return None
    return " ".join(started.split())
