"""Whether a process still lives: by /proc and by ps alike."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.store import owner as owners


@pytest.fixture(params=["proc", "ps"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    if request.param == "ps":
        monkeypatch.setattr(owners, "_PROC", tmp_path / "there is no such folder")
    return str(request.param)


@pytest.mark.usefixtures("way")
def test_this_process_lives_and_another_of_its_number_does_not() -> None:
    me = owners.this_process()
    assert me.started
    assert owners.this_process() == me
    assert owners.lives(me) is True
    assert owners.lives(replace(me, started=me.started + "1")) is False
    assert owners.lives(replace(me, pid=2**22 + 1)) is False


@pytest.mark.usefixtures("way")
def test_a_killed_process_is_dead_even_before_its_parent_looks() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", "print(1, flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        started = owners._started(child.pid)
        assert started is not None
        child_owner = replace(owners.this_process(), pid=child.pid, started=started)
        assert owners.lives(child_owner) is True
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # Dead, but still in the table.
        assert owners.lives(child_owner) is False


def test_nobody_can_tell_of_another_machine() -> None:
    assert owners.lives(replace(owners.this_process(), host="another-machine")) is None
