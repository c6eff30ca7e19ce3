"""What callers press while they are with an agent, for that agent's page and for nothing else."""

import asyncio
from collections.abc import Callable

from ivr.call.conversation import Conversation
from ivr.core.events import KeyPressed, KeysEntered
from ivr.core.records import CallEnd

MOST = 40
"""Keys shown of one call; beyond it the oldest go."""


class Pressed:
    """Kept in memory and forgotten with the call: a key can be part of a secret number."""

    def __init__(self, changed: Callable[[str], None], tasks: asyncio.TaskGroup) -> None:
        """`changed` is told of the agent whose caller has pressed something."""
        self._changed = changed
        self._tasks = tasks
        self._keys: dict[str, str] = {}

    def of(self, talk: Conversation) -> str:
        return self._keys.get(talk.call_id, "")

    def follow(self, talk: Conversation) -> None:
        """From now on, to the end of the call. Following twice is harmless."""
        if talk.call_id not in self._keys:
            self._keys[talk.call_id] = ""
            self._tasks.create_task(self._read(talk), name="pressed keys")

    async def _read(self, talk: Conversation) -> None:
        call_id, news = talk.call_id, talk.news()
        try:
            async for each in news:
                match each:
                    case KeyPressed(key=keys) | KeysEntered(digits=keys):
                        self._keys[call_id] = (self._keys[call_id] + keys)[-MOST:]
                        self._changed(talk.agent or "")
                    case CallEnd():
                        return
                    case _:
                        pass
        finally:
            news.close()
            del self._keys[call_id]
