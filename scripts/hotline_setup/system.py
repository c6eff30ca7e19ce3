"""Libraries that come from the system's own packages, and how they get there."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotline_setup.talk import SetupError, run, say


@dataclass(frozen=True)
class Library:
    """A shared library, the Debian package it comes in, and what cannot be done without it."""

    file: str
    package: str
    purpose: str


LIBRARIES = (
    Library("libespeak-ng.so.1", "libespeak-ng1", "the voice pyttsx3"),
    Library("libportaudio.so.2", "libportaudio2", "calls with the microphone"),
)


def loads(file: str) -> bool:
    """Whether the library can be loaded: the one question that counts, on any distribution."""
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


def missing(can_load: Callable[[str], bool] = loads) -> list[Library]:
    """The libraries that are not there. Elsewhere than on Linux, wheels bring their own."""
    if not sys.platform.startswith("linux"):
        return []
    return [library for library in LIBRARIES if not can_load(library.file)]


def report(absent: Sequence[Library]) -> None:
    """Say what will not work, and what to install; the hotline runs all the same."""
    for library in absent:
        say(
            f"note: {library.file} is missing, so {library.purpose} will not work;"
            f" on Debian and Ubuntu: {install_command([library], os.geteuid() == 0)}"
        )


def install(absent: Sequence[Library], root: Path) -> None:
    """Install the packages if we may. Raises SetupError with the command if we may not."""
    if not absent:
        return
    names = " and ".join(library.package for library in absent)
    is_root, apt = os.geteuid() == 0, shutil.which("apt-get")
    what = f"the tests need the system's packages {names}"
    if not (is_root and apt):
        why = "only root can install them" if apt else "this system has no apt-get"
        cure = install_command(absent, is_root)
        if not apt:
            cure = "install them (espeak-ng, PortAudio) with the system's own package manager"
        raise SetupError(what, why, f"{cure}, then run the same command again")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run([apt, "-q", "update"], "refreshing the list of the system's packages", root, env)
    command = [apt, "-q", "install", "-y", "--no-install-recommends"]
    command += [library.package for library in absent]
    run(command, f"installing the system's packages {names}", root, env)
    if still := [library for library in absent if not loads(library.file)]:
        cure = f"{install_command(still, is_root)}, then run the same command again"
        raise SetupError(what, "apt-get did not install them; it says why above", cure)


def install_command(absent: Sequence[Library], is_root: bool) -> str:
    """What a person types to get the packages."""
    packages = " ".join(library.package for library in absent)
    return f"{'' if is_root else 'sudo '}apt-get install -y {packages}"
