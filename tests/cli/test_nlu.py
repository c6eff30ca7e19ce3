"""`ivr nlu` on a data folder of its own, with a workshop and ears that need no engine."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ivr.app.training import Tools, open_training
from ivr.cli import nlu_models, nlu_room
from ivr.cli.nlu import app
from ivr.config.loading import PROGRAM_FOLDER
from ivr.core.errors import HotlineError
from ivr.training.scripted import ScriptedEar, ScriptedWorkshop
from tests.training.real import STORIES, TESTS
from tests.training.rooms import SMALL

Ivr = Callable[..., str]
HEARD = {"wie lange ist auf": "wie lange ist aus", "wie teuer ist der Kasten": "teuer ist der"}


@pytest.fixture
def ivr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ivr:
    """Runs a command that must succeed; what it said."""
    models = tmp_path / "models"
    models.mkdir()
    ear = ScriptedEar(HEARD)
    tools = Tools(ScriptedWorkshop(models), ear, ear)
    shutil.copyfile(PROGRAM_FOLDER / "company.toml", tmp_path / "company.toml")
    monkeypatch.setenv("IVR_HOME", str(tmp_path))
    monkeypatch.setattr(nlu_room, "open_training", partial(open_training, tools=tools))
    monkeypatch.setattr(nlu_models, "LOOK_EVERY_S", 0.01)

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, words)
        if done.exception is not None:
            raise done.exception
        return done.output

    return run


def refused(ivr: Ivr, *words: str) -> str:
    """Why a command was not done."""
    with pytest.raises(HotlineError) as error:
        ivr(*words)
    return str(error.value)


def project(folder: Path) -> Path:
    files = {**SMALL, "tests/held_out.yml": TESTS, "tests/test_hours.yml": STORIES}
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    return folder


def taught(ivr: Ivr, tmp_path: Path) -> str:
    """A project taken over and trained; the model."""
    ivr("import", str(project(tmp_path / "bot")), "--replace")
    return ivr("train", "--taught").split()[-1]


def test_a_project_goes_in_and_comes_out_again(ivr: Ivr, tmp_path: Path) -> None:
    folder = project(tmp_path / "bot")
    assert "piece(s) changed" in ivr("import", str(folder), "--replace")
    assert ivr("import", str(folder)).startswith("0 piece(s)")
    out, table = tmp_path / "out", tmp_path / "examples.csv"
    assert "file(s) in" in ivr("export", str(out), "--csv", str(table))
    assert "wann haben Sie geöffnet" in (out / "data" / "nlu.yml").read_text("utf-8")
    # Spreadsheets take it for UTF-8 by this mark.
    assert table.read_text("utf-8").startswith("\ufeff")
    again = tmp_path / "again"
    ivr("import", str(out), "--replace")
    ivr("export", str(again))
    for file in out.rglob("*.yml"):
        assert (again / file.relative_to(out)).read_text("utf-8") == file.read_text("utf-8")


def test_what_is_wrong_is_listed_and_nothing_is_taken_over(ivr: Ivr, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text("version: '3.1'\nnlu:\n- intent: x\n  examples: |\n    kein Strich\n", "utf-8")
    assert "nothing was imported: 1 problem(s)" in refused(ivr, "import", str(bad))
    assert "is not there" in refused(ivr, "import", str(tmp_path / "nowhere"))
    bad.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in refused(ivr, "import", str(bad))


def test_models_are_trained_compared_used_and_left_again(ivr: Ivr, tmp_path: Path) -> None:
    first = taught(ivr, tmp_path)
    assert first in ivr("models")
    (tmp_path / "models" / "untried").touch()
    assert "Insist with --anyway" in refused(ivr, "activate", "untried")
    assert "untried is wanted" in ivr("activate", "untried", "--anyway")
    assert f"{first} is wanted" in ivr("activate", first)
    more = tmp_path / "more.csv"
    more.write_text("intent;text\nhours;wann macht ihr denn auf\nprice;teuer ist der\n", "utf-8")
    ivr("import", str(more))
    second = ivr("train", "--taught").split()[-1]
    told = ivr("evaluate", second, "--spoken")
    assert f"{second}: 0.0 % of 4 right" in told
    assert f"{second}: 25.0 % right as the phone hears it" in told
    # No hotline has taken a wish up, so calls have used nothing but what ships.
    assert "kein früheres Modell" in refused(ivr, "rollback")
    assert "nicht mehr da" in refused(ivr, "activate", "nowhere")


def test_a_training_that_fails_says_why(
    ivr: Ivr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ivr("import", str(project(tmp_path / "bot")), "--replace")
    failing = ScriptedWorkshop(tmp_path / "models")
    failing.words = "OSError: [Errno 28] No space left on device"
    tools = Tools(failing)
    monkeypatch.setattr(nlu_room, "open_training", partial(open_training, tools=tools))
    assert "Auf der Festplatte ist kein Platz mehr." in refused(ivr, "train", "--taught")


def test_examples_are_heard_and_let_go_of(ivr: Ivr, tmp_path: Path) -> None:
    ivr("import", str(project(tmp_path / "bot")), "--replace")
    assert "1 variant(s) kept" in ivr("hear", "hours")
    assert "1 intent(s) changed" in ivr("hear", "--forget")
    assert refused(ivr, "hear", "nowhere")
