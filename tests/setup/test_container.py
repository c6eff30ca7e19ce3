"""The Dockerfile's promises. No container engine is needed: hadolint and this read it."""

import re
import shlex
from pathlib import Path

import pytest

from ivr.config.loading import load_settings

ROOT = Path(__file__).parents[2]


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [
        (name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines) if name
    ]


def last_stage() -> list[tuple[str, str]]:
    all_of_them = instructions()
    starts = [index for index, (name, _) in enumerate(all_of_them) if name == "FROM"]
    return all_of_them[starts[-1] :]


def values(name: str) -> list[str]:
    return [rest for each, rest in last_stage() if each == name]


def environment() -> dict[str, str]:
    pairs = shlex.split(" ".join(values("ENV")))
    return dict(pair.split("=", 1) for pair in pairs)


def test_it_is_made_by_the_script_that_make_run_uses() -> None:
    script = "scripts/setup.py run"
    assert any(name == "RUN" and script in rest for name, rest in instructions())
    assert script in (ROOT / "Makefile").read_text()


def test_it_runs_as_nobody_in_particular() -> None:
    (user,) = values("USER")
    assert int(user) >= 10_000


def test_its_health_is_asked_for() -> None:
    (check,) = values("HEALTHCHECK")
    assert '"ivr", "doctor", "--health"' in check


def test_what_it_copies_is_there() -> None:
    stages = {
        rest.split()[-1] for name, rest in instructions() if name == "FROM" and " AS " in rest
    }
    for name, rest in instructions():
        if name != "COPY":
            continue
        *flags, sources = re.split(r"(?<=\S)\s+(?!--)", rest, maxsplit=1)
        if flags and flags[0].startswith("--from="):
            assert flags[0].removeprefix("--from=") in stages
        else:
            for source in f"{' '.join(flags)} {sources}".split()[:-1]:
                assert (ROOT / source).exists()


def test_the_settings_it_makes_are_settings_and_data_is_in_the_volume(tmp_path: Path) -> None:
    given = {name: value for name, value in environment().items() if name.startswith("IVR_")}
    settings = load_settings(Path(given["IVR_HOME"]), given)
    (volume,) = values("VOLUME")
    assert settings.hotline.data_dir.is_relative_to(volume)
    assert settings.hotline.models_dir == Path("/app/models")
    assert (ROOT / settings.hotline.company.relative_to("/app")).exists()
    assert values("EXPOSE") == [str(settings.web.port)]


@pytest.mark.parametrize("secret", [".git", "hotline.toml", "var"])
def test_what_is_private_or_heavy_stays_out_of_the_image(secret: str) -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert secret in ignored or (secret.startswith(".") and ".*" in ignored)
