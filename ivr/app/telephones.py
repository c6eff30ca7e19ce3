"""A telephone in software: calls a hotline that runs over SIP, as anybody else would."""

import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from ivr.config.sip import Sip, SipAccount
from ivr.core.errors import LineFailed
from ivr.core.ports import Meter
from ivr.core.telephony import DialFailure
from ivr.lines.sip.leg import SipLeg
from ivr.lines.sip.line import SipLine, open_sip_line
from ivr.lines.sip.numbers import host_of

_RTP_PORTS = "19000-19999"
"""Others than the hotline's, which may run on the same machine."""
_CONNECT_S = 30.0


@asynccontextmanager
async def open_telephone(
    address: str, meter: Meter, codecs: Sequence[str] = ("g722", "opus", "pcma", "pcmu")
) -> AsyncIterator[SipLine]:
    """A telephone with a name of its own (`SipLine.addresses` has it) that may call `address`.

    Raises LineFailed.
    """
    host, there = _way_to(host_of(address))
    account = SipAccount(
        name="caller",
        user=f"ivr-{secrets.token_hex(4)}",
        server=host,
        registers=False,
        peers=(there,),
    )
    settings = Sip.model_validate(
        {
            "host": host,
            "port": 0,
            "rtp_ports": _RTP_PORTS,
            "codecs": codecs,
            "dial_to": (address,),
            "accounts": (account,),
            "max_calls": 100,
        }
    )
    settings = settings.model_copy(
        update={"accounts": (account.model_copy(update={"max_calls": 100}),)}
    )
    async with open_sip_line(settings, meter, {}) as line:
        yield line


async def call(telephone: SipLine, address: str) -> SipLeg:
    """A call that is answered. Raises LineFailed with the reason if it is not."""
    leg = await telephone.dial(address, timeout_s=_CONNECT_S)
    if isinstance(leg, DialFailure):
        status = f", SIP status {leg.status}" if leg.status else ""
        raise LineFailed(
            f"{address} did not answer ({leg.reason.value}{status}): is the hotline running, and"
            " is this its address?"
        )
    if not isinstance(leg, SipLeg):
        raise TypeError("a telephone's leg is a SipLeg")
    return leg


def _way_to(host: str) -> tuple[str, str]:
    """Which of our addresses leads there, and their address. Raises LineFailed."""
    try:
        family, *_, place = socket.getaddrinfo(host, 5060, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect(place)
            own: str = probe.getsockname()[0]
            return own, str(place[0])
    except OSError as error:
        raise LineFailed(f"there is no way to {host}: {error.strerror or error}") from error
