"""The separate lock of the Piper extra fits the program's own."""

import re
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"


def pins(lock: str) -> dict[str, str]:
    text = (REQUIREMENTS / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE))


def test_installing_piper_changes_no_package_of_the_program() -> None:
    piper, program = pins("piper.lock"), pins("run.lock")
    assert "piper-tts" in piper
    shared = piper.keys() & program.keys()
    assert {name: piper[name] for name in shared} == {name: program[name] for name in shared}


def test_piper_is_not_among_the_programs_own_packages() -> None:
    assert "piper-tts" not in pins("run.lock")
