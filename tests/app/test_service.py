"""The service as a process of its own, with the real Rasa: from the start to the end of both."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from ivr.config.loading import PROGRAM_FOLDER
from ivr.understanding.nlu_model import model_file, nlu_python, train
from ivr.understanding.running_rasa import STATE_FILE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@dataclass(frozen=True, slots=True)
class Home:
    """A folder with settings of its own, on ports that are free."""

    folder: Path
    env: dict[str, str]
    web_port: int

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
                told = []
                for line in process.stdout:
                    told.append(line)
                    if line.startswith("Ready."):
                        break
                else:
                    pytest.fail("it did not get ready:\n" + "".join(told))
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


def free_ports(number: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [int(listener.getsockname()[1]) for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


def lives(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


def until(holds: Callable[[], bool]) -> None:
    """Waits as long as the test may take."""
    while not holds():
        time.sleep(0.1)


def test_the_service_from_start_to_end(home: Home) -> None:
    with home.running() as service:
        rasa = home.rasa_pid()
        assert home.get("/health").json() == {"status": "ok"}
        assert home.get("/ready").status_code == 200
        assert home.ivr("doctor", "--health").returncode == 0
        _check_second_run(home)
        _check_call(home)
        service.send_signal(signal.SIGTERM)
        rest = service.communicate()[0]
        assert service.returncode == 0, rest
        assert rest.rstrip().endswith("stopped")
    assert not lives(rasa)
    assert not (home.folder / "var" / STATE_FILE).exists()
    assert home.ivr("doctor", "--health").returncode == 1
    # It starts again on the same data; killed, it takes its Rasa with it.
    with home.running() as service:
        rasa = home.rasa_pid()
        service.kill()
        service.wait()
        until(lambda: not lives(rasa))


def _check_second_run(home: Home) -> None:
    second = home.ivr("run")
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert "already running" in second.stderr


def _check_call(home: Home) -> None:
    """A call from another process with the Rasa of the one that runs; JSON for other programs."""
    answer = home.ivr(
        "call", "--say", "Wann haben Sie geöffnet?", "--say", "Danke, tschüss.", "--fast", "--json"
    )
    assert answer.returncode == 0, answer.stderr
    call: dict[str, Any] = json.loads(answer.stdout)
    assert list(call) == ["call_id", "outcome", "turns", "slots", "hand_over", "records"]
    assert call["outcome"] == "answered"
    assert (call["hand_over"], call["records"]) == (None, [])
    asked = next(turn for turn in call["turns"] if turn["who"] == "caller")
    assert list(asked) == [
        "who",
        "text",
        "intent",
        "confidence",
        "start_s",
        "end_s",
        "response_s",
        "interrupted",
    ]
    assert asked["intent"] == "opening_hours"
    assert any(turn["response_s"] for turn in call["turns"] if turn["who"] == "hotline")
    assert call["call_id"] in home.ivr("calls", "list").stdout
