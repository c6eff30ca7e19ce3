"""Trainings as processes of their own: a stand-in for Rasa, with the program's own start of it."""

import asyncio
import shutil
import sys
from pathlib import Path

import pytest

from ivr.core.training import Progress, TrainingFailed
from ivr.understanding.workshop import RasaWorkshop
from tests.processes import lives

ROOT = Path(__file__).parents[2]
FILES = {"config.yml": "pipeline: []\n", "domain.yml": "intents: []\n"}
RASA = """
import os, sys, time
print("Starting to train component 'A'.", flush=True)
out = sys.argv[sys.argv.index("--out") + 1]
if {long}:
    # Where Rasa tells how many epochs there are, this tells its process.
    print("Epochs:   1%%|#  | 1/%d [00:01<00:02]" % os.getpid(), flush=True)
    time.sleep(600)
open(os.path.join(out, "model.tar.gz"), "w").write(" ".join(sys.argv))
"""
TRY = """
import json, sys
print(sys.argv)
given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
json.dump({"asked": json.load(open(given["--ask"]))["texts"]}, open(given["--answer"], "w"))
"""
TRAINER = """
import asyncio, sys
from pathlib import Path
from tests.understanding.test_workshop import FILES, shop

async def told(progress):
    if progress.total:
        print(progress.total, flush=True)

asyncio.run(shop(Path(sys.argv[1])).train(FILES, told))
"""


def shop(folder: Path) -> RasaWorkshop:
    return RasaWorkshop(folder, folder / "nlu", folder / "trained", folder / "shipped")


def lay_out(folder: Path, *, long: bool = False) -> None:
    """A program's folder with a Rasa of a few lines, which takes no time or for ever."""
    project, python = folder / "nlu", folder / ".venv-nlu" / "bin" / "python"
    project.mkdir()
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (project / "rasa.py").write_text(RASA.format(long=long))
    (project / "try_model.py").write_text(TRY)
    (project / "requirements.lock").touch()
    shutil.copy(ROOT / "nlu" / "with_parent.py", project)


async def test_a_model_is_trained_told_of_kept_and_asked(tmp_path: Path) -> None:
    lay_out(tmp_path)
    told: list[Progress] = []

    async def tell(progress: Progress) -> None:
        told.append(progress)

    workshop = shop(tmp_path)
    key = await workshop.train(FILES, tell)
    assert [progress.part for progress in told] == ["A"]
    model = workshop.file(key)
    assert model is not None
    assert "train" in model.read_text()
    answer = await workshop.guess(model, ["Guten Tag"], {})
    assert answer == {"asked": ["Guten Tag"]}


async def test_a_training_that_fails_says_why(tmp_path: Path) -> None:
    lay_out(tmp_path)
    (tmp_path / "nlu" / "rasa.py").write_text("raise SystemExit('no such pipeline')")
    with pytest.raises(TrainingFailed, match="no such pipeline"):
        await shop(tmp_path).train(FILES, _nobody)


async def _nobody(_: Progress) -> None:
    pass


async def test_a_training_ends_with_a_program_that_is_killed(tmp_path: Path) -> None:
    lay_out(tmp_path, long=True)
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", TRAINER, str(tmp_path)),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert program.stdout is not None
    training = int(await program.stdout.readline())
    assert lives(training)
    program.kill()
    await program.wait()
    while lives(training):  # noqa: ASYNC110 - what is waited for lies outside the program
        await asyncio.sleep(0.05)
