"""A workshop without Rasa, and an ear without sound, for tests: the one understands exactly the
examples it was trained on, the other hears what it was told."""

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ivr.core.training import Progress, TrainingFailed
from ivr.training import pieces as p
from ivr.training.examples import key, marked
from ivr.training.heard import Heard
from ivr.training.pieces import content_of
from ivr.training.yaml_in import read_project


class ScriptedWorkshop:
    """Implements `ports.Workshop`. Waits at `gate` in the middle of a training; fails with `words`
    if there are any, or with `error`; cannot try the models in `broken`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.gate = asyncio.Event()
        self.gate.set()
        self.words = ""
        self.error: Exception | None = None
        self.broken: set[str] = set()
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
        if self.error is not None:
            raise self.error
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
        if model.name in self.broken:
            raise TrainingFailed("ValueError: kaputt")
        known = json.loads(await asyncio.to_thread(model.read_text, "utf-8"))
        found = [known.get(key(text)) for text in texts]
        return {
            "guesses": [[[intent, 1.0]] if intent else [] for intent in found],
            "understood": [intent is not None for intent in found],
            "stories": {"total": len(stories), "failed": []} if stories else None,
        }

    def file(self, model: str) -> Path | None:
        found = self._folder / model
        return found if model and found.exists() else None

    def forget(self, model: str) -> None:
        (self._folder / model).unlink(missing_ok=True)


class ScriptedEar:
    """Implements `ports.Ear`: hears `mistakes` for texts, and nothing for others.

    Stays at the text `waits_before`, if that comes; fails with `error` if there is one.
    """

    def __init__(self, mistakes: Mapping[str, str] | None = None) -> None:
        self.mistakes = dict(mistakes or {})
        self.waits_before = ""
        self.waits = asyncio.Event()
        self.error: Exception | None = None
        self.spoken: list[str] = []
        self.words: Sequence[str] = ()
        self.closed = 0

    async def hear(
        self, texts: Sequence[str], words: Sequence[str]
    ) -> AsyncGenerator[list[Heard], None]:
        self.words = words
        try:
            for text in texts:
                if text == self.waits_before:
                    self.waits.set()
                    await asyncio.Event().wait()
                if self.error is not None:
                    raise self.error
                self.spoken.append(text)
                heard = self.mistakes.get(text)
                yield [Heard(heard, text, "scripted", "phone", "scripted")] if heard else []
        finally:
            self.closed += 1
