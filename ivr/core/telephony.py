"""What only telephones can: outgoing calls, transfers, hold. Ports beside `ivr.core.ports.Leg`."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias, runtime_checkable

from ivr.core.ports import Leg

_BETWEEN = str.maketrans("", "", " ()./-")
_ADDRESS = re.compile(r"sips?:[^\s@]+(@[^\s@]+)?", re.IGNORECASE)
_BEGINNING = re.compile(r"(\+|00)[1-9][0-9]+|0[1-9][0-9]*|(\*\*)?(?!49)[1-9][0-9]+")
_NUMBER = re.compile(r"\+?[0-9*#]+")


class DialReason(StrEnum):
    """Why an outgoing call was not answered."""

    BUSY = "busy"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    """Unknown there, or nothing answers at that address."""
    NOT_ALLOWED = "not_allowed"
    """The configuration does not allow this destination; nothing was sent."""
    FULL = "full"
    """All lines of the account are in use; nothing was sent."""
    LINE_DOWN = "line_down"
    """The telephone line is not up, or the program is about to stop."""


@dataclass(frozen=True, slots=True)
class DialFailure:
    """An outgoing call that came to nothing."""

    reason: DialReason
    status: int | None = None
    """The other side's SIP status, where it gave one."""


@dataclass(frozen=True, slots=True)
class Transferred:
    """The party talks to somebody else now; its leg here has ended."""


class TransferReason(StrEnum):
    REFUSED = "refused"
    """The party's telephone does not transfer."""
    FAILED = "failed"
    """The target did not take the call."""
    NOT_ALLOWED = "not_allowed"
    """The configuration does not allow this target; nothing was sent."""
    GONE = "gone"
    """The party hung up meanwhile."""


@dataclass(frozen=True, slots=True)
class TransferFailure:
    """The party is still here, unless the reason is `GONE`; it waits to hear something."""

    reason: TransferReason
    status: int | None = None
    """The SIP status that was reported, where there was one."""


TransferResult: TypeAlias = Transferred | TransferFailure


@runtime_checkable
class Transferable(Protocol):
    """A leg whose party can be sent elsewhere, so that no line of ours is used any more."""

    async def transfer(self, target: str, *, timeout_s: float = 30.0) -> TransferResult:
        """Send the party to a number or SIP address, unseen (RFC 3515)."""
        ...

    async def transfer_to(self, other: Leg, *, timeout_s: float = 30.0) -> TransferResult:
        """Join the party with that of another leg of the same line (RFC 3891).

        Both legs have ended after it. If it fails both are off hold again.
        """
        ...


@runtime_checkable
class Dials(Protocol):
    """A leg that presses keys towards its party as its line does (RFC 4733, SIP INFO)."""

    async def send_keys(self, keys: str) -> bool:
        """Press keys, about four a second; whether they were."""
        ...


@runtime_checkable
class Holdable(Protocol):
    """A leg that can be put on hold, and whose party may put us on hold.

    While a caller holds us, time stands still on the leg: no frame comes, and `play` waits. Whom
    we have called goes on being heard: the music of their telephone, or ours if it has none.
    """

    @property
    def held_by_party(self) -> bool: ...

    async def hold(self) -> bool:
        """Put the party on hold; False if their telephone did not take it."""
        ...

    async def resume(self) -> bool: ...


@runtime_checkable
class Traced(Protocol):
    """A leg that knows what its call is called elsewhere: in the provider's and the PBX's logs."""

    @property
    def trace(self) -> Mapping[str, str]:
        """Names as the network has them (`Call-ID`, `X-…`), and their values."""
        ...


@runtime_checkable
class Breakable(Protocol):
    """A leg that can end though nobody has hung up."""

    @property
    def ended_by(self) -> str | None:
        """Why it ended then, as in `CallEnd.cause`; None if the party hung up or is there."""
        ...


def dialable(number: str) -> str:
    """A number without the signs that people write between its digits, nor a zero that is only
    for callers within the country: +49 (0)561."""
    without = number.replace("(0)", "") if "+" in number else number
    return without.strip().translate(_BETWEEN)


def is_target(text: str) -> bool:
    """Whether this looks like a number or a SIP address that could be called."""
    return bool(_ADDRESS.fullmatch(text) or _NUMBER.fullmatch(dialable(text)))


def is_beginning(text: str) -> bool:
    """Whether it is clear which numbers begin like this: "+49561", "0561", "20" or "**6" within a
    telephone system. Every number begins with nothing, and "+4" or "00" would open continents;
    "49561" could be Germany or a local number."""
    return bool(_BEGINNING.fullmatch(dialable(text)))


class Dialler(Protocol):
    """Calls somebody."""

    def allows(self, target: str) -> bool:
        """Whether the configuration lets us call this number or SIP address."""
        ...

    async def dial(
        self, target: str, *, headers: Mapping[str, str] | None = None, timeout_s: float = 30.0
    ) -> Leg | DialFailure:
        """Call a number or a SIP address and wait until it is answered.

        Only what the configuration allows is called. Cancelling it takes the call back.
        """
        ...


class Line(Protocol):
    """A way in that stays open as long as the program runs."""

    @property
    def name(self) -> str:
        """As calls are recorded: `sip`, `webrtc`."""
        ...

    def incoming(self) -> AsyncIterator[Leg]:
        """The legs of those who call, answered or to be answered by `frames` being taken."""
        ...

    async def ready(self) -> bool:
        """Whether somebody who called now would be answered. Never raises."""
        ...

    def stop_taking(self) -> None:
        """Take no new calls; those that go on are not touched."""
        ...
