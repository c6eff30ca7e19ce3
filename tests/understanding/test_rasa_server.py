"""Rasa's server beside the program: a stand-in for the many cases, the real one for them all."""

import asyncio
import os
import signal
import socket
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.core.errors import MissingPiece, UnderstandingUnavailable
from ivr.understanding import rasa_server
from ivr.understanding.nlu_model import nlu_python, train
from ivr.understanding.rasa_server import RasaPlace, RasaServer, RasaState
from ivr.understanding.running_rasa import STATE_FILE, find_running_rasa, rasa_answers
from tests.ports import free_port
from tests.processes import lives

ROOT = Path(__file__).parents[2]
TOKEN = "not-for-the-process-list"

STAND_IN = """
import argparse, http.server, os, signal
signal.signal(signal.SIGTERM, {on_term})
parser = argparse.ArgumentParser()
for name in ("model", "host", "port", "parent"):
    parser.add_argument("--" + name)
given = parser.parse_args()
print("token", len(os.environ["IVR_NLU_TOKEN"]), flush=True)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/webhooks/voice/" else 404)
        self.end_headers()
{begin}
http.server.HTTPServer((given.host, int(given.port)), Handler).serve_forever()
"""


def stand_in(tmp_path: Path, begin: str = "", on_term: str = "signal.SIG_DFL") -> RasaPlace:
    project = tmp_path / "nlu"
    project.mkdir()
    (project / "serve.py").write_text(STAND_IN.format(begin=begin, on_term=on_term))
    model = tmp_path / "0123.tar.gz"
    model.touch()
    return RasaPlace(
        project, Path(sys.executable), model, tmp_path / "var", TOKEN, port=free_port()
    )


def command_line(pid: int) -> str:
    """What everybody on the machine can read of a process."""
    return Path(f"/proc/{pid}/cmdline").read_text()


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110  (what is waited for happens in other processes)
        await asyncio.sleep(0.05)


async def test_it_runs_as_long_as_its_context(tmp_path: Path) -> None:
    place = stand_in(tmp_path)
    async with RasaServer(place, lambda _: None) as rasa:
        states = [rasa.state]
        await rasa.wait_ready()
        states.append(rasa.state)
        pid = rasa.pid
        assert pid is not None
        assert lives(pid)
    states.append(rasa.state)
    assert states == [RasaState.STARTING, RasaState.READY, RasaState.STOPPED]
    assert not lives(pid)
    assert not await rasa_answers(place.host, place.port)


async def test_killed_it_comes_back(tmp_path: Path) -> None:
    async with RasaServer(stand_in(tmp_path), lambda _: None) as rasa:
        await rasa.wait_ready()
        pid = rasa.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await until(lambda: rasa.starts == 2)
        await rasa.wait_ready()
        assert rasa.pid not in (None, pid)


async def test_one_that_hangs_while_it_loads_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rasa_server, "LOADING_S", 1.0)
    monkeypatch.setattr(rasa_server, "STOP_S", 0.2)
    monkeypatch.setattr(rasa_server, "FIRST_PAUSE_S", 0.05)
    mark = tmp_path / "loaded-once"
    hang = (
        f"if not os.path.exists({str(mark)!r}):\n"
        f"    open({str(mark)!r}, 'w').close()\n"
        "    signal.pause()"
    )
    async with RasaServer(stand_in(tmp_path, hang), lambda _: None) as rasa:
        await until(lambda: rasa.state is RasaState.READY)
        assert rasa.starts > 1


async def test_hung_it_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasa_server, "CHECK_EVERY_S", 0.05)
    monkeypatch.setattr(rasa_server, "ANSWER_S", 0.2)
    monkeypatch.setattr(rasa_server, "MISSES", 2)
    monkeypatch.setattr(rasa_server, "STOP_S", 0.2)
    place = stand_in(tmp_path)
    async with RasaServer(place, lambda _: None) as rasa:
        await rasa.wait_ready()
        pid = rasa.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        await until(lambda: rasa.starts == 2)
        assert not lives(pid)


async def test_deaf_to_a_polite_end_it_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rasa_server, "STOP_S", 0.2)
    async with RasaServer(stand_in(tmp_path, on_term="signal.SIG_IGN"), lambda _: None) as rasa:
        await rasa.wait_ready()
        pid = rasa.pid
    assert pid is not None
    assert not lives(pid)


async def test_a_start_that_fails_is_told_with_the_place_of_the_log(tmp_path: Path) -> None:
    place = stand_in(tmp_path, begin="raise SystemExit('no model')")
    async with RasaServer(place, lambda _: None) as rasa:
        with pytest.raises(UnderstandingUnavailable, match=r"log/rasa\.log"):
            await rasa.wait_ready()
    assert "no model" in rasa.log_file.read_text()


async def test_a_start_that_takes_too_long_is_told(tmp_path: Path) -> None:
    place = stand_in(tmp_path, begin="import time; time.sleep(60)")
    async with RasaServer(place, lambda _: None) as rasa:
        with pytest.raises(UnderstandingUnavailable, match="not ready"):
            await rasa.wait_ready(0.2)


async def test_a_port_in_use_is_told_before_anything_starts(tmp_path: Path) -> None:
    place = stand_in(tmp_path)
    taken = socket.create_server((place.host, place.port))
    with taken, pytest.raises(UnderstandingUnavailable, match=str(place.port)):
        async with RasaServer(place, lambda _: None):
            pass
    assert not (place.data_dir / "log").exists()


async def test_without_a_model_the_cure_is_told(tmp_path: Path) -> None:
    place = stand_in(tmp_path)
    place.model.unlink()
    with pytest.raises(MissingPiece, match="ivr nlu train"):
        async with RasaServer(place, lambda _: None):
            pass


async def test_others_find_it_while_it_runs_and_only_its_owner_may_read_how(
    tmp_path: Path,
) -> None:
    place = stand_in(tmp_path)
    async with RasaServer(place, lambda _: None) as rasa:
        await rasa.wait_ready()
        found = await find_running_rasa(place.data_dir)
        assert found is not None
        assert (found.pid, found.port, found.token) == (rasa.pid, place.port, TOKEN)
        assert found.model == "0123"
        assert stat.S_IMODE((place.data_dir / STATE_FILE).stat().st_mode) == 0o600
        assert TOKEN not in command_line(found.pid)
        assert TOKEN not in repr(found) + repr(place)
    assert await find_running_rasa(place.data_dir) is None


async def test_what_a_killed_hotline_left_behind_is_not_believed(tmp_path: Path) -> None:
    place = stand_in(tmp_path)
    async with RasaServer(place, lambda _: None) as rasa:
        await rasa.wait_ready()
        left_behind = (place.data_dir / STATE_FILE).read_text()
    (place.data_dir / STATE_FILE).write_text(left_behind)
    assert await find_running_rasa(place.data_dir) is None


PROJECT = {
    "config.yml": """
recipe: default.v1
assistant_id: test
language: de
pipeline:
  - name: WhitespaceTokenizer
  - name: CountVectorsFeaturizer
  - name: DIETClassifier
    epochs: 1
    number_of_transformer_layers: 0
policies:
  - name: RulePolicy
""",
    "domain.yml": """
version: "3.1"
intents: [greet, opening_hours]
responses:
  utter_greet: [{text: "Guten Tag."}]
  utter_hours: [{text: "Bis 18 Uhr."}]
""",
    "data/nlu.yml": """
version: "3.1"
nlu:
  - intent: greet
    examples: |
      - hallo
      - guten tag
  - intent: opening_hours
    examples: |
      - wann haben sie offen
      - bis wann ist geöffnet
""",
    "data/rules.yml": """
version: "3.1"
rules:
  - rule: greet
    steps: [{intent: greet}, {action: utter_greet}]
  - rule: hours
    steps: [{intent: opening_hours}, {action: utter_hours}]
""",
    "credentials.yml": "voice_channel.VoiceInput:\n",
    "endpoints.yml": "{}\n",
}
ORPHAN_MAKER = """
import asyncio, sys
from pathlib import Path
from ivr.understanding.rasa_server import RasaPlace, RasaServer

async def main():
    project, python, model, var, port = sys.argv[1:]
    place = RasaPlace(Path(project), Path(python), Path(model), Path(var), "t", port=int(port))
    async with RasaServer(place, lambda _: None) as rasa:
        print(rasa.pid, flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_the_real_rasa_trains_serves_comes_back_and_goes(tmp_path: Path) -> None:
    project = tmp_path / "a house with spaces"
    for name, text in PROJECT.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    for name in ("serve.py", "turn_answer.py", "voice_channel.py", "with_parent.py"):
        (project / name).write_text((ROOT / "nlu" / name).read_text())
    python, told = nlu_python(ROOT), list[str]()
    model = await asyncio.to_thread(train, project, tmp_path / "models", python, told.append)
    assert any("DIETClassifier" in line for line in told)

    place = RasaPlace(project, python, model, tmp_path / "var", TOKEN, port=free_port())
    async with RasaServer(place, told.append) as rasa:
        await rasa.wait_ready()
        first = rasa.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await until(lambda: rasa.starts == 2)
        await rasa.wait_ready()
        second = rasa.pid
        assert second is not None
    assert not lives(first)
    assert not lives(second)

    arguments = (project, python, model, tmp_path / "var", str(free_port()))
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ORPHAN_MAKER, *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    orphan = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()
    await until(lambda: not lives(orphan))
