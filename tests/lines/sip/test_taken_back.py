"""Calls of ours that end before anybody knows of them; the stack's messages come as they may."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from typing_extensions import override

from ivr.config.sip import Sip, SipAccount
from ivr.core.ports import Leg
from ivr.core.telephony import DialFailure, DialReason
from ivr.lines.sip.calls import Calls
from ivr.lines.sip.dialling import Dialling
from ivr.lines.sip.stack_process import StackProcess
from ivr.lines.sip.wire import facts, read
from ivr.observe.metrics import Metrics

DIALLING = {"event": "dialling", "dial": 1, "call": 7}
ANSWERED = {"re": 1, "call": 7, "rate": 8000, "sip_id": "x"}
REFUSED = {"re": 1, "error": "CallFailed", "why": "", "status": 404}
CLOSED = {"event": "closed", "call": 7, "sip_id": "", "quality": {}}


class Script(StackProcess):
    """A stack that says what it is told to."""

    def __init__(self, calls: Calls) -> None:
        super().__init__(calls.happened, calls.heard)
        self._reader = asyncio.StreamReader()
        self.wished = asyncio.StreamReader()

    @override
    async def start(self) -> None:
        self._reading = asyncio.create_task(self._read(self._reader))

    def says(self, *messages: Mapping[str, Any]) -> None:
        """All of them at once, as they come out of a pipe that was full."""
        self._reader.feed_data(b"".join(facts(message) for message in messages))

    async def wish(self) -> Any:
        return await read(self.wished)

    @override
    def _send(self, message: bytes) -> bool:
        self.wished.feed_data(message)
        return True


@asynccontextmanager
async def dialling() -> AsyncIterator[tuple[Script, Calls, "asyncio.Task[Leg | DialFailure]"]]:
    """Somebody is being called; the stack knows it."""
    settings, metrics = Sip(dial_to=("+49561",)), Metrics()
    accounts = [SipAccount(name="a", user="u", server="x")]
    calls = Calls(settings, accounts, metrics)
    calls.process = stack = Script(calls)
    await stack.start()
    work = Dialling(settings, accounts, calls, metrics).dial(stack, "+4956112345", {}, 30)
    task = asyncio.create_task(work)
    assert (await stack.wish())["do"] == "dial"
    yield stack, calls, task
    assert not calls.live
    assert not calls._dialled
    assert not calls._given_up
    assert stack._reading is not None
    stack._reading.cancel()


async def settled() -> None:
    """What has been said is heard."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_hangs_up_in_the_moment_of_the_answer_leaves_no_dead_leg() -> None:
    async with dialling() as (stack, _, task):
        stack.says(DIALLING, ANSWERED, CLOSED)
        assert await task == DialFailure(DialReason.DECLINED)


@pytest.mark.parametrize("then", [(ANSWERED, CLOSED), (REFUSED,)])
async def test_a_call_taken_back_before_it_rings_is_hung_up_on_when_it_does(
    then: tuple[Mapping[str, Any], ...],
) -> None:
    async with dialling() as (stack, _, task):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        stack.says(DIALLING)
        wish = await stack.wish()
        assert (wish["do"], wish["call"]) == ("hang_up", 7)
        stack.says(*then)
        await settled()


async def test_a_call_taken_back_that_never_rings_is_forgotten() -> None:
    async with dialling() as (stack, _, task):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        stack.says(REFUSED)
        await settled()


async def test_a_call_taken_back_while_it_rings_is_hung_up_on() -> None:
    async with dialling() as (stack, _, task):
        stack.says(DIALLING)
        await settled()
        task.cancel()
        assert (await stack.wish())["do"] == "hang_up"
        stack.says(ANSWERED, CLOSED)
        await settled()


async def test_a_call_that_the_stack_has_lost_takes_up_no_line() -> None:
    """It is cut off, and no word comes that it has ended."""
    async with dialling() as (stack, calls, task):
        stack.says(DIALLING, ANSWERED)
        assert not isinstance(await task, DialFailure)
        assert calls.live["a"] == 1
        calls._end(7, "network")
