"""What gets into the log, what does not, and that nobody waits for it."""

import asyncio
import io
import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from ivr.config.settings import Log
from ivr.core.context import call_context
from ivr.core.errors import ConfigError, StoreUnavailable
from ivr.observe.logs import logging_set_up

log = logging.getLogger("ivr.somewhere")
SAID = "Müller, 0561 123456"


def written(tmp_path: Path, act: Callable[[], object], **settings: Any) -> list[dict[str, Any]]:
    """The lines of the file after `act`."""
    file = tmp_path / "log" / "hotline.log"
    with logging_set_up(Log(**settings), file, terminal=None):
        act()
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def shown(act: Callable[[], object], **settings: Any) -> str:
    """The terminal after `act`."""
    terminal = io.StringIO()
    with logging_set_up(Log(**settings), terminal=terminal):
        act()
    return terminal.getvalue()


async def test_every_message_of_a_call_carries_its_number_and_no_others(tmp_path: Path) -> None:
    async def one_call(call_id: str) -> None:
        with call_context(call_id):
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.to_thread(log.info, "in a thread"))
                await asyncio.sleep(0)
                log.info("in a task")

    file = tmp_path / "hotline.log"
    with logging_set_up(Log(), file, terminal=None):
        await asyncio.gather(one_call("c1"), one_call("c2"))
        log.info("outside")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert sorted((line["message"], line.get("call")) for line in lines if "call" in line) == [
        ("in a task", "c1"),
        ("in a task", "c2"),
        ("in a thread", "c1"),
        ("in a thread", "c2"),
    ]
    assert "call" not in lines[-1]


def test_a_line_of_the_file_is_an_object_with_its_extras(tmp_path: Path) -> None:
    (line,) = written(
        tmp_path, lambda: log.warning("late", extra={"late_s": 0.4, "path": Path("x")})
    )
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "ivr.somewhere",
        "message": "late",
        "late_s": 0.4,
        "path": "x",
    }


def test_personal_extras_are_dropped_unless_the_setting_is_on(tmp_path: Path) -> None:
    def act() -> None:
        log.info("heard", extra={"personal_text": SAID, "words": 2})

    (line,) = written(tmp_path, act)
    assert "Müller" not in str(line)
    assert line["words"] == 2
    assert SAID not in shown(act)
    assert SAID in shown(act, personal=True)


def fail() -> None:
    try:
        try:
            int(SAID)
        except ValueError as error:
            raise StoreUnavailable("the database is away: check it") from error
    except StoreUnavailable as error:
        group = ExceptionGroup("of a call", [error, KeyError(SAID)])
        log.error("a call failed", exc_info=group)


def test_a_traceback_tells_where_and_why_but_not_what_was_said(tmp_path: Path) -> None:
    (line,) = written(tmp_path, fail)
    assert "test_logs.py" in line["traceback"]
    assert "ValueError\n" in line["traceback"]
    assert "KeyError\n" in line["traceback"]
    assert "StoreUnavailable: the database is away: check it" in line["traceback"]
    assert "Müller" not in str(line)
    assert "Müller" in shown(fail, personal=True)


def test_the_terminal_gets_one_readable_line() -> None:
    def act() -> None:
        with call_context("c1"):
            log.warning("the store is away", extra={"reason": 'locked by "x"', "records": 3})

    line = shown(act)
    assert line.count("\n") == 1
    assert line[8:] == (
        ' WARNING somewhere [c1] the store is away reason="locked by \\"x\\"" records=3\n'
    )


def test_nobody_forges_a_line_or_steers_the_terminal(tmp_path: Path) -> None:
    evil = "x\n12:00:00 ERROR \x1b[2J\u2028"

    def act() -> None:
        log.error(evil, extra={"file": evil})

    line = shown(act)
    assert line.count("\n") == 1
    assert line.rstrip("\n").isprintable()
    assert len(written(tmp_path, act)) == 1


def test_only_what_matters_enough_is_written(tmp_path: Path) -> None:
    def act() -> None:
        log.debug("detail")
        log.info("usual")
        logging.getLogger("httpx").info("a whole request")
        logging.getLogger("httpx").warning("worth knowing")

    assert [line["message"] for line in written(tmp_path, act)] == ["usual", "worth knowing"]
    assert "detail" in shown(act, level="debug")
    assert "a whole request" not in shown(act, level="debug")


def test_the_files_never_grow_beyond_their_bound(tmp_path: Path) -> None:
    file = tmp_path / "hotline.log"
    with logging_set_up(Log(), file, terminal=None, largest=2000, files=3):
        for n in range(200):
            log.info("one of many", extra={"n": n})
    kept = list(tmp_path.iterdir())
    assert len(kept) == 3
    assert all(part.stat().st_size <= 2000 for part in kept)
    assert all(part.stat().st_mode & 0o777 == 0o600 for part in kept)
    assert json.loads(file.read_text().splitlines()[-1])["n"] == 199


class Stuck(io.StringIO):
    """A terminal that takes nothing for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.free = threading.Event()
        self.entered = threading.Event()

    @override
    def write(self, text: str) -> int:
        self.entered.set()
        self.free.wait()
        return super().write(text)


def test_a_stuck_terminal_holds_nobody_up_and_what_was_dropped_is_told() -> None:
    stuck = Stuck()
    with logging_set_up(Log(), terminal=stuck, bound=4):
        log.info("first")
        stuck.entered.wait()
        for n in range(10):
            log.info("next", extra={"n": n})
        stuck.free.set()
        while "n=3" not in stuck.getvalue():
            time.sleep(0.001)
        log.info("last")
    lines = stuck.getvalue().splitlines()
    assert [line.split()[3] for line in lines] == ["first", *["next"] * 4, "log", "last"]
    assert lines[-2].endswith("log messages were dropped messages=6")


def test_a_terminal_that_has_gone_is_nobodys_problem(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    gone = io.StringIO()
    gone.close()
    file = tmp_path / "hotline.log"
    with logging_set_up(Log(), file, gone):
        log.info("still in the file")
    assert "still in the file" in file.read_text()
    assert capfd.readouterr().err == ""


def test_a_disk_that_gets_full_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    with logging_set_up(Log(), Path("/dev/full"), terminal=None):
        for _ in range(3):
            log.info("no room")
    assert capsys.readouterr().err.count("cannot be written") == 1


def test_a_file_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file where a folder should be")
    with (
        pytest.raises(ConfigError, match="hotline.log"),
        logging_set_up(Log(), tmp_path / "log" / "hotline.log"),
    ):
        pass


def test_afterwards_logging_is_as_it_was_before() -> None:
    root, own = logging.getLogger(), logging.getLogger("ivr")
    before = list(root.handlers), root.level, own.level
    shown(lambda: None, level="debug")
    assert (list(root.handlers), root.level, own.level) == before
