"""The committed locks: pinned by hash, without addresses, in step with what they are made from."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hotline_setup.locks import LOCKS
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, set[str]]:
    """Versions by name; a name has more than one where they differ by platform or Python."""
    found: dict[str, set[str]] = {}
    for name, version in PIN.findall((ROOT / lock).read_text()):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def project() -> Mapping[str, Any]:
    content: Mapping[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return content


def asked_for(lock: str) -> list[Requirement]:
    own, extras = project()["dependencies"], project()["optional-dependencies"]
    return [
        Requirement(line)
        for line in {
            "requirements/run.lock": own,
            "requirements/dev.lock": own + extras["dev"],
            "requirements/piper.lock": extras["piper"],
            "nlu/requirements.lock": (ROOT / "nlu/requirements.in").read_text().splitlines(),
        }[lock]
        if not line.startswith("#")
    ]


@pytest.mark.parametrize("lock", [lock.file for lock in LOCKS])
def test_every_package_is_pinned_by_hash_and_no_address_is_named(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    for entry in re.split(r"\n(?=\S)", text):
        if not entry.startswith(("#", "    #")):
            assert PIN.match(entry), entry[:80]
            assert "--hash=sha256:" in entry, entry[:80]


@pytest.mark.parametrize(
    "lock",
    [
        "requirements/run.lock",
        "requirements/dev.lock",
        "requirements/piper.lock",
        "nlu/requirements.lock",
    ],
)
def test_what_the_project_asks_for_is_in_the_lock(lock: str) -> None:
    locked = pins(lock)
    for requirement in asked_for(lock):
        versions = locked.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement.name} is not in {lock}: make lock"
        assert all(requirement.specifier.contains(each, prereleases=True) for each in versions)


@pytest.mark.parametrize("lock", ["requirements/dev.lock", "requirements/piper.lock"])
def test_environments_of_the_program_agree_on_versions(lock: str) -> None:
    """With the tools for development or a neural voice, it is still the same program."""
    run = pins("requirements/run.lock")
    differing = {name for name, version in pins(lock).items() if run.get(name, version) != version}
    assert not differing


def test_the_gpl_voice_is_in_no_lock_but_its_own() -> None:
    assert "piper-tts" not in pins("requirements/run.lock") | pins("requirements/dev.lock")
    assert "piper-tts" in pins("requirements/piper.lock")


def test_what_builds_the_program_is_pinned_too() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    locked = pins("requirements/build.lock")
    for requirement in map(Requirement, build):
        (version,) = locked[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version)
