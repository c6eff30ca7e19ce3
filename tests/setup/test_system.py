"""What is said and done about the system's libraries."""

import os
import shutil
from pathlib import Path

import pytest
from hotline_setup import system
from hotline_setup.system import TO_RUN, TO_TEST, Need, install_command
from hotline_setup.talk import SetupError

ESPEAK, PORTAUDIO = TO_RUN


def test_the_command_names_exactly_what_is_missing_and_sudo_only_where_needed() -> None:
    assert install_command([PORTAUDIO], is_root=False) == ("sudo apt-get install -y libportaudio2")
    assert install_command([ESPEAK, PORTAUDIO], is_root=True) == (
        "apt-get install -y libespeak-ng1 libportaudio2"
    )


def test_only_what_cannot_be_used_is_missing() -> None:
    library = Need("libdoes-not-exist.so.7", "libdoes-not-exist7", "nothing")
    program = Need("does-not-exist", "does-not-exist", "nothing")
    file = Need("/does/not.exist", "does-not-exist", "nothing")
    there = [Need("sh", "dash", "scripts"), Need("/etc/passwd", "base-passwd", "users")]
    assert system.missing([library, *there, program, file]) == [library, program, file]


def test_the_tests_need_all_that_running_needs() -> None:
    assert set(TO_RUN) < set(TO_TEST)


def test_who_may_not_install_is_told_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SetupError) as stopped:
        system.install([PORTAUDIO], tmp_path)
    assert "sudo apt-get install -y libportaudio2" in stopped.value.message
    assert "run the same command again" in stopped.value.message


def test_without_apt_no_apt_command_is_recommended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SetupError) as stopped:
        system.install([ESPEAK], tmp_path)
    assert "apt-get install" not in stopped.value.message
    assert "espeak-ng" in stopped.value.message


def test_running_only_reports(capsys: pytest.CaptureFixture[str]) -> None:
    system.report([PORTAUDIO])
    told = capsys.readouterr().out
    assert PORTAUDIO.purpose in told
    assert PORTAUDIO.package in told
