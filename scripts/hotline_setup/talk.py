"""What set-up says to people, and how it runs other programs under their eyes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

STILL_EVERY_S = 15.0


class SetupError(Exception):
    """Set-up cannot go on: what it could not do, why, and what a person can do about it."""

    def __init__(self, what: str, why: str, cure: str) -> None:
        super().__init__(what, why, cure)
        self.message = f"Set-up stopped: {what}\n  why:  {why}\n  cure: {cure}"


class AlreadyTold(Exception):
    """Set-up cannot go on, and the program it ran has told why and what to do."""


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(
    command: Sequence[object],
    what: str,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    still_every_s: float = STILL_EVERY_S,
) -> int:
    """Run a slow program to its end, its output shown; tells that it is still at work.

    Returns the exit code. Raises SetupError if it cannot be started at all.
    """
    say(f"{what} ...")
    begun = time.monotonic()
    try:
        process = subprocess.Popen(
            [str(part) for part in command], cwd=cwd, env=env, stdin=subprocess.DEVNULL
        )
    except OSError as error:
        cure = "check that it is there and may be run, then run the same command again"
        raise SetupError(what, f"{command[0]} cannot be run: {error.strerror}", cure) from None
    with process:
        try:
            while (status := _ended(process, still_every_s)) is None:
                # On a terminal the program shows its own progress.
                if not sys.stdout.isatty():
                    say(f"{what}: at work for {time.monotonic() - begun:.0f} s")
        except BaseException:
            process.terminate()
            raise
    return status


def _ended(process: subprocess.Popen[bytes], within_s: float) -> int | None:
    """The exit code, or None if the process has not ended for a while."""
    try:
        return process.wait(within_s)
    except subprocess.TimeoutExpired:
        return None
