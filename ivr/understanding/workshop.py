"""Trains and tries models in Rasa's environment; implements `ivr.training.ports.Workshop`.

Each runs as a process of low priority, so that calls come first, and ends with its task:
cancelling the task stops the process, and so does the end of this program, even if it is killed.
Models are kept in a folder of their own, by content.
"""

import asyncio
import json
import os
import re
import shutil
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from ivr.core.training import Progress, TrainingFailed
from ivr.understanding.nlu_model import (
    CACHE_MB,
    MODEL_SUFFIX,
    model_key,
    nlu_python,
    rasa_environment,
    training_words,
)
from ivr.understanding.priority import WORK, niced, set_session
from ivr.understanding.process_group import end_group

_EPOCHS = re.compile(r"^Epochs:.*?(\d+)/(\d+) \[[\d:]+<([\d:]+)")
_BEGIN = "Starting to train component "
_LAST_LINES = 60
_STOP_S = 10.0


class RasaWorkshop:
    """`project` is the shipped `nlu/` with its Python components, `shipped` its models' folder."""

    def __init__(self, root: Path, project: Path, folder: Path, shipped: Path) -> None:
        self._root = root
        self._project = project
        self._shipped = shipped
        self._models = folder / "models"
        self._cache = folder / "cache"
        self._folder = folder

    async def train(
        self, files: Mapping[str, str], told: Callable[[Progress], Awaitable[None]]
    ) -> str:
        python = await asyncio.to_thread(nlu_python, self._root)
        async with self._bench() as bench:
            copy = bench / "nlu"
            await asyncio.to_thread(self._lay_out, copy, files)
            key = await asyncio.to_thread(model_key, copy)
            if self.file(key) is not None:
                return key
            env = rasa_environment(threads=1) | {
                "RASA_CACHE_DIRECTORY": str(self._cache),
                "RASA_MAX_CACHE_SIZE": str(CACHE_MB),
            }
            command = [*_with_us(python, copy), *training_words(copy, bench)]
            await self._run(command, copy, env, told)
            trained = bench / f"model{MODEL_SUFFIX}"
            if not trained.exists():
                raise TrainingFailed("no model came of it")
            self._models.mkdir(parents=True, exist_ok=True)
            trained.replace(self._models / f"{key}{MODEL_SUFFIX}")
            return key

    async def guess(
        self, model: Path, texts: Sequence[str], stories: Mapping[str, str]
    ) -> Mapping[str, Any]:
        python = await asyncio.to_thread(nlu_python, self._root)
        async with self._bench() as bench:
            folder = bench / "stories"
            for file, text in stories.items():
                _write(folder / Path(file).name, text)
            ask = {"texts": list(texts), "stories": str(folder) if stories else None}
            _write(bench / "ask.json", json.dumps(ask, ensure_ascii=False))
            command = [*_with_us(python, self._project), "try_model", "--model", str(model)]
            command += ["--ask", str(bench / "ask.json"), "--answer", str(bench / "answer.json")]
            await self._run(command, self._project, rasa_environment(threads=1), _nobody)
            answer: dict[str, Any] = json.loads((bench / "answer.json").read_text("utf-8"))
            return answer

    def file(self, model: str) -> Path | None:
        """Where a model is: one that was trained here, or the shipped project's."""
        for folder in (self._models, self._shipped):
            if (found := folder / f"{model}{MODEL_SUFFIX}").exists():
                return found
        return None

    def forget(self, model: str) -> None:
        """Delete a model that was trained here."""
        (self._models / f"{model}{MODEL_SUFFIX}").unlink(missing_ok=True)

    @asynccontextmanager
    async def _bench(self) -> AsyncIterator[Path]:
        """A folder for one piece of work, gone afterwards."""
        self._folder.mkdir(parents=True, exist_ok=True)
        bench = Path(tempfile.mkdtemp(prefix=".work-", dir=self._folder))
        try:
            yield bench
        finally:
            await asyncio.to_thread(shutil.rmtree, bench, ignore_errors=True)

    def _lay_out(self, copy: Path, files: Mapping[str, str]) -> None:
        for file in self._project.glob("*.py"):
            _write(copy / file.name, file.read_text("utf-8"))
        shutil.copyfile(self._project / "requirements.lock", copy / "requirements.lock")
        for name, text in files.items():
            place = (copy / name).resolve()
            if not place.is_relative_to(copy.resolve()):
                raise TrainingFailed(f"{name} lies outside of the project")
            _write(place, text)

    async def _run(
        self,
        command: Sequence[str],
        folder: Path,
        env: Mapping[str, str],
        told: Callable[[Progress], Awaitable[None]],
    ) -> None:
        process = await asyncio.create_subprocess_exec(
            *niced(WORK),
            *command,
            cwd=folder,
            env=env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        last: deque[str] = deque(maxlen=_LAST_LINES)
        try:
            await set_session(process.pid, WORK)
            async for line in _lines(process):
                last.append(line)
                if (progress := progress_in(line)) is not None:
                    await told(progress)
            code = await process.wait()
        finally:
            await end_group(process, _STOP_S)
        if code:
            raise TrainingFailed("\n".join(last))


def _with_us(python: Path, project: Path) -> list[str]:
    """Runs the module that follows, and ends it when this process ends."""
    return [str(python), str(project / "with_parent.py"), str(os.getpid())]


async def _nobody(_: Progress) -> None:
    """Nobody wants to know."""


def progress_in(line: str) -> Progress | None:
    """What a line of Rasa's output tells of a training's progress."""
    if _BEGIN in line:
        return Progress(line.split(_BEGIN, 1)[1].strip(" .'"))
    if found := _EPOCHS.search(line):
        left_s = 0
        for part in found[3].split(":"):
            left_s = 60 * left_s + int(part or 0)
        return Progress("", int(found[1]), int(found[2]), float(left_s))
    return None


async def _lines(process: asyncio.subprocess.Process) -> AsyncIterator[str]:
    """What a process prints; Rasa's bars return without a new line."""
    rest = ""
    while process.stdout is not None and (piece := await process.stdout.read(4096)):
        *whole, rest = re.split(r"[\r\n]", rest + piece.decode("utf-8", "replace"))
        for line in whole:
            if line.strip():
                yield line.strip()
    if rest.strip():
        yield rest.strip()


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, "utf-8")
