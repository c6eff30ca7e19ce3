"""A call in writing: what the caller types is taken as heard, what the hotline says is shown."""

import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from ivr.app.hotline import open_company_store
from ivr.app.live_company import LiveCompany
from ivr.app.rasa import RasaWishes, start_understanding
from ivr.app.script import make_script
from ivr.app.training import open_training
from ivr.call.rehearsal import Rehearsal
from ivr.config.settings import Settings
from ivr.core.actions import End
from ivr.core.ports import Store
from ivr.core.records import CallEnd, CallStart, Fact, HandOver, Turn
from ivr.core.understanding import Reply

_KEYS = re.compile(r"[0-9*#]|[0-9]+#")
"""What is taken for keys: one of them, or a number that ends with `#`."""


class ChatScreen(Protocol):
    """Where the caller reads and writes."""

    def note(self, text: str) -> None: ...
    def heard(self, text: str) -> None:
        """The hotline has said this."""
        ...

    def understood(self, reply: Reply) -> None: ...


@dataclass(slots=True)
class Transcriber:
    """Writes the call down. Its turns take no time: they are numbered by seconds."""

    store: Store
    turns: list[Turn] = field(default_factory=list)

    async def caller(self, call_id: str, text: str, reply: Reply | None) -> None:
        guess = reply.guess if reply else None
        intent, confidence = (guess.intent, guess.confidence) if guess else (None, None)
        await self._add(call_id, Turn("caller", text, *self._at(), intent, confidence))

    async def hotline(self, call_id: str, text: str, screen: ChatScreen) -> None:
        if text:
            screen.heard(text)
            await self._add(call_id, Turn("hotline", text, *self._at()))

    async def keep(self, call_id: str, fact: Fact) -> Fact:
        if isinstance(fact, HandOver):
            fact = replace(fact, transcript=tuple(self.turns))
        return await self.store.add_fact(call_id, fact)

    async def _add(self, call_id: str, turn: Turn) -> None:
        self.turns.append(turn)
        await self.store.add_turn(call_id, turn)

    def _at(self) -> tuple[float, float]:
        return float(len(self.turns)), float(len(self.turns) + 1)


async def chat(
    settings: Settings,
    screen: ChatScreen,
    typed: Callable[[], Awaitable[str | None]],
    *,
    caller: str | None = None,
) -> End:
    """Talk until either side ends the call. It is on record like any other.

    `typed` gives the caller's next line: words, keys, an empty line for silence; None hangs up.
    Raises what the parts raise: each says what to do.
    """
    async with AsyncExitStack() as stack:
        live = LiveCompany(settings.hotline.company)
        company = live.current
        store = await open_company_store(settings, company)
        stack.push_async_callback(store.close)
        training = open_training(settings, live, store)
        await live.refresh(training.shelf)
        company, model = live.current, await training.chosen_model(screen.note)
        understanding, _ = await start_understanding(
            settings, live, store, screen.note, stack, RasaWishes(model=model)
        )
        transcriber = Transcriber(store)
        script = make_script(settings, company)
        call = Rehearsal(script, understanding, transcriber.keep, caller=caller)
        await store.begin(CallStart(call.call_id, company.id, "chat", datetime.now(UTC), caller))
        end = await converse(call, transcriber, screen, typed)
        await understanding.forget(call.call_id)
        slots = call.reply.slots if call.reply else {}
        await store.end(call.call_id, CallEnd(end.outcome, datetime.now(UTC), slots, end.cause))
        screen.note(f"{end.outcome.value}; see: ivr calls show {call.call_id}")
        return end


async def converse(
    call: Rehearsal,
    transcriber: Transcriber,
    screen: ChatScreen,
    typed: Callable[[], Awaitable[str | None]],
) -> End:
    """Answer the call and take the caller's lines until it ends."""
    await transcriber.hotline(call.call_id, await call.answer(), screen)
    while call.end is None:
        await _turn(call, await typed(), transcriber, screen)
    return call.end


async def _turn(
    call: Rehearsal, line: str | None, transcriber: Transcriber, screen: ChatScreen
) -> None:
    if line is None:
        await call.hangs_up()
    elif not line.strip():
        await transcriber.hotline(call.call_id, await call.stays_silent(), screen)
    elif _KEYS.fullmatch(line.strip()):
        await transcriber.hotline(call.call_id, await call.presses(line.strip()), screen)
    else:
        said = await call.says(line.strip())
        await transcriber.caller(call.call_id, line.strip(), call.reply)
        if call.reply is not None:
            screen.understood(call.reply)
        await transcriber.hotline(call.call_id, said, screen)
