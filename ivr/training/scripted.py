"""A workshop without Rasa, for tests: understands exactly the examples it was trained on."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ivr.core.training import Progress, TrainingFailed
from ivr.training import pieces as p
from ivr.training.examples import key, marked
from ivr.training.pieces import content_of
from ivr.training.yaml_in import read_project

_FALLBACK = "nlu_fallback"


class ScriptedWorkshop:
    """Implements `ports.Workshop`. Waits at `gate` in the middle of a training; fails with `words`
    if there are any."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.gate = asyncio.Event()
        self.gate.set()
        self.words = ""
        self.begun = asyncio.Event()
        self.trainings = 0

    async def train(
        self, files: Mapping[str, str], told: Callable[[Progress], Awaitable[None]]
    ) -> str:
        self.trainings += 1
        await told(Progress("Scripted"))
        await told(Progress("", 1, 2, 3.0))
        self.begun.set()
        await self.gate.wait()
        if self.words:
            raise TrainingFailed(self.words)
        content = content_of(read_project(files).edits())
        known = {
            key(marked(example)): name
            for name, piece in content.of(p.INTENT).items()
            for example in piece.body["examples"]
        }
        text = json.dumps(known, sort_keys=True)
        model = hashlib.sha256(text.encode()).hexdigest()[:16]
        (self._folder / model).write_text(text, "utf-8")
        return model

    async def guess(
        self, model: Path, texts: Sequence[str], stories: Mapping[str, str]
    ) -> Mapping[str, Any]:
        known = json.loads(await asyncio.to_thread(model.read_text, "utf-8"))
        found = [known.get(key(text)) for text in texts]
        return {
            "guesses": [[[intent or _FALLBACK, 1.0 if intent else 0.0]] for intent in found],
            "understood": [intent is not None for intent in found],
            "stories": {"total": len(stories), "failed": []} if stories else None,
        }

    def file(self, model: str) -> Path | None:
        found = self._folder / model
        return found if model and found.exists() else None

    def forget(self, model: str) -> None:
        (self._folder / model).unlink(missing_ok=True)
