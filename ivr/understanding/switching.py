"""Changes the model that calls are understood by, without any call noticing.

Every model has a Rasa of its own. A call stays with the one it began with to its end: what a form
has taken down lives in there. A Rasa that is replaced ends when its last call is over.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from ivr.core.ports import NOTHING, Understanding
from ivr.core.understanding import BotMessage, Reply

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Model:
    """A model with the Rasa that runs it."""

    key: str
    understanding: Understanding
    stop: Callable[[], Awaitable[None]]
    """Ends the Rasa."""


class SwitchingUnderstanding:
    """Implements `ports.Understanding` over whichever model is current.

    `fill` completes what Rasa wants said with values that may change any moment. A replaced model
    is given `finish_s` seconds for its calls; later turns of those go to the current one, which
    begins their conversation anew.
    """

    def __init__(
        self, first: Model, fill: Callable[[str], str] = str, finish_s: float = 1800
    ) -> None:
        self._current = first
        self._fill = fill
        self._finish_s = finish_s
        self._of_call: dict[str, Model] = {}
        self._changed = asyncio.Condition()
        self._leaving: dict[asyncio.Task[None], Model] = {}

    @property
    def model(self) -> str:
        """The key of the model that new calls get."""
        return self._current.key

    @property
    def calls(self) -> int:
        """How many conversations are under way, with any model."""
        return len(self._of_call)

    async def reply(
        self,
        call_id: str,
        text: str,
        *,
        caller: str | None = None,
        given: Mapping[str, str] = NOTHING,
    ) -> Reply:
        model = self._of_call.setdefault(call_id, self._current)
        reply = await model.understanding.reply(call_id, text, caller=caller, given=given)
        messages = tuple(
            BotMessage(self._fill(each.text), each.interruptible) for each in reply.messages
        )
        return replace(reply, messages=messages, model=model.key)

    async def forget(self, call_id: str) -> None:
        model = self._of_call.pop(call_id, self._current)
        try:
            await model.understanding.forget(call_id)
        finally:
            async with self._changed:
                self._changed.notify_all()

    async def ready(self) -> bool:
        return await self._current.understanding.ready()

    def switch(self, model: Model) -> None:
        """Have new calls understood by `model`, which must be ready; the one before ends with its
        last call."""
        before, self._current = self._current, model
        task = asyncio.create_task(self._see_off(before), name="replaced model")
        self._leaving[task] = before
        task.add_done_callback(lambda done: self._leaving.pop(done, None))

    async def close(self) -> None:
        """End every Rasa."""
        left = dict(self._leaving)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)
        for model in (*left.values(), self._current):
            await _end(model)

    async def _see_off(self, model: Model) -> None:
        try:
            async with asyncio.timeout(self._finish_s), self._changed:
                await self._changed.wait_for(lambda: model not in self._of_call.values())
        except TimeoutError:
            log.warning("calls outlasted the model they began with")
            for call_id in [each for each, of in self._of_call.items() if of is model]:
                self._of_call[call_id] = self._current
        await _end(model)


async def _end(model: Model) -> None:
    await model.understanding.close()
    await model.stop()
