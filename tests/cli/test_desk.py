"""`ivr desk`, as it is typed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ivr.cli.desk import app
from ivr.config.loading import PROGRAM_FOLDER
from ivr.core.errors import ConfigError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    profile = (PROGRAM_FOLDER / "company.toml").read_text(encoding="utf-8")
    (tmp_path / "company.toml").write_text(profile, encoding="utf-8")
    monkeypatch.setenv("IVR_HOME", str(tmp_path))
    return tmp_path


def typed(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output


def test_agents_are_added_changed_listed_and_removed() -> None:
    assert "no agents yet" in typed("agents")[1]
    assert typed("agents", "add", "anna", "--name", "Anna Müller", "--skill", "orders=3")[0] == 0
    code, said = typed("agents", "add", "anna")
    assert code == 1
    assert "already" in said
    assert typed("agents", "change", "anna", "--capacity", "80", "--language", "en")[0] == 0
    listed = typed("agents")[1]
    assert "Anna Müller" in listed
    assert "orders 3" in listed
    assert "0/80" in listed
    assert typed("agents", "remove", "anna")[0] == 0
    assert typed("agents", "remove", "anna")[0] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ("--skill", "orders"),
        ("--skill", "orders=6"),
        ("--site", "mond"),
        ("--queue", "x"),
        ("--phone", "0561 x"),
    ],
)
def test_what_cannot_be_is_refused(wrong: tuple[str, str]) -> None:
    code, said = typed("agents", "add", "anna", *wrong)
    assert code == 1
    assert "ivr:" in said
    assert "no agents yet" in typed("agents")[1]


def test_sites_and_queue_are_shown() -> None:
    assert "own agents" in typed("sites")[1]
    assert "nobody waits" in typed("queue")[1]


def test_a_day_is_simulated_from_a_file_into_a_file(home: Path) -> None:
    day, result = home / "day.csv", home / "result.csv"
    day.write_text("from,calls,handling_s,agents\n10:00,40,200,4\n", encoding="utf-8")
    code, said = typed("simulate", "--day", str(day), "--csv", str(result))
    assert code == 0
    assert "10:00" in said
    header, *rows = result.read_text(encoding="utf-8").splitlines()
    assert header.startswith("from,calls,contained")
    assert [row.split(",")[0] for row in rows] == ["10:00", "day"]


def test_reports_and_bills_are_shown_and_written(home: Path) -> None:
    file = home / "report.csv"
    code, said = typed(
        "report", "half_hour", "--from", "2026-10-25", "--to", "2026-10-25", "--csv", str(file)
    )
    assert code == 0
    assert "total" in said
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("half_hour,calls,known,settled,contained")
    assert len(lines) == 1 + 50, "the clocks were put back"
    assert "nothing to bill" in typed("bill", "--from", "2026-10")[1]
    assert isinstance(
        CliRunner().invoke(app, ["report", "--from", "gestern"]).exception, ConfigError
    )
