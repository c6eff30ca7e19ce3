"""`ivr users` on a database of its own, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.config.loading import PROGRAM_FOLDER
from ivr.store.sql import open_store
from ivr.store.staff import StaffStore
from ivr.web.staff.passwords import Passwords

pytestmark = pytest.mark.timeout(300)  # A dozen programs, one after another.


def ivr(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    env = {name: value for name, value in os.environ.items() if not name.startswith("IVR_")}
    env |= {"IVR_HOME": str(folder), "PYTHONPATH": str(PROGRAM_FOLDER)}
    return subprocess.run(
        [sys.executable, "-m", "ivr", "users", *words],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


async def fits(folder: Path, name: str, password: str) -> bool:
    store = await open_store(folder / "var" / "hotline.sqlite")
    try:
        found = await StaffStore(store.sessions).find(name)
        assert found is not None
        return await Passwords().fits(found.password, password)
    finally:
        await store.close()


async def test_people_come_and_go(tmp_path: Path) -> None:
    added = ivr(tmp_path, "add", "Petra", "--role", "admin", "--full-name", "Petra Lindemann")
    assert added.returncode == 0, added.stderr
    first = added.stdout.split()[-1]
    assert await fits(tmp_path, "petra", first)
    second = ivr(tmp_path, "reset", "petra").stdout.split()[-1]
    assert first != second
    assert not await fits(tmp_path, "petra", first)
    refused = ivr(tmp_path, "disable", "petra")
    assert (refused.returncode, "must stay admin" in refused.stderr) == (1, True)
    assert ivr(tmp_path, "add", "otto").returncode == 0
    assert ivr(tmp_path, "disable", "otto").returncode == 0
    listed = ivr(tmp_path, "list").stdout.splitlines()
    assert [line.split()[:3] for line in listed] == [
        ["otto", "agent", "disabled"],
        ["petra", "admin", "one-time"],
    ]
    for wrong in (("add", "otto"), ("add", "!"), ("reset", "niemand"), ("disable", "niemand")):
        answer = ivr(tmp_path, *wrong)
        assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
        assert "Traceback" not in answer.stderr
