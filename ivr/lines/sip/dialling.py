"""Calls somebody by telephone, if the configuration allows it."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from ivr.config.sip import Sip, SipAccount
from ivr.core.measures import Tally
from ivr.core.ports import Leg, Meter
from ivr.core.telephony import DialFailure, DialReason, dialable
from ivr.lines.sip.calls import Calls
from ivr.lines.sip.door import Admitted
from ivr.lines.sip.numbers import may_call, user_of
from ivr.lines.sip.stack_process import StackError, StackProcess

log = logging.getLogger(__name__)

_SLACK_S = 10.0
"""How much later than its time limit the stack's answer may come."""
_BY_KIND = {
    "CallBusy": DialReason.BUSY,
    "CallDeclined": DialReason.DECLINED,
    "CallTimeout": DialReason.NO_ANSWER,
    "CommandTimeout": DialReason.NO_ANSWER,
    "RuntimeDead": DialReason.LINE_DOWN,
    "DrainingError": DialReason.LINE_DOWN,
}
_BY_STATUS = {
    408: DialReason.NO_ANSWER,
    480: DialReason.NO_ANSWER,
    486: DialReason.BUSY,
    487: DialReason.NO_ANSWER,
    600: DialReason.BUSY,
    603: DialReason.DECLINED,
}


class Dialling:
    """One attempt to call somebody."""

    def __init__(
        self, settings: Sip, accounts: Sequence[SipAccount], calls: Calls, meter: Meter
    ) -> None:
        self._settings = settings
        self._accounts = accounts
        self._calls = calls
        self._meter = meter

    async def dial(
        self, process: StackProcess, target: str, headers: Mapping[str, str], timeout_s: float
    ) -> Leg | DialFailure:
        """`Dialler.dial`, on a stack that runs."""
        if not may_call(target, self._settings.dial_to):
            log.warning("a call to a destination that is not allowed was refused")
            return DialFailure(DialReason.NOT_ALLOWED)
        account = self._account()
        if self._calls.draining:
            return DialFailure(DialReason.LINE_DOWN)
        live = self._calls.live
        full = sum(live.values()) >= self._settings.max_calls
        if full or live[account.name] >= account.max_calls:
            self._meter.count(Tally.REFUSED_FULL if full else Tally.REFUSED_ACCOUNT_FULL)
            return DialFailure(DialReason.FULL)
        with self._calls.calling(account.name):
            return await self._dial(process, account, target, headers, timeout_s)

    async def _dial(
        self,
        process: StackProcess,
        account: SipAccount,
        target: str,
        headers: Mapping[str, str],
        timeout_s: float,
    ) -> Leg | DialFailure:
        address = address_for(target, account)
        wish, answer = process.begin(
            "dial",
            account=account.name,
            to=address,
            headers=dict(headers),
            timeout_s=timeout_s,
        )
        try:
            async with asyncio.timeout(timeout_s + _SLACK_S):
                # The stack's answer comes even if nobody waits for it any more.
                told = await asyncio.shield(answer)
        except (TimeoutError, asyncio.CancelledError) as error:
            self._calls.give_up(wish)
            answer.add_done_callback(lambda _: self._calls.forget(wish))
            if isinstance(error, TimeoutError):
                return DialFailure(DialReason.NO_ANSWER)
            raise
        if "error" in told:
            self._calls.forget(wish)
            return _failure(StackError(told["error"], told["why"], told["status"]))
        who = Admitted(account.name, user_of(address), account.user, {"Call-ID": told["sip_id"]})
        leg = self._calls.add_dialled(wish, told["rate"], who)
        if leg is not None:
            return leg
        # Answered and ended at once: whoever it was does not want to speak.
        gone = self._calls.process is None
        return DialFailure(DialReason.LINE_DOWN if gone else DialReason.DECLINED)

    def _account(self) -> SipAccount:
        named = self._settings.dial_account
        return next((each for each in self._accounts if each.name == named), self._accounts[0])


def address_for(target: str, account: SipAccount) -> str:
    """Numbers are the provider's to call, as they are dialled: without spaces between them."""
    return target if ":" in target else f"sip:{dialable(target)}@{account.server}"


def _failure(error: StackError) -> DialFailure:
    reason = _BY_KIND.get(error.kind) or _BY_STATUS.get(error.status or 0)
    return DialFailure(reason or DialReason.UNREACHABLE, error.status)
