"""Opens the configured lines and lets every leg that comes in become a call."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from ivr.call.register import Register
from ivr.config.settings import Settings
from ivr.core.ports import Leg, Meter
from ivr.core.telephony import Line
from ivr.lines.sip.line import SipLine, open_sip_line

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines that are configured."""

    sip: SipLine | None = None

    @property
    def all(self) -> Sequence[Line]:
        return [line for line in (self.sip,) if line is not None]

    @property
    def parts(self) -> dict[str, Callable[[], Awaitable[bool]]]:
        """What `/ready` asks and names: the lines, and the accounts that have to log on."""
        parts: dict[str, Callable[[], Awaitable[bool]]] = {}
        parts |= {f"line {line.name}": line.ready for line in self.all}
        if self.sip is not None:
            for name in self.sip.registering:
                parts[f"line sip, account {name}"] = partial(self.sip.logged_on, name)
        return parts

    def stop_taking(self) -> None:
        for line in self.all:
            line.stop_taking()


@asynccontextmanager
async def open_lines(
    settings: Settings, meter: Meter, env: Mapping[str, str]
) -> AsyncIterator[Lines]:
    """Raises ConfigError, and LineFailed with what to do about it."""
    async with AsyncExitStack() as stack:
        sip = None
        if settings.sip.enabled:
            sip = await stack.enter_async_context(open_sip_line(settings.sip, meter, env))
        yield Lines(sip)


@asynccontextmanager
async def calls_from(lines: Sequence[Line], register: Register) -> AsyncIterator[None]:
    """While inside, the register takes whoever calls on these lines.

    On leaving, calls that are still going on are cut: drain the register before.
    """
    calls: set[asyncio.Task[object]] = set()
    takers = [
        asyncio.create_task(_take(line, register, calls), name=f"calls from {line.name}")
        for line in lines
    ]
    try:
        yield
    finally:
        for line in lines:
            line.stop_taking()
        for task in (*takers, *calls):
            task.cancel()
        if takers:
            await asyncio.wait([*takers, *calls])


async def _take(line: Line, register: Register, calls: "set[asyncio.Task[object]]") -> None:
    """How many calls there can be at once is the line's to limit."""
    async for leg in line.incoming():
        if register.draining:
            await _turn_away(leg)
            continue
        call = asyncio.create_task(register.take(leg, line.name), name="call")
        calls.add(call)
        call.add_done_callback(calls.discard)


async def _turn_away(leg: Leg) -> None:
    log.info("a call came while the program was about to stop")
    await leg.hang_up()
