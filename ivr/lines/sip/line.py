"""The telephone line: keeps the SIP stack running, lets calls in, calls others."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from ivr.config.sip import Sip
from ivr.core.errors import LineFailed
from ivr.core.measures import Level, Tally
from ivr.core.ports import Leg, Meter
from ivr.core.telephony import DialFailure, DialReason
from ivr.lines.sip.calls import Calls
from ivr.lines.sip.dialling import Dialling
from ivr.lines.sip.door import address_of
from ivr.lines.sip.numbers import may_call
from ivr.lines.sip.registrations import Registrations
from ivr.lines.sip.set_up import account_wish, accounts_of, password_of, start_wish
from ivr.lines.sip.stack_process import StackError, StackProcess
from ivr.lines.sip.trust import check_files
from ivr.lines.sip.wire import Json

log = logging.getLogger(__name__)

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 15.0
_STARTING_S = 20.0


class SipLine:
    """Implements `Line` and `Dialler`. Made by `open_sip_line`."""

    name = "sip"

    def __init__(self, settings: Sip, meter: Meter, env: Mapping[str, str]) -> None:
        check_files(settings)
        self._settings = settings
        self._meter = meter
        self._accounts = accounts_of(settings)
        self._passwords = {each.name: password_of(each, env) for each in self._accounts}
        self._process: StackProcess | None = None
        self._registrations = Registrations(self._accounts, self._log_on)
        self._port = settings.port
        self._calls = Calls(settings, self._accounts, meter)
        self.restarts = 0

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._port

    @property
    def pid(self) -> int | None:
        """Of the SIP stack's process."""
        return self._process.pid if self._process else None

    @property
    def addresses(self) -> Sequence[str]:
        """What to tell people to call."""
        return [
            f"sip:{account.user}@{account.server}"
            if account.registers
            else address_of(account, self._settings.host, self._port)
            for account in self._accounts
        ]

    @property
    def registering(self) -> Sequence[str]:
        """Names of the accounts that have to log on."""
        return [account.name for account in self._accounts if account.registers]

    def incoming(self) -> AsyncIterator[Leg]:
        return self._calls.incoming()

    async def ready(self) -> bool:
        return not self.missing()

    async def logged_on(self, account: str) -> bool:
        """Whether calls can come by this account. Never raises."""
        return self._process is not None and account not in self._registrations.troubles

    def missing(self) -> Sequence[str]:
        """What does not work and what to do about it: the stack, or accounts by their names."""
        if self._process is None:
            return ["the SIP stack is being started again"]
        return [f"{name} {why}" for name, why in self._registrations.troubles.items()]

    def stop_taking(self) -> None:
        self._calls.draining = True

    def allows(self, target: str) -> bool:
        return may_call(target, self._settings.dial_to)

    async def dial(
        self, target: str, *, headers: Mapping[str, str] | None = None, timeout_s: float = 30.0
    ) -> Leg | DialFailure:
        if self._process is None:
            return DialFailure(DialReason.LINE_DOWN)
        dialling = Dialling(self._settings, self._accounts, self._calls, self._meter)
        return await dialling.dial(self._process, target, dict(headers or {}), timeout_s)

    async def start(self) -> None:
        """Raises LineFailed; then there is nothing to stop."""
        process = StackProcess(self._happened, self._calls.heard)
        await process.start()
        try:
            wish = start_wish(self._settings, self._port)
            told = await process.ask("start", patience_s=_STARTING_S, **wish)
            self._port = told["port"]
            for host in told["missing"]:
                log.warning(
                    "a server that is to be called is not found: its answers will be dropped"
                    " until the program starts again",
                    extra={"server": host},
                )
            self._process = process
            self._calls.process = process
            self._registrations.begin()
            for account in self._accounts:
                password = self._passwords[account.name]
                wish = account_wish(account, self._settings, self._port, password)
                await process.ask("account", **wish)
        except StackError as error:
            self._process = self._calls.process = None
            self._registrations.end()
            await process.close()
            raise LineFailed(self._why(error)) from error
        except BaseException:
            self._registrations.end()
            await process.close()
            raise
        self._told_up()

    async def keep_running(self) -> None:
        """Start the stack again whenever it dies, until cancelled."""
        pause_s = _FIRST_PAUSE_S
        while True:
            if self._process is not None:
                began = asyncio.get_running_loop().time()
                await self._process.wait_gone()
                await self._gone()
                if asyncio.get_running_loop().time() - began > _LONGEST_PAUSE_S:
                    pause_s = _FIRST_PAUSE_S
            await asyncio.sleep(pause_s)
            pause_s = min(_LONGEST_PAUSE_S, pause_s * 2)
            try:
                await self.start()
            except LineFailed as error:
                log.warning("the telephone line cannot start again", extra={"error": str(error)})
            else:
                log.info("the telephone line is up again")

    async def stop(self) -> None:
        """End all calls and the stack. Stopping twice is harmless."""
        self.stop_taking()
        self._registrations.end()
        process, self._process = self._process, None
        self._calls.process = None
        self._calls.all_over()
        if process is not None:
            await process.close()

    async def _gone(self) -> None:
        process, self._process = self._process, None
        self._calls.process = None
        self._registrations.end()
        self.restarts += 1
        self._meter.count(Tally.LINE_RESTARTS)
        log.error("the SIP stack has died: its calls are lost, the line starts again")
        self._calls.all_over()
        self._told_up()
        if process is not None:
            await process.close()

    def _happened(self, event: Json) -> None:
        match event["event"]:
            case "registered":
                self._registrations.succeeded(event)
                self._told_up()
            case "register_failed":
                self._registrations.failed(event)
                self._told_up()
            case "log":
                self._registrations.overheard(event["text"])
                _log_line(event)
            case _:
                self._calls.happened(event)

    def _log_on(self, account: str) -> None:
        if self._process is not None:
            self._process.tell("register", id=0, account=account)

    def _told_up(self) -> None:
        up = self._registrations.up if self._process is not None else 0
        self._meter.level(Level.SIP_ACCOUNTS, up)

    def _why(self, error: StackError) -> str:
        place = f"{self._settings.host}, port {self._port}"
        if error.kind == "OSError":
            return (
                f"the telephone line cannot use {place} ({error.why}): stop the program that uses"
                " it, or choose another `port` under [sip] in hotline.toml"
            )
        return f"the SIP stack did not start on {place}: {error.why}"


def _log_line(event: Json) -> None:
    """The stack's lines hold addresses, so they count as personal."""
    if event.get("dropped"):
        log.warning("lines of the SIP stack were left out", extra={"lines": event["dropped"]})
    else:
        log.log(event["level"], "the SIP stack reports", extra={"personal_line": event["text"]})


@asynccontextmanager
async def open_sip_line(
    settings: Sip, meter: Meter, env: Mapping[str, str]
) -> AsyncIterator[SipLine]:
    """The line as long as this lasts. `env` may hold the accounts' passwords.

    Raises ConfigError and LineFailed, and nothing later: a stack that dies is started again.
    """
    line = SipLine(settings, meter, env)
    await line.start()
    keeping = asyncio.create_task(line.keep_running(), name="SIP line")
    try:
        yield line
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        await line.stop()
