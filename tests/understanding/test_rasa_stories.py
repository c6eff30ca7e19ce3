"""Rasa's own story tests: every form and every rule has one, and all of them pass."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from ivr.understanding.nlu_model import nlu_python, rasa_environment

ROOT = Path(__file__).parents[2]
NLU = ROOT / "nlu"
STORIES = sorted((NLU / "tests").glob("test_*.yml"))


def steps_of(rule: dict[str, Any]) -> list[tuple[str, Any]]:
    """What a rule does, without what only says when it applies."""
    steps = [next(iter(step.items())) for step in rule["steps"]]
    return [(kind, what) for kind, what in steps if kind in {"intent", "action"}]


def written_rules() -> list[dict[str, Any]]:
    files = sorted((NLU / "data" / "rules").glob("*.yml"))
    return [rule for path in files for rule in yaml.safe_load(path.read_text("utf-8"))["rules"]]


def written_stories() -> list[list[tuple[str, Any]]]:
    stories = [story for path in STORIES for story in yaml.safe_load(path.read_text())["stories"]]
    return [steps_of(story) for story in stories]


@pytest.mark.parametrize("rule", written_rules(), ids=lambda rule: rule["rule"])
def test_every_rule_is_part_of_a_story(rule: dict[str, Any]) -> None:
    wanted = steps_of(rule)
    size = len(wanted)
    assert any(
        story[at : at + size] == wanted
        for story in written_stories()
        for at in range(len(story) - size + 1)
    )


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_stories_pass(tmp_path: Path) -> None:
    # Rules and forms alone: what the words mean is given, so nothing needs long training.
    project, stories = tmp_path / "nlu", tmp_path / "stories"
    shutil.copytree(NLU, project, ignore=shutil.ignore_patterns("models", ".rasa", "results"))
    stories.mkdir()
    for path in STORIES:
        shutil.copy(path, stories)
    rasa(project, "train", "core", "--stories", "data", "--out", "models")
    rasa(project, "test", "core", "--stories", str(stories), "--fail-on-prediction-errors")
    report = (project / "results" / "failed_test_stories.yml").read_text()
    assert "None of the test stories failed" in report


def rasa(project: Path, *arguments: str) -> None:
    command = [str(nlu_python(ROOT)), "-m", "rasa", *arguments]
    if arguments[0] == "train":
        command += ["--domain", "domain"]
    done = subprocess.run(
        command, cwd=project, env=rasa_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
