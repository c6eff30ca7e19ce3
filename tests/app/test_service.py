"""The service as a process of its own, with the real Rasa: from the start to the end of both."""

import json
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from ivr.understanding.running_rasa import STATE_FILE
from tests.ports import free_port
from tests.processes import lives
from tests.service import Home

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def until(holds: Callable[[], bool]) -> None:
    """Waits as long as the test may take."""
    while not holds():
        time.sleep(0.1)


def test_the_service_from_start_to_end(home: Home) -> None:
    home.env["IVR_SIP_PORT"] = str(free_port())
    with home.running() as service:
        assert one_time_passwords(home) == 1
        rasa = home.rasa_pid()
        assert home.get("/health").json() == {"status": "ok"}
        assert home.get("/ready").status_code == 200
        assert home.ivr("doctor", "--health").returncode == 0
        _check_second_run(home)
        _check_call(home, "--fast")
        _check_call(home, "--line", f"sip:hotline@127.0.0.1:{home.env['IVR_SIP_PORT']}")
        _check_call(home, "--line", f"webrtc:http://127.0.0.1:{home.web_port}")
        service.send_signal(signal.SIGTERM)
        rest = service.communicate()[0]
        assert service.returncode == 0, rest
        assert rest.rstrip().endswith("stopped")
    assert not lives(rasa)
    assert not (home.folder / "var" / STATE_FILE).exists()
    assert home.ivr("doctor", "--health").returncode == 1
    # It starts again on the same data; killed, it takes its Rasa with it.
    with home.running() as service:
        assert one_time_passwords(home) == 0, "it is told once"
        rasa = home.rasa_pid()
        service.kill()
        service.wait()
        until(lambda: not lives(rasa))


def one_time_passwords(home: Home) -> int:
    return sum("one-time password:" in line for line in home.told)


def _check_second_run(home: Home) -> None:
    second = home.ivr("run")
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert "already running" in second.stderr


def _check_call(home: Home, *way: str) -> None:
    """A call from another process, by itself with the Rasa of the one that runs or over a line of
    it; the same JSON for other programs."""
    said = ("--say", "Wann haben Sie geöffnet?", "--say", "Danke, tschüss.")
    answer = home.ivr("call", *said, *way, "--json")
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
