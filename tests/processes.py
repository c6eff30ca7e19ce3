"""Processes that the program starts and ends."""

from pathlib import Path


def lives(pid: int) -> bool:
    """Whether the process runs; one that is dead but not yet reaped does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"
