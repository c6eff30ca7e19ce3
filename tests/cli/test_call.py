"""`ivr call` up to the call itself: what it takes, what it refuses and how it says so.

Whole calls from the command line are in tests/app/test_service.py.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from ivr.app.calling import Presses, Says, Wish
from ivr.audio.tones import tone
from ivr.audio.wav import StereoWriter
from ivr.cli.call import in_order
from ivr.cli.main import COMMANDS, app, load_command, main
from ivr.config.loading import PROGRAM_FOLDER
from tests.sound import no_sound

__all__ = ["no_sound"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IVR_HOME", str(tmp_path))
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


def ivr(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


WISHES = st.lists(
    st.one_of(
        st.builds(Says, st.sampled_from(["Ja", "--press", "--say=x", "Guten Tag"])),
        st.builds(Presses, st.sampled_from(["0", "12#"])),
    )
)


@given(wishes=WISHES)
def test_wishes_keep_the_order_of_the_command_line(wishes: list[Wish]) -> None:
    options = ["say" if isinstance(wish, Says) else "press" for wish in wishes]
    said = [wish.text for wish in wishes if isinstance(wish, Says)]
    pressed = [wish.keys for wish in wishes if isinstance(wish, Presses)]
    assert in_order(["fast", *options, "wav"], said, pressed) == wishes


@pytest.mark.parametrize(
    ("words", "about"),
    [
        (["--say", "Ja", "--wav", "a.wav"], "either"),
        (["--fast"], "--fast"),
        (["--out", "a.wav"], "--out"),
        (["--barge-in", "500"], "--barge-in"),
        (["--wav", "a.wav", "--channel", "phone"], "--channel"),
        (["--say", "Ja", "--input", "1"], "--input"),
        (["--press", "12x"], "12x"),
        (["--press", ""], "--press"),
        (["--say", "  "], "--say"),
        (["--channel", "fax", "--say", "Ja"], "fax"),
        (["--barge-in", "-1", "--say", "Ja"], "--barge-in"),
    ],
)
@pytest.mark.usefixtures("home")
def test_options_that_do_not_fit_are_refused_before_anything_starts(
    words: list[str], about: str
) -> None:
    refused = ivr("call", *words)
    assert refused.exit_code == 2
    assert about in refused.output
    assert refused.stdout == ""


Run = Callable[..., str]


@pytest.fixture
def refused(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command in a folder where nothing is set up; gives the error's one line."""

    def run(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["ivr", *words])
        with pytest.raises(SystemExit) as end:
            main()
        shown = capsys.readouterr()
        assert end.value.code == 1
        assert shown.out == "", "JSON would go there"
        assert shown.err.startswith("ivr: ")
        assert shown.err.count("\n") == 1
        assert (home / "var" / "log" / "call.log").exists()
        return shown.err

    return run


def test_a_recording_that_is_none_is_told_before_anything_slow_starts(
    refused: Run, home: Path
) -> None:
    assert "none.wav" in refused("call", "--wav", "none.wav", "--json")
    broken = home / "broken.wav"
    broken.write_bytes(b"RIFF but not much more")
    assert "broken.wav" in refused("call", "--wav", str(broken))


def test_a_recording_that_cannot_be_written_is_told(refused: Run, home: Path) -> None:
    good, nowhere = home / "good.wav", home / "no" / "folder" / "out.wav"
    with StereoWriter(good, 8_000) as recording:
        recording.write(tone((440,), 0.5, 8_000), b"")
    assert "out.wav" in refused("call", "--wav", str(good), "--out", str(nowhere))


@pytest.mark.usefixtures("no_sound")
def test_a_desk_without_a_sound_card_is_told_what_else_to_do(refused: Run) -> None:
    assert "--say" in refused("call")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_tells_of_each_what_it_tells_of_itself(name: str) -> None:
    command = load_command(name)
    assert isinstance(command, typer.core.TyperCommand | typer.core.TyperGroup)
    assert COMMANDS[name][1] == str(command.help).split("\n")[0]


HEAVY = ("faster_whisper", "ctranslate2", "onnxruntime", "rasa_sdk", "vosk", "fastapi", "numpy")


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("words", [["--help"], ["calls", "list"], ["config", "docs"]])
def test_small_commands_do_not_wait_for_engines(words: list[str], home: Path) -> None:
    script = (
        "import sys; sys.argv = ['ivr', *sys.argv[1:]]\n"
        "from ivr.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )
    env = os.environ | {"IVR_HOME": str(home), "PYTHONPATH": str(PROGRAM_FOLDER)}
    command = [sys.executable, "-c", script, *words]
    ended = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert ended.stderr.splitlines()[-1] == "[]"
