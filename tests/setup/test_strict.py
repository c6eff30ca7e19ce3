"""In CI nothing is left out unnoticed: the rule of tests/conftest.py, tried on small suites."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUITE = {
    "test_skipped.py": "import pytest\n\ndef test_a():\n    pytest.skip('no sound card')\n",
    "test_whole.py": "import pytest\n\npytest.importorskip('no_such_module')\n",
    "test_known.py": "import pytest\n\n@pytest.mark.xfail\ndef test_b():\n    assert False\n",
}


def run(suite: Path, ci: str) -> subprocess.CompletedProcess[str]:
    plugin = [
        "-p",
        "no:cacheprovider",
        "-p",
        "tests.conftest",
        "-c",
        os.devnull,
        "--rootdir",
        str(suite),
    ]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, "--continue-on-collection-errors", str(suite)],
        cwd=ROOT,
        env={**os.environ, "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_skip_fails_in_ci_with_its_reason_and_passes_at_the_desk(tmp_path: Path) -> None:
    for name, text in SUITE.items():
        (tmp_path / name).write_text(text)
    in_ci = run(tmp_path, "true")
    assert in_ci.returncode != 0
    assert "no sound card" in in_ci.stdout
    assert "no_such_module" in in_ci.stdout
    assert run(tmp_path, "").returncode == 0


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    (tmp_path / "test_known.py").write_text(SUITE["test_known.py"])
    assert run(tmp_path, "true").returncode == 0
