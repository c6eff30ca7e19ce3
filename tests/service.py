"""The service as a process of its own, as `make run` starts it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from ivr.config.loading import PROGRAM_FOLDER
from ivr.understanding.nlu_model import model_file, nlu_python, train
from ivr.understanding.running_rasa import STATE_FILE
from tests.ports import free_ports


@dataclass(frozen=True, slots=True)
class Home:
    """A folder with settings of its own, on ports that are free."""

    folder: Path
    env: dict[str, str]
    web_port: int
    told: list[str] = field(default_factory=list)
    """What the latest `ivr run` has printed until it was ready."""

    def ivr(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "ivr", *words],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )

    @contextmanager
    def running(self) -> Iterator["subprocess.Popen[str]"]:
        """`ivr run`, ready."""
        with subprocess.Popen(
            [sys.executable, "-m", "ivr", "run"],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                assert process.stdout is not None
                self.told.clear()
                for line in process.stdout:
                    self.told.append(line)
                    if line.startswith("Ready."):
                        break
                else:
                    pytest.fail("it did not get ready:\n" + "".join(self.told))
                yield process
            finally:
                process.kill()

    def rasa_pid(self) -> int:
        state = json.loads((self.folder / "var" / STATE_FILE).read_text(encoding="utf-8"))
        return int(state["pid"])

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.web_port}{path}", timeout=10, trust_env=False)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    project, models = PROGRAM_FOLDER / "nlu", PROGRAM_FOLDER / "models"
    model = model_file(project, models / "nlu")
    if not model.exists():
        train(project, models / "nlu", nlu_python(PROGRAM_FOLDER), lambda _: None)
    shutil.copy(PROGRAM_FOLDER / "company.toml", tmp_path)
    web, nlu, actions = free_ports(3)
    env = {name: value for name, value in os.environ.items() if not name.startswith("IVR_")}
    env |= {
        "IVR_HOME": str(tmp_path),
        "IVR_HOTLINE_MODELS_DIR": str(models),
        "IVR_WEB_PORT": str(web),
        "IVR_SIP_PORT": "0",
        "IVR_NLU_PORT": str(nlu),
        "IVR_NLU_ACTIONS_PORT": str(actions),
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(PROGRAM_FOLDER),
    }
    return Home(tmp_path, env, web)
