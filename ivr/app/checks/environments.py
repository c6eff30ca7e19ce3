"""The two Python environments: the program's own, and Rasa's on Python 3.10."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ivr.app.checks.finding import Finding, missing, ok, warning
from ivr.config.loading import PROGRAM_FOLDER

_CURE = "run `make setup`"
_RASA_PYTHON = "3.10"


def check_program_packages() -> Finding:
    """Whether the running environment has what `requirements/run.lock` says."""
    return check_lock(
        "environment", Path(sys.prefix), PROGRAM_FOLDER / "requirements" / "run.lock"
    )


def check_rasa_packages() -> Finding:
    """Whether Rasa's environment has what `nlu/requirements.lock` says."""
    name, folder = "Rasa's environment", PROGRAM_FOLDER / ".venv-nlu"
    if not folder.is_dir():
        return missing(name, f"{folder} is not there", _CURE)
    return check_lock(name, folder, PROGRAM_FOLDER / "nlu" / "requirements.lock")


def check_rasa_python(given: Path | None) -> Finding:
    """Whether Rasa's environment runs on Python 3.10, or one is there to make it with."""
    name = "Rasa's Python"
    scripts = "Scripts" if os.name == "nt" else "bin"
    inside = PROGRAM_FOLDER / ".venv-nlu" / scripts / "python"
    if _version(inside) == _RASA_PYTHON:
        return ok(name, f"{_RASA_PYTHON} in {inside.parents[1]}")
    for candidate in [given] if given else _candidates():
        if _version(candidate) == _RASA_PYTHON:
            return ok(name, f"{candidate} is there to make Rasa's environment with")
    what = f"{given} is not Python {_RASA_PYTHON}" if given else f"no Python {_RASA_PYTHON} found"
    return missing(
        name,
        what,
        "install one (for example: uv python install 3.10), or name it in [nlu] python;"
        f" then {_CURE}",
    )


def _candidates() -> Iterator[Path]:
    """Where a Python 3.10 may be: on the path, or among those of pyenv and uv."""
    if found := shutil.which("python3.10"):
        yield Path(found)
    home = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT", home / ".pyenv"))
    yield from sorted(pyenv.glob("versions/3.10.*/bin/python3.10"), reverse=True)
    yield from sorted(home.glob(".local/share/uv/python/cpython-3.10.*/bin/python3.10"))


def _version(python: Path) -> str | None:
    """Major and minor version; None where it does not run (a shim of pyenv may refuse)."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(  # noqa: S603 - a Python that the admin has installed
            [python, "-c", ask], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() or None


def check_lock(name: str, environment: Path, lock: Path) -> Finding:
    try:
        pinned = re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock.read_text("utf-8"), re.MULTILINE)
    except OSError:
        return warning(name, f"{lock} is not there to compare it with", "get it back with git")
    installed = dict(_installed(environment))
    wrong = [package for package, version in pinned if installed.get(_normal(package)) != version]
    if wrong:
        more = ", …" if wrong[3:] else ""
        text = f"{len(wrong)} of {len(pinned)} packages are missing or of another version"
        return missing(name, f"{text}: {', '.join(wrong[:3])}{more}", _CURE)
    return ok(name, f"{len(pinned)} packages in {environment}, as the lock says")


def _installed(environment: Path) -> Iterator[tuple[str, str]]:
    for pattern in ("lib/python*/site-packages/*.dist-info", "Lib/site-packages/*.dist-info"):
        for folder in environment.glob(pattern):
            package, _, version = folder.name.removesuffix(".dist-info").partition("-")
            yield _normal(package), version


def _normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()
