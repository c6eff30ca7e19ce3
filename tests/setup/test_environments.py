"""What set-up makes of settings that machines already have."""

from pathlib import Path

import pytest
from hotline_setup.environments import python_of_settings, uv_environment

NO_PIP: dict[str, str] = {}
MIRROR = "https://mirror.example/simple"


@pytest.mark.parametrize(
    ("env", "pip", "index"),
    [
        ({}, {}, None),
        ({"PIP_INDEX_URL": MIRROR}, {}, MIRROR),
        ({}, {"index-url": MIRROR}, MIRROR),
        ({"UV_INDEX_URL": "https://other.example"}, {"index-url": MIRROR}, None),
    ],
)
def test_a_companys_own_index_counts_unless_uv_has_one_of_its_own(
    env: dict[str, str], pip: dict[str, str], index: str | None
) -> None:
    assert uv_environment(env, pip.get).get("UV_DEFAULT_INDEX") == index


def test_a_companys_own_certificates_count() -> None:
    assert uv_environment({"PIP_CERT": "/own.pem"}, NO_PIP.get)["SSL_CERT_FILE"] == "/own.pem"
    kept = uv_environment({"SSL_CERT_FILE": "/a.pem"}, {"cert": "/b.pem"}.get)
    assert kept["SSL_CERT_FILE"] == "/a.pem"


def test_an_outer_environment_is_left_alone_and_not_installed_into() -> None:
    outer = {"VIRTUAL_ENV": "/somewhere", "PYTHONPATH": "/else", "HOME": "/home/a"}
    assert uv_environment(outer, NO_PIP.get) == {"HOME": "/home/a"}


def test_the_settings_may_name_rasas_python(tmp_path: Path) -> None:
    (tmp_path / "hotline.toml").write_text('[nlu]\npython = "own/python3.10"\n')
    assert python_of_settings(tmp_path, {}) == str(tmp_path / "own/python3.10")
    assert python_of_settings(Path("/nowhere"), {"IVR_HOME": str(tmp_path)}) == str(
        tmp_path / "own/python3.10"
    )


@pytest.mark.parametrize("text", ["", "[nlu]\n", "nlu = 3\n", "[nlu", '[nlu]\npython = ""\n'])
def test_settings_that_name_none_or_are_wrong_name_none(tmp_path: Path, text: str) -> None:
    """What is wrong with the file is told by the program, which knows all its settings."""
    (tmp_path / "hotline.toml").write_text(text)
    assert python_of_settings(tmp_path, {}) is None
