"""A PostgreSQL of the tests' own: on loopback, on a free port, gone afterwards."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import pytest

from tests.ports import free_port

_PROGRAMS = Path("/usr/lib/postgresql")
_ACCOUNT = "postgres"
"""Debian's account for it; PostgreSQL refuses to run as root."""


def _binaries() -> Path | None:
    """The folder of the newest PostgreSQL here; Debian keeps its servers off the PATH."""
    found = [folder for folder in _PROGRAMS.glob("*/bin") if (folder / "initdb").exists()]
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _run(*command: str | Path) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["setpriv", f"--reuid={_ACCOUNT}", f"--regid={_ACCOUNT}", "--clear-groups", *words]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, cwd="/")
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[int]:
    """Its port on loopback; the user is `postgres`, without a password."""
    programs = _binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(mkdtemp(prefix="hotline-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _ACCOUNT, _ACCOUNT)
        data, port = folder / "data", free_port()
        _run(programs / "initdb", "-D", data, "-U", _ACCOUNT, "-A", "trust", "-N", "-E", "UTF8")
        options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c max_connections=60"
        control = (programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log")
        _run(*control, "-o", options, "start")
        try:
            yield port
        finally:
            _run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: int) -> str:
    """The address of an empty database."""
    programs, name = _binaries(), f"t{uuid4().hex}"
    assert programs is not None
    at = ("-h", "127.0.0.1", "-p", str(postgres_server), "-U", _ACCOUNT)
    _run(programs / "createdb", *at, name)
    return f"postgresql://{_ACCOUNT}@127.0.0.1:{postgres_server}/{name}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.timeout(60))])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """A database of either kind, empty."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return tmp_path / "h.sqlite"
