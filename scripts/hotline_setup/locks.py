"""Makes the locks anew: every package with its version and the hashes of all its wheels.

The locks hold no addresses, so that they work with whatever index a machine uses. They serve
every Python that set-up takes, on Intel's and on ARM's machines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotline_setup.talk import SetupError, run


@dataclass(frozen=True)
class Lock:
    """One lock: what it is made from. Paths are relative to the project's folder."""

    file: str
    sources: tuple[str, ...]
    python: str = "3.11"
    options: tuple[str, ...] = ()


RUN = "requirements/run.lock"
# pyttsx3 would bring 165 packages for the voices of macOS into the locks.
WITHOUT = "requirements/without.in"
LOCKS = (
    Lock("requirements/tools.lock", ("requirements/tools.in",), python="3.9"),
    Lock("requirements/build.lock", ("requirements/build.in",), python="3.10"),
    Lock(RUN, ("pyproject.toml",)),
    # What is in both has one version: either environment serves the program.
    Lock("requirements/dev.lock", ("pyproject.toml",), options=("--extra", "dev", "-c", RUN)),
    Lock("requirements/piper.lock", ("requirements/piper.in",), options=("-c", RUN)),
    Lock("nlu/requirements.lock", ("nlu/requirements.in",), python="3.10"),
)


def compile_command(uv: Path, lock: Lock, upgrade: bool) -> list[str]:
    """How a lock is made. Without `upgrade`, versions stay unless they have to change."""
    command = [str(uv), "pip", "compile", "-q", *lock.sources, *lock.options]
    command += ["--excludes", WITHOUT]
    command += ["--universal", "--python-version", lock.python, "--generate-hashes"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--no-header", "-o", lock.file]
    return [*command, "--upgrade"] if upgrade else command


def make_locks(root: Path, uv: Path, env: Mapping[str, str], options: Sequence[str]) -> None:
    """Make all locks. Raises SetupError at the first that cannot be made."""
    for lock in LOCKS:
        command = compile_command(uv, lock, "--upgrade" in options)
        if run(command, f"making {lock.file}", root, env):
            cure = (
                "change the versions asked for in pyproject.toml or requirements/, and try again"
            )
            raise SetupError(f"{lock.file} cannot be made", "uv says why above", cure)
