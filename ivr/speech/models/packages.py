"""Gets wheels from Python's package index with the installer that is at hand: uv, else pip.

Every wheel is pinned by its hash; no package's code is run to install it.
"""

import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from ivr.core.errors import MissingPiece
from ivr.speech.models.download import SourceUnavailable
from ivr.speech.models.progress import Progress

_TICK_S = 0.5
# A machine without a way out should not wait minutes for the installers' own persistence.
_PATIENCE = {"PIP_RETRIES": "1", "UV_HTTP_RETRIES": "1"}


def fetch_wheels(wheels: Mapping[str, str], into: Path, what: str, progress: Progress) -> None:
    """Unpack the wheels (`name==version` to sha256) into `into`; `what` is shown meanwhile.

    Raises SourceUnavailable.
    """
    into.mkdir(parents=True, exist_ok=True)
    pinned = into.with_suffix(".txt")
    lines = [f"{wheel} --hash=sha256:{digest}\n" for wheel, digest in wheels.items()]
    pinned.write_text("".join(lines), encoding="utf-8")
    arguments = ["--target", str(into), "--no-deps"]
    _install(arguments, pinned, into.with_suffix(".log"), what, progress)


def install_locked(lock: Path, log: Path, what: str, progress: Progress) -> None:
    """Install the hash-pinned packages of `lock` into the running environment.

    Raises SourceUnavailable.
    """
    _install([], lock, log, what, progress)
    importlib.invalidate_caches()


def _install(
    arguments: Sequence[str], pinned: Path, log: Path, what: str, progress: Progress
) -> None:
    common = ["--require-hashes", "--only-binary", ":all:", "-r", str(pinned)]
    reason = "neither uv nor pip is there to install it with"
    for installer in _installers():
        progress.begin(what, None)
        try:
            status = _run([*installer, *arguments, *common], log, progress)
        finally:
            progress.end()
        if status == 0:
            return
        reason = _last_words(log)
    raise SourceUnavailable(f"{what} cannot be had from the package index: {reason}")


def _installers() -> Iterator[list[str]]:
    """Install commands that work on the running environment, best first."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv:
        yield [uv, "pip", "install", "--python", sys.executable]
    pip = ["install", "--no-input", "--disable-pip-version-check"]
    if find_spec("pip"):
        yield [sys.executable, "-m", "pip", *pip]
        return
    # An environment made by uv has no pip of its own; that of its Python serves it as well.
    base = Path(sys.base_prefix) / ("python.exe" if os.name == "nt" else "bin/python3")
    if base.exists():
        yield [str(base), "-m", "pip", "--python", sys.executable, *pip]


def _run(command: Sequence[str], log: Path, progress: Progress) -> int:
    """Run the command to its end, its output in `log`; a stop of ours stops it too."""
    env = {**_PATIENCE, **os.environ}
    try:
        with (
            log.open("wb") as output,
            # Our own installers, arguments from the catalog that ships with the program.
            subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env
            ) as process,
        ):
            try:
                while True:
                    try:
                        return process.wait(_TICK_S)
                    except subprocess.TimeoutExpired:
                        progress.advance(0)
            except BaseException:
                process.terminate()
                raise
    except OSError as error:
        raise MissingPiece(f"{command[0]} cannot be run: {error.strerror}") from error


def _last_words(log: Path) -> str:
    """The installer's own reason, shortened; the log has the rest."""
    text = log.read_text(encoding="utf-8", errors="replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower()] or lines or ["no reason given"]
    return f"{telling[-1][:200]} (all of it in {log})"
