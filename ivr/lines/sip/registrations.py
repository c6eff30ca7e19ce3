"""Which accounts are logged on, why others are not, and when they are to try again."""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from enum import StrEnum

from ivr.config.sip import SipAccount
from ivr.lines.sip.wire import Json

log = logging.getLogger(__name__)

FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 30.0
"""The stack by itself would come to wait half an hour for a server that is back long since."""
_REFUSED = ("401", "403", "407")
_NO_TLS = "[71]"
"""`EPROTO`: the two do not agree on a secure connection."""
_DISTRUST = "tls_verify_handler: error_string = "


class Trouble(StrEnum):
    """Why an account is not logged on, in the operator's words."""

    NOT_YET = "has not logged on yet"
    REFUSED = "was refused by its server: check user, auth_user and password"
    INSECURE = (
        "gets no secure connection: check that its server is the name in the server's certificate,"
        " ca_file, and that the port is one for TLS; it goes on trying"
    )
    UNREACHABLE = "cannot log on: check its server, DNS and the firewall; it goes on trying"


class Registrations:
    """Told by the stack what came of each attempt; asks for another one where that is sensible.

    A refusal is not answered with more attempts: servers lock out who keeps guessing. The stack
    itself tries again after half a minute, then ever more rarely, up to half an hour.
    """

    def __init__(self, accounts: Sequence[SipAccount], again: Callable[[str], None]) -> None:
        """`again` is called with an account's name when it is to try again."""
        self._accounts = accounts
        self._again = again
        self._troubles: dict[str, Trouble] = {}
        self._pauses_s: dict[str, float] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._distrust = ""

    @property
    def up(self) -> int:
        """How many accounts calls can come by."""
        return len(self._accounts) - len(self._troubles)

    @property
    def troubles(self) -> dict[str, Trouble]:
        return dict(self._troubles)

    def begin(self) -> None:
        """The stack has started: who has to log on has not done so."""
        self.end()
        self._troubles = {each.name: Trouble.NOT_YET for each in self._accounts if each.registers}

    def end(self) -> None:
        """No more attempts."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._pauses_s.clear()

    def succeeded(self, event: Json) -> None:
        account = event["account"]
        if self._troubles.pop(account, None) is not None:
            log.info("a SIP account is logged on", extra={"account": account})
        self._distrust = ""
        self._pauses_s.pop(account, None)
        if timer := self._timers.pop(account, None):
            timer.cancel()

    def overheard(self, line: str) -> None:
        """A line that the stack logs: one of them tells why a certificate is not accepted."""
        reason = line.partition(_DISTRUST)[2]
        if reason and reason != self._distrust:
            self._distrust = reason
            log.error("a SIP server's certificate is not accepted", extra={"reason": reason})

    def failed(self, event: Json) -> None:
        account, text = event["account"], event["text"]
        known = self._troubles.get(account)
        trouble = self._troubles[account] = _trouble(text)
        if trouble is not Trouble.REFUSED:
            self._try_later(account)
        if trouble is known:
            return
        shown = text[:3] if text[:3].isdigit() else "none"
        if trouble is Trouble.REFUSED:
            log.error(
                "a SIP account was refused: check its user, auth_user and password",
                extra={"account": account, "status": shown},
            )
        elif trouble is Trouble.INSECURE:
            log.error(
                "a SIP account gets no secure connection: check that its server is the name in the"
                " server's certificate, ca_file, and that the port is one for TLS;"
                " it goes on trying",
                extra={"account": account, "status": shown},
            )
        else:
            log.warning(
                "a SIP account cannot log on: check its server, DNS and the firewall;"
                " it goes on trying",
                extra={"account": account, "status": shown},
            )

    def _try_later(self, account: str) -> None:
        pause_s = self._pauses_s.get(account, FIRST_PAUSE_S)
        self._pauses_s[account] = min(LONGEST_PAUSE_S, pause_s * 2)
        if timer := self._timers.pop(account, None):
            timer.cancel()
        # Not all the customers of a provider at the same moment.
        pause_s *= random.uniform(0.8, 1.2)  # noqa: S311 - nothing secret
        loop = asyncio.get_running_loop()
        self._timers[account] = loop.call_later(pause_s, self._again, account)


def _trouble(text: str) -> Trouble:
    if text.startswith(_REFUSED):
        return Trouble.REFUSED
    return Trouble.INSECURE if text.endswith(_NO_TLS) else Trouble.UNREACHABLE
