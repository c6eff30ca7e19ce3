"""Remembers what set-up has finished, so that a second run does nothing.

A step's stamp holds a fingerprint of what the step was made from and of what it made. It is taken
away before the step begins and written after its end: a step that was interrupted has none.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

MAKING = "making"


def fingerprint(
    inputs: Iterable[Path], outputs: Iterable[Path] = (), facts: Iterable[str] = ()
) -> str:
    """A hash over the inputs' content, the outputs' presence and sizes, and the facts.

    Folders count with all that is in them, except what Python and hidden folders keep.
    """
    digest = hashlib.sha256()
    for fact in facts:
        digest.update(f"fact {fact}\n".encode())
    for file in _files(inputs):
        content = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "none"
        digest.update(f"in {file} {content}\n".encode())
    for file in _files(outputs):
        size = file.stat().st_size if file.is_file() else "none"
        digest.update(f"out {file} {size}\n".encode())
    return digest.hexdigest()


class Stamps:
    """The stamps of all steps, one small file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, step: str) -> dict[str, Any]:
        """What was written at the step's end, or at its beginning; empty if never."""
        try:
            content = json.loads((self._folder / step).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def is_current(self, step: str, mark: str, max_age_s: float | None = None) -> bool:
        """Whether the step was finished with this fingerprint, and not too long ago."""
        content = self.read(step)
        age = time.time() - content.get("at", 0)
        return content.get("mark") == mark and (max_age_s is None or 0 <= age < max_age_s)

    def begin(self, step: str, **facts: str) -> None:
        """Note that the step is being made: whatever it leaves is not to be trusted."""
        self._write(step, {**facts, "mark": MAKING})

    def was_interrupted(self, step: str) -> bool:
        return self.read(step).get("mark") == MAKING

    def finish(self, step: str, mark: str, **facts: str) -> None:
        self._write(step, {**facts, "mark": mark, "at": time.time()})

    def _write(self, step: str, content: dict[str, Any]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f"{step}.part"
        draft.write_text(json.dumps(content), encoding="utf-8")
        os.replace(draft, self._folder / step)


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        if not place.is_dir():
            yield place
            continue
        for folder, folders, names in os.walk(place):
            folders[:] = sorted(
                each for each in folders if not each.startswith(".") and each != "__pycache__"
            )
            for name in sorted(names):
                yield Path(folder) / name
