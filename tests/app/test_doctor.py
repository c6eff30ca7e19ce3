"""The doctor finds what really stands in the way, and says what to do."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from ivr.app.checks.certificate import check_certificate
from ivr.app.checks.data import check_company, check_database, check_models, check_trained_model
from ivr.app.checks.environments import check_lock, check_rasa_python
from ivr.app.checks.finding import Finding, Level
from ivr.app.checks.services import answers_health, check_ports
from ivr.app.doctor import examine
from ivr.config.loading import PROGRAM_FOLDER, load_settings
from ivr.config.settings import Settings
from ivr.config.web import Web
from ivr.understanding.nlu_model import model_file
from ivr.understanding.running_rasa import HEALTH_PATH, RunningRasa, announce
from tests.ports import free_ports as ports
from tests.web.tls import certificate


def settings(root: Path, **env: str) -> Settings:
    return load_settings(root, env)


@contextmanager
def listener(answers: Mapping[str, tuple[int, bytes]]) -> Iterator[int]:
    """An HTTP server that gives these answers, 404 otherwise; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers.get(self.path, (404, b""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def free_ports() -> dict[str, str]:
    names = ("IVR_NLU_PORT", "IVR_NLU_ACTIONS_PORT", "IVR_WEB_PORT")
    return {name: str(port) for name, port in zip(names, ports(3), strict=True)}


def test_free_ports_are_fine(tmp_path: Path, free_ports: dict[str, str]) -> None:
    findings = check_ports(settings(tmp_path, **free_ports))
    assert [finding.level for finding in findings] == [Level.OK] * 3


def test_a_stranger_on_a_port_is_told_with_the_setting(
    tmp_path: Path, free_ports: dict[str, str]
) -> None:
    with listener({}) as port:
        rasa = check_ports(settings(tmp_path, **{**free_ports, "IVR_NLU_PORT": str(port)}))[0]
    assert rasa.level is Level.MISSING
    assert str(port) in rasa.text
    assert "[nlu] port" in rasa.cure


def test_only_the_hotline_of_the_same_data_is_our_own(
    tmp_path: Path, free_ports: dict[str, str]
) -> None:
    with listener({HEALTH_PATH: (200, b"{}"), "/health": (200, b"{}")}) as port:
        ours = settings(tmp_path, **{**free_ports, "IVR_NLU_PORT": str(port)})
        ours.hotline.data_dir.mkdir()
        announce(ours.hotline.data_dir, RunningRasa(1, "127.0.0.1", port, 1, "key", "token"))
        assert check_ports(ours)[0].level is Level.OK
        theirs = ours.model_copy(
            update={"hotline": ours.hotline.model_copy(update={"data_dir": tmp_path / "other"})}
        )
        assert check_ports(theirs)[0].level is Level.MISSING


def test_health_is_what_the_web_server_says() -> None:
    with listener({"/health": (200, b"{}")}) as port:
        assert answers_health(Web(port=port))
        assert answers_health(Web(host="0.0.0.0", port=port))  # noqa: S104
    with listener({"/health": (503, b"{}")}) as port:
        assert not answers_health(Web(port=port))
    assert not answers_health(Web(port=port))


def test_a_certificate_is_told_of_before_it_runs_out(tmp_path: Path) -> None:
    assert check_certificate(settings(tmp_path)) == []
    made, key = certificate(tmp_path, days=30)
    pages = settings(tmp_path, IVR_WEB_CERTIFICATE=str(made), IVR_WEB_CERTIFICATE_KEY=str(key))

    def level(after: timedelta) -> Level:
        (finding,) = check_certificate(pages, datetime.now(UTC) + after)
        assert str(made) in finding.text
        return finding.level

    assert level(timedelta()) is Level.OK
    assert level(timedelta(days=17)) is Level.WARNING
    assert level(timedelta(days=31)) is Level.MISSING
    certificate(tmp_path / "other")[1].replace(key)
    assert level(timedelta()) is Level.MISSING, "the key is another one's"


def test_looking_at_the_database_does_not_make_it(tmp_path: Path) -> None:
    finding = check_database(settings(tmp_path))
    assert finding.level is Level.OK
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    hotline = settings(tmp_path, IVR_HOTLINE_DATA_DIR=str(tmp_path))
    file = tmp_path / "hotline.sqlite"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE calls (id)")
        assert check_database(hotline).level is Level.OK
        other.execute("BEGIN EXCLUSIVE")
        assert "locked" in check_database(hotline).text
    file.write_bytes(b"no database at all, but long enough to be looked at" * 10)
    assert check_database(hotline).level is Level.MISSING


def test_the_password_of_a_database_is_not_shown(tmp_path: Path) -> None:
    finding = check_database(settings(tmp_path, IVR_STORE_URL="postgresql://ivr:geheim@db/calls"))
    assert "db/calls" in finding.text
    assert "geheim" not in repr(finding)


def test_a_wrong_company_profile_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "company.toml").write_text("name = 1\n")
    finding = check_company(settings(tmp_path))
    assert finding.level is Level.MISSING
    assert "\n" not in finding.text
    assert "company.toml" in finding.cure


def test_a_chosen_engine_makes_its_model_needed(tmp_path: Path) -> None:
    def levels(**env: str) -> dict[str, Level]:
        return {found.name: found.level for found in check_models(settings(tmp_path, **env))}

    assert levels()["model whisper-base"] is Level.MISSING
    assert levels()["model vosk-de-small"] is Level.WARNING
    assert levels(IVR_SPEECH_RECOGNIZER="vosk")["model vosk-de-small"] is Level.MISSING
    assert levels(IVR_SPEECH_VOICE="piper")["model piper-thorsten-medium"] is Level.MISSING
    assert "model vosk-ko" not in levels()


def test_a_model_of_other_training_data_does_not_do(tmp_path: Path) -> None:
    hotline = settings(tmp_path)
    folder = tmp_path / "models" / "nlu"
    folder.mkdir(parents=True)
    (folder / "0123456789abcdef.tar.gz").touch()
    finding = check_trained_model(hotline)
    assert finding.level is Level.MISSING
    assert "another content" in finding.text
    model_file(PROGRAM_FOLDER / "nlu", folder).touch()
    assert check_trained_model(hotline).level is Level.OK


def test_packages_are_compared_with_their_lock(tmp_path: Path) -> None:
    site = tmp_path / "lib" / "python3.10" / "site-packages"
    for folder in (
        "rasa-3.6.21.dist-info",
        "SQLAlchemy-1.4.0.dist-info",
        "ruamel.yaml-1.0.dist-info",
    ):
        (site / folder).mkdir(parents=True)
    lock = tmp_path / "requirements.lock"
    lock.write_text("rasa==3.6.21 \\\n    --hash=sha256:00\nruamel-yaml==1.0 \\\n")
    assert check_lock("env", tmp_path, lock).level is Level.OK
    lock.write_text("rasa==3.6.21 \\\nsqlalchemy==2.0.0 \\\ntensorflow==2.12 \\\n")
    finding = check_lock("env", tmp_path, lock)
    assert finding.level is Level.MISSING
    assert "2 of 3" in finding.text
    assert "sqlalchemy, tensorflow" in finding.text


def test_a_python_that_is_not_3_10_will_not_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.app.checks.environments.PROGRAM_FOLDER", tmp_path)
    for python in (Path(sys.executable), tmp_path / "nothing"):
        finding = check_rasa_python(python)
        assert finding.level is Level.MISSING
        assert str(python) in finding.text
        assert "[nlu] python" in finding.cure


def test_wrong_settings_are_one_finding_among_the_others(
    tmp_path: Path, free_ports: dict[str, str]
) -> None:
    findings = {found.name: found for found in examine(tmp_path, {"IVR_WEB_PORT": "x"})}
    assert findings["settings"].level is Level.MISSING
    assert "IVR_WEB_PORT" in findings["settings"].text
    assert {"Python", "company profile", "disk space", "web port"} <= set(findings)


def test_whatever_is_wrong_has_a_cure(tmp_path: Path, free_ports: dict[str, str]) -> None:
    def good(finding: Finding) -> bool:
        return bool(finding.cure) == (finding.level is not Level.OK)

    assert [found for found in examine(tmp_path, free_ports) if not good(found)] == []


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_command_fails_where_something_needed_is_missing(
    tmp_path: Path, free_ports: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ivr", "doctor"],
        env={**os.environ, **free_ports, "IVR_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    line = next(line for line in done.stdout.splitlines() if "whisper-base" in line)
    assert line.startswith("missing")
    assert line.endswith("Cure: run `ivr models fetch whisper-base`")
    assert "Traceback" not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []
