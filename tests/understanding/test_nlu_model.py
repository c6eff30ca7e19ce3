"""The stand-in for Rasa's Python is a shell script: what is tested is when and how it is run."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.core.errors import MissingPiece
from ivr.understanding.nlu_model import model_file, model_key, shown_progress, train

# Called as: python -m rasa train --out WORKSHOP …
TRAINS = """#!/bin/sh
echo run >> "{count}"
echo "INFO rasa.engine.training.hooks  - Starting to train component 'DIETClassifier'."
printf 'Epochs:  10%%|#  | 6/60 [00:01<?, ?it/s]\\rEpochs:  95%%|###| 57/60 [00:09<?, ?it/s]\\n'
sleep 0.3
echo model > "$5/model.tar.gz"
"""
FAILS = """#!/bin/sh
echo model > "$5/model.tar.gz"
echo "InvalidDomain: intent 'gret' is not known"
exit 1
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    nlu = tmp_path / "a house with spaces" / "nlu"
    for name in ("config.yml", "domain/answers.yml", "data/nlu/greet.yml", "requirements.lock"):
        file = nlu / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {name}\n")
    return nlu


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models" / "nlu"


@pytest.fixture
def rasa(tmp_path: Path) -> Callable[[str], Path]:
    def make(script: str) -> Path:
        python = tmp_path / "python"
        python.write_text(script.format(count=tmp_path / "count"))
        python.chmod(0o755)
        return python

    return make


def runs(tmp_path: Path) -> int:
    return len((tmp_path / "count").read_text().split())


@pytest.mark.parametrize(
    "name",
    [
        "config.yml",
        "domain/answers.yml",
        "data/nlu/greet.yml",
        "requirements.lock",
        "data/new.yml",
    ],
)
def test_whatever_training_reads_makes_another_model(project: Path, name: str) -> None:
    before = model_key(project)
    (project / name).write_text("# changed\n")
    assert model_key(project) != before


@pytest.mark.parametrize(
    "name", ["voice_channel.py", "turn_answer.py", "endpoints.yml", "tests/test_forms.yml"]
)
def test_whatever_training_does_not_read_keeps_the_model(project: Path, name: str) -> None:
    before = model_key(project)
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text("# changed\n")
    assert model_key(project) == before


def test_moving_text_from_one_file_to_another_makes_another_model(project: Path) -> None:
    """Rasa reads files in their order; the same text elsewhere need not train the same."""
    before = model_key(project)
    (project / "data/nlu/greet.yml").rename(project / "data/nlu/hello.yml")
    assert model_key(project) != before


def test_training_happens_once_and_tells_how_far_it_is(
    project: Path, folder: Path, rasa: Callable[[str], Path], tmp_path: Path
) -> None:
    told: list[str] = []
    model = train(project, folder, rasa(TRAINS), told.append)
    again = train(project, folder, rasa(TRAINS), told.append)
    assert model == again == model_file(project, folder)
    assert model.read_text() == "model\n"
    assert runs(tmp_path) == 1
    assert told[1:] == [
        "training DIETClassifier",
        "training, 10 % of the epochs",
        "training, 90 % of the epochs",
    ]


def test_a_failed_training_says_why_and_leaves_nothing(
    project: Path, folder: Path, rasa: Callable[[str], Path]
) -> None:
    with pytest.raises(MissingPiece, match="InvalidDomain: intent 'gret'"):
        train(project, folder, rasa(FAILS), lambda _: None)
    assert not list(folder.glob("*.tar.gz"))
    assert not list(folder.glob(".training-*"))


def test_what_is_edited_during_the_training_waits_for_the_next(
    project: Path, folder: Path, rasa: Callable[[str], Path]
) -> None:
    edits = TRAINS.replace("sleep 0.3", 'echo "# later" >> domain/answers.yml')
    model = train(project, folder, rasa(edits), lambda _: None)
    assert model.exists()
    assert model != model_file(project, folder)


def test_an_interrupted_training_is_made_good_by_the_next(
    project: Path, folder: Path, rasa: Callable[[str], Path]
) -> None:
    half_made = folder / ".training-killed"
    half_made.mkdir(parents=True)
    (half_made / "model.tar.gz").write_text("half")
    assert train(project, folder, rasa(TRAINS), lambda _: None).read_text() == "model\n"
    assert not half_made.exists()


def test_two_trainings_at_once_train_once(
    project: Path, folder: Path, rasa: Callable[[str], Path], tmp_path: Path
) -> None:
    python, told = rasa(TRAINS), list[str]()
    both = [
        threading.Thread(target=train, args=(project, folder, python, told.append))
        for _ in range(2)
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert runs(tmp_path) == 1
    assert "another training is running: waiting for it" in told


def test_only_the_latest_models_are_kept(
    project: Path, folder: Path, rasa: Callable[[str], Path]
) -> None:
    made = []
    for version in range(5):
        (project / "config.yml").write_text(f"# {version}\n")
        made.append(train(project, folder, rasa(TRAINS), lambda _: None))
    assert sorted(folder.glob("*.tar.gz")) == sorted(made[-3:])


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Epochs:  37%|███▋      | 22/60 [00:21<00:37,  1.02it/s, t_loss=3.1]", "30 %"),
        ("2026-01-01 INFO  x  - Starting to train component 'RulePolicy'.", "RulePolicy"),
        ("Processed rules: 100%|██████████| 2/2 [00:00<00:00]", None),
        ("", None),
    ],
)
def test_progress_that_is_shown(line: str, shown: str | None) -> None:
    news = shown_progress(line)
    assert (shown is None and news is None) or (shown is not None and shown in str(news))
