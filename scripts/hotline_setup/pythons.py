"""Finds the two Pythons that the hotline needs: one for the program, an older one for Rasa.

A name on the PATH proves nothing: pyenv's shims exist for versions that they then refuse to run.
So every candidate is asked for its version before it is believed.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

PROGRAM_VERSIONS = ((3, 11), (3, 12), (3, 13))
"""Best first: the first is the one the locks are made and tested with."""
NLU_VERSION = (3, 10)
"""Rasa 3.6 runs on no newer one."""
_ASK = "import sys; print(*sys.version_info[:2], sys.executable)"
_ANSWER_S = 30


@dataclass(frozen=True)
class Python:
    """An interpreter that runs."""

    path: Path
    version: tuple[int, int]


Probe = Callable[[Path], Optional[Python]]


def probe(path: Path) -> Python | None:
    """The interpreter behind `path`, or None if it does not run."""
    try:
        answer = subprocess.run(
            [str(path), "-I", "-c", _ASK],
            capture_output=True,
            text=True,
            timeout=_ANSWER_S,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.match(r"(\d+) (\d+) (.+)", answer)
    if not found:
        return None
    return Python(Path(found[3]), (int(found[1]), int(found[2])))


def first_working(
    candidates: Iterable[Path], wanted: Iterable[tuple[int, int]], ask: Probe = probe
) -> Python | None:
    """The first candidate that runs and is of a wanted version."""
    versions = tuple(wanted)
    for path in candidates:
        python = ask(path)
        if python and python.version in versions:
            return python
    return None


def candidates(version: tuple[int, int], env: Mapping[str, str], managed: Path) -> Iterator[Path]:
    """Where a Python of this version may be: the PATH, pyenv's folder, then what uv fetched."""
    name = f"python{version[0]}.{version[1]}"
    for folder in env.get("PATH", "").split(os.pathsep):
        if folder:
            yield from _existing(Path(folder) / name)
    pyenv = Path(env.get("PYENV_ROOT") or Path(env.get("HOME", "/nowhere")) / ".pyenv")
    prefix = f"{version[0]}.{version[1]}."
    for installed in sorted((pyenv / "versions").glob(f"{prefix}*"), key=_patch, reverse=True):
        yield from _existing(installed / "bin" / name)
    for installed in sorted(managed.glob(f"cpython-{prefix}*"), reverse=True):
        yield from _existing(installed / "bin" / name)


def program_candidates(own: Path, env: Mapping[str, str], managed: Path) -> Iterator[Path]:
    """Where the program's Python may be: set-up's own first, since somebody has chosen it."""
    yield own
    for version in PROGRAM_VERSIONS:
        yield from candidates(version, env, managed)


def _existing(path: Path) -> Iterator[Path]:
    if os.access(path, os.X_OK):
        yield path


def _patch(folder: Path) -> int:
    number = re.match(r"\d+\.\d+\.(\d+)", folder.name)
    return int(number[1]) if number else -1
