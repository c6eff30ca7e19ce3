"""Set-up gets what is needed and does not pester hosts that can't be reached."""

import os
import time
from pathlib import Path

import pytest
from typing_extensions import override

from ivr.core.errors import MissingPiece
from ivr.speech.models.catalog import Use
from ivr.speech.models.installed import installed
from ivr.speech.models.progress import Silent
from ivr.speech.models.setup import REST_S, Purpose, provide_model, set_up
from tests.speech.models.conftest import ModelHost, NewModel

FILES = {"a": b"1"}


class Notes(Silent):
    def __init__(self) -> None:
        self.lines: list[str] = []

    @override
    def note(self, text: str) -> None:
        self.lines.append(text)


def test_it_goes_on_without_what_only_makes_things_better(
    tmp_path: Path, new_model: NewModel
) -> None:
    gone = new_model.of_files("gone", FILES, "nowhere")
    needed = new_model.of_files("needed", FILES, use=Use.NEEDED)
    progress = Notes()
    set_up(tmp_path, {"gone": gone, "needed": needed}, Purpose.RUN, progress)
    assert progress.lines[0] == "needed is ready"
    assert "works without it" in progress.lines[1]
    assert len(progress.lines) == 2
    assert all("\n" not in line for line in progress.lines)


def test_it_stops_at_what_is_needed(tmp_path: Path, new_model: NewModel) -> None:
    needed = new_model.of_files("needed", FILES, "nowhere", use=Use.NEEDED)
    with pytest.raises(MissingPiece, match="needed cannot be fetched"):
        set_up(tmp_path, {"needed": needed}, Purpose.RUN, Silent())


@pytest.mark.parametrize("purpose", Purpose)
def test_models_of_tests_are_for_tests(
    tmp_path: Path, new_model: NewModel, purpose: Purpose
) -> None:
    set_up(tmp_path, {"t": new_model.of_files("t", FILES, use=Use.TESTS)}, purpose, Silent())
    assert bool(installed(tmp_path, "t")) == (purpose is Purpose.TEST)


def test_a_failure_is_not_repeated_for_a_day(
    tmp_path: Path, host: ModelHost, new_model: NewModel
) -> None:
    catalog = {"gone": new_model.of_files("gone", FILES, "nowhere")}
    set_up(tmp_path, catalog, Purpose.RUN, Silent())
    host.asked.clear()
    progress = Notes()
    set_up(tmp_path, catalog, Purpose.RUN, progress)
    assert host.asked == []
    assert "ivr models fetch gone" in progress.lines[0]

    for note in tmp_path.rglob("failed.txt"):
        os.utime(note, (0, time.time() - REST_S - 60))
    set_up(tmp_path, catalog, Purpose.RUN, Silent())
    assert host.asked != []


def test_asked_for_by_name_it_is_tried_at_once(
    tmp_path: Path, host: ModelHost, new_model: NewModel
) -> None:
    gone = new_model.of_files("gone", FILES, "later")
    set_up(tmp_path, {"gone": gone}, Purpose.RUN, Silent())
    host.files["later/a"] = b"1"
    assert provide_model(tmp_path, gone, Silent()) == tmp_path / "gone"
    assert not list(tmp_path.rglob("failed.txt"))
