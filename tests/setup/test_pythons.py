"""Which Python set-up takes, on machines of many kinds made of scripts and folders."""

import sys
from pathlib import Path

import pytest
from hotline_setup.pythons import (
    NLU_VERSION,
    PROGRAM_VERSIONS,
    Python,
    candidates,
    first_working,
    probe,
    program_candidates,
)


def interpreter(path: Path, version: str) -> Path:
    """Something that answers as a Python of this version does."""
    return script(path, f'echo "{version.replace(".", " ")} {path}"')


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def find_nlu(env: dict[str, str], managed: Path) -> Path | None:
    found = first_working(candidates(NLU_VERSION, env, managed), [NLU_VERSION])
    return found.path if found else None


def test_a_real_python_is_believed() -> None:
    found = probe(Path(sys.executable))
    assert found is not None
    assert found.version == sys.version_info[:2]


def test_a_shim_that_refuses_is_passed_over_for_pyenvs_own_folder(tmp_path: Path) -> None:
    script(tmp_path / "shims/python3.10", "echo 'python3.10: command not found' >&2; exit 127")
    real = interpreter(tmp_path / "pyenv/versions/3.10.13/bin/python3.10", "3.10")
    env = {"PATH": str(tmp_path / "shims"), "PYENV_ROOT": str(tmp_path / "pyenv")}
    assert find_nlu(env, tmp_path / "managed") == real


def test_a_shim_that_refuses_is_passed_over_for_a_later_one_on_the_path(tmp_path: Path) -> None:
    script(tmp_path / "shims/python3.10", "exit 127")
    real = interpreter(tmp_path / "with space/python3.10", "3.10")
    env = {"PATH": f"{tmp_path}/shims::{tmp_path}/with space"}
    assert find_nlu(env, tmp_path / "managed") == real


def test_a_python_of_another_version_under_the_wanted_name_is_not_taken(tmp_path: Path) -> None:
    interpreter(tmp_path / "bin/python3.10", "3.12")
    assert find_nlu({"PATH": str(tmp_path / "bin")}, tmp_path / "managed") is None


def test_of_pyenvs_the_newest_is_taken_and_the_home_folder_is_the_usual_place(
    tmp_path: Path,
) -> None:
    versions = tmp_path / ".pyenv/versions"
    for patch in ("3.10.4", "3.10.13", "3.10.9"):
        interpreter(versions / patch / "bin/python3.10", "3.10")
    env = {"HOME": str(tmp_path)}
    assert find_nlu(env, tmp_path / "managed") == versions / "3.10.13/bin/python3.10"


def test_what_was_fetched_before_is_found_again(tmp_path: Path) -> None:
    fetched = interpreter(tmp_path / "cpython-3.10.18-linux-x86_64-gnu/bin/python3.10", "3.10")
    assert find_nlu({}, tmp_path) == fetched


def test_set_ups_own_python_is_preferred_for_the_program() -> None:
    """`make setup PYTHON=…` chooses it."""
    own = Path("/chosen/python")
    known = {own: Python(own, (3, 13))}
    places = program_candidates(own, {}, Path("/nowhere"))
    found = first_working(places, PROGRAM_VERSIONS, known.get)
    assert found == Python(own, (3, 13))


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.14"])
def test_a_python_the_program_does_not_run_on_is_only_good_for_set_up(
    tmp_path: Path, version: str
) -> None:
    own = interpreter(tmp_path / "own/python3", version)
    newer = interpreter(tmp_path / "bin/python3.12", "3.12")
    places = program_candidates(own, {"PATH": str(tmp_path / "bin")}, tmp_path)
    found = first_working(places, PROGRAM_VERSIONS)
    assert found == Python(newer, (3, 12))


@pytest.mark.parametrize("body", ["exit 1", "echo nonsense", "kill -9 $$"])
def test_what_is_no_python_is_not_believed(tmp_path: Path, body: str) -> None:
    assert probe(script(tmp_path / "python3.10", body)) is None


def test_what_is_not_there_is_not_believed(tmp_path: Path) -> None:
    assert probe(tmp_path / "python3.10") is None
