"""Calls of ours, as the stack tells of them: what comes in an unlucky order."""

import asyncio
from typing import Any, cast

from ivr.config.sip import Sip
from ivr.core.telephony import DialFailure, DialReason
from ivr.lines.sip.calls import Calls
from ivr.lines.sip.dialling import Dialling
from ivr.lines.sip.leg import SipLeg
from ivr.lines.sip.set_up import accounts_of
from ivr.lines.sip.stack_process import StackProcess
from ivr.observe.metrics import Metrics

TARGET = "sip:somebody@127.0.0.1:9"
SETTINGS = Sip(port=0, dial_to=(TARGET,))
CALL = 7


class Stack:
    """Tells the program what a test wants, in this order and at once."""

    def __init__(self, calls: Calls, *, ended: bool) -> None:
        self._calls = calls
        self._ended = ended

    def begin(self, wish: str, **rest: Any) -> tuple[int, "asyncio.Future[dict[str, Any]]"]:
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._calls.happened({"event": "dialling", "dial": 1, "call": CALL})
        self._calls.happened({"event": "established", "call": CALL, "rate": 8_000})
        if self._ended:
            self.ends()
        answer.set_result({"call": CALL, "rate": 8_000, "sip_id": "x"})
        return 1, answer

    def ends(self) -> None:
        self._calls.happened({"event": "closed", "call": CALL, "sip_id": "", "quality": {}})


async def dialled(*, ended: bool) -> tuple[Calls, Stack, object]:
    accounts = accounts_of(SETTINGS)
    calls = Calls(SETTINGS, accounts, Metrics())
    stack = Stack(calls, ended=ended)
    process = cast("StackProcess", stack)
    calls.process = process
    dialling = Dialling(SETTINGS, accounts, calls, Metrics())
    return calls, stack, await dialling.dial(process, TARGET, {}, 5)


async def test_who_hangs_up_at_once_takes_up_no_line_for_ever() -> None:
    """The stack tells of the end first: no leg must wait for an end that has been told."""
    calls, _, outcome = await dialled(ended=True)
    assert outcome == DialFailure(DialReason.DECLINED)
    assert not calls.live


async def test_who_stays_is_ours_until_they_hang_up() -> None:
    calls, stack, leg = await dialled(ended=False)
    assert isinstance(leg, SipLeg)
    assert sum(calls.live.values()) == 1
    stack.ends()
    assert [frame async for frame in leg.frames()] == []
    assert not calls.live
