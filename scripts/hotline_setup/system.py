"""What comes from the system's own packages, and how it gets there."""

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
class Need:
    """A shared library, a program or a file's whole path, its Debian package, what it is for."""

    name: str
    package: str
    purpose: str


TO_RUN = (
    Need("libespeak-ng.so.1", "libespeak-ng1", "the voice pyttsx3"),
    Need("libportaudio.so.2", "libportaudio2", "calls with the microphone"),
)
TO_TEST = (
    *TO_RUN,
    Need("espeak-ng", "espeak-ng", "the Korean that Vosk is tested with"),
    Need("chromium", "chromium", "the pages in a browser"),
    Need("sipp", "sip-tester", "calls from a telephone that is not ours"),
    Need("baresip", "baresip-core", "calls from a telephone with a microphone"),
    Need("kamailio", "kamailio", "logging on at a registrar"),
    Need("/etc/kamailio/tls.cfg", "kamailio-tls-modules", "logging on there by TLS"),
    Need("turnserver", "coturn", "calls from browsers through a relay"),
    Need("pg_ctlcluster", "postgresql", "the store on PostgreSQL"),
)


def is_there(name: str) -> bool:
    """Whether the library loads or the program is found: what counts on any distribution."""
    if name.startswith("/"):
        return Path(name).exists()
    if ".so" not in name:
        return shutil.which(name) is not None
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing(needs: Sequence[Need], look: Callable[[str], bool] = is_there) -> list[Need]:
    """The needs that are not met. Elsewhere than on Linux, wheels bring their own libraries."""
    if not sys.platform.startswith("linux"):
        return []
    return [need for need in needs if not look(need.name)]


def report(absent: Sequence[Need]) -> None:
    """Say what will not work, and what to install; the hotline runs all the same."""
    for need in absent:
        say(
            f"note: {need.name} is missing, so {need.purpose} will not work;"
            f" on Debian and Ubuntu: {install_command([need], os.geteuid() == 0)}"
        )


def install(absent: Sequence[Need], root: Path) -> None:
    """Install the packages if we may. Raises SetupError with the command if we may not."""
    if not absent:
        return
    names = " and ".join(need.package for need in absent)
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
    command += [need.package for need in absent]
    run(command, f"installing the system's packages {names}", root, env)
    if still := [need for need in absent if not is_there(need.name)]:
        cure = f"{install_command(still, is_root)}, then run the same command again"
        raise SetupError(what, "apt-get did not install them; it says why above", cure)


def install_command(absent: Sequence[Need], is_root: bool) -> str:
    """What a person types to get the packages."""
    packages = " ".join(need.package for need in absent)
    return f"{'' if is_root else 'sudo '}apt-get install -y {packages}"
