"""Models tried on the test set as the phone hears it: spoken and recognized in the background."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial

from ivr.core.errors import HotlineError
from ivr.core.training import TrainingFailed
from ivr.training.content import ContentDesk
from ivr.training.examiner import Examiner
from ivr.training.failures import explain, unforeseen
from ivr.training.frozen import frozen_set
from ivr.training.in_turn import InTurn, Order
from ivr.training.outcomes import Refused
from ivr.training.pieces import Content
from ivr.training.ports import Ear, Workshop
from ivr.training.texts import say

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SpokenTest:
    """How far it has come."""

    model: str
    by: str
    total: int
    """Utterances to be spoken."""
    done: int = 0
    left_s: float | None = None
    """Of speaking them; what the models make of them takes half a minute more."""
    over: bool = False
    cancelled: bool = False
    reason: str = ""
    """Why it failed."""


class SpokenDesk:
    """One at a time, and no examples are spoken meanwhile: `turn` does the work. One that is
    cancelled, or cut off by the program's end, leaves nothing behind.

    `active` tells the key of the model that calls use: it is tried on the very same sounds, so
    that the two can be compared.
    """

    def __init__(
        self,
        content: ContentDesk,
        ear: Ear,
        words: Callable[[], Sequence[str]],
        turn: InTurn,
        examiner: Examiner,
        workshop: Workshop,
        active: Callable[[], str],
    ) -> None:
        self._content = content
        self._ear = ear
        self._words = words
        self._turn = turn
        self._examiner = examiner
        self._workshop = workshop
        self._active = active
        self.state: SpokenTest | None = None
        """Of the one that runs, or else of the last one."""

    async def ask(self, model: str, by: str) -> SpokenTest | Refused:
        """Have a model, and the active one, tried on the test set spoken."""
        if self._workshop.file(model) is None:
            return Refused(say("no_model", name=model))
        tests = frozen_set(await self._content.content())
        if not tests:
            return Refused(say("no_tests"))
        order = Order(partial(self._try, model), partial(self._end, cancelled=True))
        if not self._turn.give(order):
            return Refused(say("hearing_runs"))
        self.state = SpokenTest(model, by, len(tests))
        return self.state

    def cancel(self) -> None:
        """End it; harmless if none runs."""
        if self.state is not None and not self.state.over:
            self._turn.cancel()

    async def _try(self, model: str) -> None:
        content = await self._content.content()
        try:
            heard = await self.hear(content)
            present = [key for key in (model, self._active()) if self._workshop.file(key)]
            for key in dict.fromkeys(present):
                await self._examiner.evaluate_and_keep(key, content, heard)
        except TrainingFailed as error:
            self._end(reason=say("spoken_failed", what=explain(str(error), content)[0]))
        except HotlineError as error:
            self._end(reason=say("spoken_failed", what=error))
        except Exception as error:
            # One that fails must not keep the next from being heard.
            log.exception("tests could not be spoken")
            self._end(reason=say("spoken_failed", what=unforeseen(error)))
        else:
            self._end()

    async def hear(self, content: Content) -> list[str]:
        """What is heard of the tests, one by one; empty where nothing was. Raises MissingPiece."""
        texts = [text for text, _ in frozen_set(content)]
        loop = asyncio.get_running_loop()
        began = loop.time()
        heard: list[str] = []
        async with aclosing(self._ear.hear(texts, tuple(self._words()))) as readings:
            async for found in readings:
                heard.append(found[0].text if found else "")
                left_s = (loop.time() - began) / len(heard) * (len(texts) - len(heard))
                self._tell(total=len(texts), done=len(heard), left_s=left_s)
        return heard

    def _tell(self, **news: object) -> None:
        if self.state is not None:
            self.state = replace(self.state, **news)  # type: ignore[arg-type]

    def _end(self, *, cancelled: bool = False, reason: str = "") -> None:
        self._tell(over=True, left_s=None, cancelled=cancelled, reason=reason)
