"""When set-up does a step again: one too few breaks the hotline, one too many costs minutes."""

from pathlib import Path

import pytest
from hotline_setup.stamps import Stamps, fingerprint


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "data/nlu").mkdir(parents=True)
    (tmp_path / "data/nlu/greet.yml").write_text("hallo")
    return tmp_path / "data"


def test_changed_content_changes_the_fingerprint_although_size_and_time_stay(tree: Path) -> None:
    before = fingerprint([tree])
    (tree / "nlu/greet.yml").write_text("servo")
    assert fingerprint([tree]) != before


@pytest.mark.parametrize("name", ["new.yml", "nlu/new.yml"])
def test_a_new_file_changes_the_fingerprint(tree: Path, name: str) -> None:
    before = fingerprint([tree])
    (tree / name).touch()
    assert fingerprint([tree]) != before


def test_an_output_that_is_removed_or_cut_off_changes_the_fingerprint(tree: Path) -> None:
    output = tree / "nlu/greet.yml"
    whole = fingerprint([], [output])
    output.write_text("hal")
    cut = fingerprint([], [output])
    output.unlink()
    assert len({whole, cut, fingerprint([], [output])}) == 3


@pytest.mark.parametrize("name", ["__pycache__/greet.pyc", ".cache/trained.bin"])
def test_what_programs_keep_beside_the_files_changes_nothing(tree: Path, name: str) -> None:
    before = fingerprint([tree], [tree])
    (tree / name).parent.mkdir()
    (tree / name).touch()
    assert fingerprint([tree], [tree]) == before


def test_another_folder_is_another_fingerprint(tmp_path: Path) -> None:
    assert fingerprint([], facts=["/old/place"]) != fingerprint([], facts=["/new/place"])


def test_a_finished_step_is_current_until_its_fingerprint_changes(tmp_path: Path) -> None:
    stamps = Stamps(tmp_path / "stamps")
    assert not stamps.is_current("venv", "a")
    stamps.finish("venv", "a", kind="dev")
    assert stamps.is_current("venv", "a")
    assert not stamps.is_current("venv", "b")
    assert not stamps.is_current("venv-nlu", "a")
    assert stamps.read("venv")["kind"] == "dev"


def test_a_step_that_was_begun_and_not_finished_is_known_as_interrupted(tmp_path: Path) -> None:
    stamps = Stamps(tmp_path)
    stamps.finish("venv", "a")
    stamps.begin("venv", root="/somewhere")
    assert stamps.was_interrupted("venv")
    assert not stamps.is_current("venv", "a")
    assert stamps.read("venv")["root"] == "/somewhere"


@pytest.mark.parametrize("content", ["", '{"mark": "a', "[]", "\x00\x01"])
def test_a_broken_stamp_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "venv").write_text(content)
    assert not Stamps(tmp_path).is_current("venv", "a")


def test_a_step_with_an_age_limit_is_done_again_afterwards(tmp_path: Path) -> None:
    stamps = Stamps(tmp_path)
    stamps.finish("models", "a")
    assert stamps.is_current("models", "a", max_age_s=3600)
    assert not stamps.is_current("models", "a", max_age_s=0)
