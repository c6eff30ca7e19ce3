"""Where records wait when the database cannot take them: files of JSON lines, one a process.

The first line names the process; every further line is one record with the key under which the
store keeps it once only. So a file can be brought in again and again until it is gone. It holds
what callers said: only the program's own user may read it.
"""

import contextlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

from ivr.core.jsonable import fact_json, jsonable, restore, restore_fact
from ivr.core.records import CallEnd, CallStart, Fact, Turn
from ivr.store.owner import SILENT_FOR, Owner, lives, this_process

LARGEST = 64 * 2**20
"""Bytes; some tens of thousands of turns. What comes after that is refused."""
_REFUSED = "refused.jsonl.txt"
"""Lines that the store does not take, kept for a person to look at."""

Kept: TypeAlias = CallStart | Turn | CallEnd | Fact


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to keep."""

    call_id: str
    what: Kept
    key: str


def set_aside(folder: Path) -> Path:
    """The file of the lines that the store does not take; there only if there were such."""
    return folder / _REFUSED


class RescueFolder:
    """The rescue files. Every method may wait for the disk: call it in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.own = folder / f"{os.getpid()}-{uuid4().hex}.jsonl"
        """This process's file; it is there only while records wait in it."""

    def append(self, entries: Sequence[Entry]) -> None:
        """Write all entries so that a power cut does not lose them, or none: OSError then."""
        lines = b"".join(_line(entry) for entry in entries)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self.own, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            before = os.fstat(file).st_size
            if before == 0:
                lines = _json_line(jsonable(this_process())) + lines
            if before + len(lines) > LARGEST:
                raise OSError("the rescue file is full")
            try:
                _write_all(file, lines)
                os.fsync(file)
            except OSError:
                # Half of what was to be written must not come to light later.
                with contextlib.suppress(OSError):
                    os.ftruncate(file, before)
                raise
        finally:
            os.close(file)

    def left_behind(self, now: datetime) -> list[Path]:
        """Files of processes that are dead, or that nobody can ask and are silent for hours."""
        found = []
        for file in sorted(self._folder.glob("*.jsonl")):
            alive = _owner_lives(file)
            if alive is None:
                alive = now.timestamp() - file.stat().st_mtime < SILENT_FOR.total_seconds()
            if file != self.own and not alive:
                found.append(file)
        return found

    def read(self, file: Path) -> tuple[list[Entry], list[str]]:
        """The entries in their order, and the lines that are none: cut off, or written over."""
        entries, spoilt = [], []
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines()[1:]:
            try:
                entries.append(_entry(line))
            except ValueError:
                spoilt.append(line)
        return entries, spoilt

    def remove(
        self, file: Path, refused: Sequence[Entry] = (), spoilt: Sequence[str] = ()
    ) -> None:
        """Take away a file that was brought in; what could not be is set aside."""
        if refused or spoilt:
            lines = b"".join(_line(entry) for entry in refused)
            lines += b"".join(line.encode() + b"\n" for line in spoilt)
            aside = os.open(set_aside(self._folder), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                _write_all(aside, lines)
            finally:
                os.close(aside)
        file.unlink(missing_ok=True)


def _owner_lives(file: Path) -> bool | None:
    with file.open(encoding="utf-8", errors="replace") as lines:
        first = lines.readline()
    try:
        return lives(restore(Owner, json.loads(first)))
    except ValueError:
        return None


def _line(entry: Entry) -> bytes:
    match entry.what:
        case CallStart():
            what = {"kind": "begin", **jsonable(entry.what)}
        case Turn():
            what = {"kind": "turn", **jsonable(entry.what)}
        case CallEnd():
            what = {"kind": "end", **jsonable(entry.what)}
        case fact:
            what = fact_json(fact)
    return _json_line({"call": entry.call_id, "key": entry.key, "what": what})


def _json_line(value: object) -> bytes:
    # ASCII, so that no character of what was said can be taken for an end of line.
    return json.dumps(value).encode("ascii") + b"\n"


def _entry(line: str) -> Entry:
    try:
        read = json.loads(line)
        return Entry(str(read["call"]), _kept(read["what"]), str(read["key"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("this line is no entry") from error


def _kept(what: dict[str, object]) -> Kept:
    fields = {key: value for key, value in what.items() if key != "kind"}
    match what.get("kind"):
        case "begin":
            return restore(CallStart, fields)
        case "turn":
            return restore(Turn, fields)
        case "end":
            return restore(CallEnd, fields)
        case _:
            return restore_fact(what)


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
