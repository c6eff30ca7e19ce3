"""How well the trained model understands what it was not trained on."""

import json
import subprocess
from pathlib import Path

import pytest

from ivr.config.loading import PROGRAM_FOLDER, default_settings
from ivr.understanding.nlu_model import model_file, nlu_python, rasa_environment, train

NLU = PROGRAM_FOLDER / "nlu"
# docs/understanding.md has the figures; below these something has gone wrong with the data.
LEAST_AS_WRITTEN = 0.95
LEAST_MISHEARD = 0.80
MOST_WRONG_ANSWERS = 0.03


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_callers_are_understood(tmp_path: Path) -> None:
    python = nlu_python(PROGRAM_FOLDER)
    models = default_settings(PROGRAM_FOLDER).hotline.models_dir / "nlu"
    if not (model := model_file(NLU, models)).exists():
        model = train(NLU, models, python, lambda _: None)
    figures = tmp_path / "figures.json"
    command: list[str | Path] = [
        python,
        NLU / "measure.py",
        "--model",
        model,
        "--only",
        "held_out",
    ]
    subprocess.run(
        [*command, "--json", figures], check=True, env=rasa_environment(), capture_output=True
    )

    measured = json.loads(figures.read_text("utf-8"))

    assert measured["held_out"]["as written"] >= LEAST_AS_WRITTEN
    assert measured["held_out"]["misheard"] >= LEAST_MISHEARD
    chosen = next(
        row
        for row in measured["thresholds"]["as written"]
        if (row["threshold"], row["ambiguity_threshold"]) == (0.5, 0.1)
    )
    assert chosen["wrong"] <= MOST_WRONG_ANSWERS
