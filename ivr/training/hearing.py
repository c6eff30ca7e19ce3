"""As the phone hears it, for admins: examples are spoken and recognized in the background, one
intent after the other, and what comes out is kept as training variants."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ivr.core.errors import HotlineError
from ivr.training import pieces as p
from ivr.training.content import ContentDesk
from ivr.training.examples import marked, plain
from ivr.training.failures import unforeseen
from ivr.training.heard import Heard, variants
from ivr.training.in_turn import InTurn, Order
from ivr.training.outcomes import Refused
from ivr.training.pieces import Content
from ivr.training.ports import Ear
from ivr.training.texts import say

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hearing:
    """How far it has come."""

    by: str
    total: int
    """Examples to be spoken."""
    done: int = 0
    intent: str = ""
    """Whose examples are spoken now."""
    kept: int = 0
    """Variants that came of it so far."""
    left_s: float | None = None
    over: bool = False
    cancelled: bool = False
    reason: str = ""
    """Why it failed."""


class HearingDesk:
    """One at a time; a second one is refused. What is done of one that is cancelled stays, and one
    that the program's end cuts off is not taken up again.

    `turn` does the work: nothing else is spoken meanwhile. `most`: examples of an intent that are
    spoken, evenly chosen.
    """

    def __init__(
        self,
        content: ContentDesk,
        ear: Ear,
        words: Callable[[], Sequence[str]],
        turn: InTurn,
        most: int = 20,
    ) -> None:
        self._content = content
        self._ear = ear
        self._words = words
        self._most = most
        self._turn = turn
        self.state: Hearing | None = None
        """Of the one that runs, or else of the last one."""

    async def ask(self, intents: Sequence[str], by: str) -> Hearing | Refused:
        """Have the examples of these intents spoken; of all, if none is named."""
        content = await self._content.content()
        named = tuple(name for name in (intents or content.of(p.INTENT)))
        texts = sum(len(self._texts(content, name)) for name in named)
        if not texts:
            return Refused(say("empty"))
        order = Order(partial(self._hear, named, by), partial(self._end, cancelled=True))
        if not self._turn.give(order):
            return Refused(say("hearing_runs"))
        self.state = Hearing(by, texts, intent=named[0])
        return self.state

    def cancel(self) -> None:
        """End it; harmless if none runs."""
        if self.state is not None and not self.state.over:
            self._turn.cancel()

    async def forget(self, intents: Sequence[str], by: str) -> int:
        """Let go of the variants of these intents, or of all if none is named; how many intents
        had some. Undone like any change."""
        content = await self._content.content()
        having = [name for name, each in content.of(p.INTENT).items() if each.body.get("heard")]
        chosen = [name for name in having if not intents or name in intents]
        for name in chosen:
            await self._content.set_heard(name, (), by)
        return len(chosen)

    async def _hear(self, intents: Sequence[str], by: str) -> None:
        try:
            await self._speak(intents, by)
        except HotlineError as error:
            self._end(reason=say("hearing_failed", what=error))
        except Exception as error:
            # One that fails must not keep the next from being heard.
            log.exception("examples could not be spoken")
            self._end(reason=say("hearing_failed", what=unforeseen(error)))
        else:
            self._end()

    async def _speak(self, intents: Sequence[str], by: str) -> None:
        content = await self._content.content()
        plan = {name: self._texts(content, name) for name in intents}
        every = [text for texts in plan.values() for text in texts]
        loop = asyncio.get_running_loop()
        began, done = loop.time(), 0
        readings = self._ear.hear(every, tuple(self._words()))
        try:
            for name, texts in plan.items():
                found: list[Heard] = []
                for _ in texts:
                    found += await anext(readings, [])
                    done += 1
                    left_s = (loop.time() - began) / done * (len(every) - done)
                    self._tell(done=done, intent=name, left_s=left_s)
                await self._keep(content, name, found, by)
        finally:
            await readings.aclose()

    async def _keep(self, content: Content, name: str, found: Sequence[Heard], by: str) -> None:
        if not found:
            return
        kept = variants(content, name, found)
        outcome = await self._content.set_heard(name, kept, by)
        # An intent that was deleted meanwhile needs none.
        if self.state is not None and not isinstance(outcome, Refused):
            self._tell(kept=self.state.kept + len(kept))

    def _texts(self, content: Content, name: str) -> list[str]:
        examples = [
            plain(marked(each)) for each in content.body(p.INTENT, name).get("examples", ())
        ]
        return examples[:: max(1, -(-len(examples) // self._most))]

    def _tell(self, **news: object) -> None:
        if self.state is not None:
            self.state = replace(self.state, **news)  # type: ignore[arg-type]

    def _end(self, *, cancelled: bool = False, reason: str = "") -> None:
        self._tell(over=True, left_s=None, cancelled=cancelled, reason=reason)
