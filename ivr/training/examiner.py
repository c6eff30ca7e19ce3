"""Tries models on the frozen test set, as it is written and as the phone hears it."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from ivr.core.training import ModelEntry, TrainingFailed
from ivr.training.evaluation import report, taken
from ivr.training.failures import explain, unforeseen
from ivr.training.frozen import frozen_set
from ivr.training.pieces import Content
from ivr.training.ports import Jobs, Workshop
from ivr.training.project import stories_of
from ivr.training.texts import say

log = logging.getLogger(__name__)


class Examiner:
    """`active` tells the key of the model that calls use."""

    def __init__(self, jobs: Jobs, workshop: Workshop, active: Callable[[], str]) -> None:
        self._jobs = jobs
        self._workshop = workshop
        self._active = active

    async def evaluate(
        self, model: str, content: Content, heard: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """A model's figures on the present test set; `heard`: what a recognizer made of its
        utterances, one by one. Raises TrainingFailed, MissingPiece."""
        file = self._workshop.file(model)
        if file is None:
            raise TrainingFailed(say("no_model", name=model))
        tests = frozen_set(content)
        # One question for both: each starts Rasa anew.
        texts = [text for text, _ in tests] + list(heard or ())
        answer = await self._workshop.guess(file, texts, stories_of(content))
        written = {key: answer[key][: len(tests)] for key in ("guesses", "understood")}
        made = report(taken(tests, written), answer["stories"])
        if heard is not None:
            aloud = {key: answer[key][len(tests) :] for key in ("guesses", "understood")}
            made["spoken"] = report(taken(tests, aloud)) | {"heard": list(heard)}
        return made

    async def evaluate_and_keep(
        self, model: str, content: Content, heard: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """The figures of a model that is kept already, or ships with the program."""
        found = await self.evaluate(model, content, heard)
        known = await self._entry(model)
        await self._jobs.keep_model(model, known.change if known else 0, found)
        return found

    async def evaluate_active(self, content: Content) -> None:
        """The active model beside a new one, where it was not tried on all of the present test
        set. That it could not be tried is told with its figures: the new one is none the worse."""
        active = self._active()
        if not active or self._workshop.file(active) is None:
            return
        known = await self._entry(active)
        kept = dict(known.report) if known else {}
        seen = {(row[0], row[1]) for row in kept.get("utterances", ())}
        if known and "failed" not in kept and set(frozen_set(content)) <= seen:
            return
        try:
            await self.evaluate_and_keep(active, content)
        except TrainingFailed as error:
            kept["failed"] = explain(str(error), content)[0]
        except Exception as error:
            log.exception("the active model cannot be evaluated", extra={"model": active})
            kept["failed"] = unforeseen(error)
        else:
            return
        await self._jobs.keep_model(active, known.change if known else 0, kept)

    async def _entry(self, model: str) -> ModelEntry | None:
        found = (entry for entry in await self._jobs.models() if entry.key == model)
        return next(found, None)
