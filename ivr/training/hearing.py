"""As the phone hears it, for admins: examples are spoken and recognized in the background, one
intent after the other, and what comes out is kept as training variants."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from ivr.core.errors import HotlineError
from ivr.training import pieces as p
from ivr.training.content import ContentDesk
from ivr.training.examples import marked, plain
from ivr.training.heard import Heard, variants
from ivr.training.outcomes import Refused
from ivr.training.pieces import Content
from ivr.training.ports import Ear
from ivr.training.project import frozen_set
from ivr.training.texts import say


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


@dataclass(frozen=True, slots=True)
class _Order:
    intents: tuple[str, ...]
    by: str


class HearingDesk:
    """One at a time; a second one is refused. What is done of one that is cancelled stays, and one
    that the program's end cuts off is not taken up again.

    `most`: examples of an intent that are spoken, evenly chosen.
    """

    def __init__(
        self, content: ContentDesk, ear: Ear, words: Callable[[], Sequence[str]], most: int = 20
    ) -> None:
        self._content = content
        self._ear = ear
        self._words = words
        self._most = most
        self._asked = asyncio.Event()
        self._order: _Order | None = None
        self._work: asyncio.Task[None] | None = None
        self.state: Hearing | None = None
        """Of the one that runs, or else of the last one."""

    async def ask(self, intents: Sequence[str], by: str) -> Hearing | Refused:
        """Have the examples of these intents spoken; of all, if none is named."""
        content = await self._content.content()
        named = tuple(name for name in (intents or content.of(p.INTENT)))
        texts = sum(len(self._texts(content, name)) for name in named)
        if not texts:
            return Refused(say("empty"))
        if self._order is not None:
            return Refused(say("hearing_runs"))
        self._order = _Order(named, by)
        self.state = Hearing(by, texts, intent=named[0])
        self._asked.set()
        return self.state

    def cancel(self) -> None:
        """End it; harmless if none runs."""
        if self._work is not None:
            self._work.cancel()
        elif self._order is not None:
            self._end(cancelled=True)

    async def forget(self, intents: Sequence[str], by: str) -> int:
        """Let go of the variants of these intents, or of all if none is named; how many intents
        had some. Undone like any change."""
        content = await self._content.content()
        having = [name for name, each in content.of(p.INTENT).items() if each.body.get("heard")]
        chosen = [name for name in having if not intents or name in intents]
        for name in chosen:
            await self._content.set_heard(name, (), by)
        return len(chosen)

    async def run(self) -> None:
        """Do what is asked for, until cancelled."""
        while True:
            await self._asked.wait()
            await self.work_once()

    async def work_once(self) -> None:
        """Do what was asked for, if anything was."""
        self._asked.clear()
        if self._order is None:
            return
        self._work = asyncio.create_task(self._hear(self._order), name="hearing")
        try:
            await asyncio.wait({self._work})
        finally:
            work, self._work = self._work, None
            if not work.done():
                work.cancel()
                await asyncio.wait({work})
        if work.cancelled():
            self._end(cancelled=True)
        else:
            work.result()

    async def _hear(self, order: _Order) -> None:
        try:
            await self._speak(order)
        except (HotlineError, OSError) as error:
            self._end(reason=say("hearing_failed", what=error))
        else:
            self._end()

    async def _speak(self, order: _Order) -> None:
        content = await self._content.content()
        plan = {name: self._texts(content, name) for name in order.intents}
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
                await self._keep(content, name, found, order.by)
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
        self._order = None
        self._tell(over=True, left_s=None, cancelled=cancelled, reason=reason)


async def spoken_tests(ear: Ear, content: Content, words: Sequence[str]) -> list[str]:
    """What is heard of the test set's utterances, one by one; empty where nothing was. Raises
    MissingPiece."""
    texts = [text for text, _ in frozen_set(content)]
    async with aclosing(ear.hear(texts, words)) as readings:
        return [heard[0].text if heard else "" async for heard in readings]
