"""The telephone line's settings: where it listens, whom it answers, whom it may call."""

import ipaddress
import re
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from ivr.config.section import Section
from ivr.core.telephony import is_beginning, is_target

_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,62}")

Codec = Literal["g722", "opus", "pcma", "pcmu"]
Transport = Literal["udp", "tcp", "tls"]


class SipAccount(Section):
    """One connection to a provider or a telephone system."""

    name: str = Field(
        pattern=r"^[a-z0-9_-]{1,32}$",
        description="A short name for logs and figures: small letters, digits, `-` and `_`.",
    )
    user: str = Field(
        min_length=1,
        pattern=r'^[^@:;<>"?\s]+$',
        description="The user part of the account's SIP address, often its number.",
    )
    server: str = Field(
        min_length=1,
        pattern=r'^[^@;<>"?\s]+$',
        description="The provider's domain or address, with `:port` if it is not the usual one.",
    )
    registers: bool = Field(
        True,
        description="Whether to log on there; `false` for a trunk that sends calls unasked.",
    )
    auth_user: str | None = Field(
        None, description="User name for the password, where it differs from `user`."
    )
    password_file: Path | None = Field(
        None, description="File with the password in its first line; nobody else should read it."
    )
    password_env: str | None = Field(
        None,
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="Environment variable with the password, such as `SIPGATE_PASSWORD`.",
    )
    proxy: str | None = Field(
        None, description="Outbound proxy, `host`, `host:port` or a `sip:` address."
    )
    transport: Transport = Field("udp", description="How SIP travels to the server.")
    refresh_s: int = Field(
        300, ge=60, le=7200, description="Seconds after which the account logs on again."
    )
    numbers: tuple[str, ...] = Field(
        (),
        description="The dialled numbers this account answers, `+4956112*` for all that begin so;"
        " every number if the list is empty.",
    )
    peers: tuple[str, ...] = Field(
        (),
        description="Addresses or networks from which this account's calls come. Needed with"
        " `registers = false`; others are called only from the server they are logged on at if"
        " the list is empty. If every account has some, the system's kernel drops all else,"
        " unless a server to be called or logged on at is a name without a port.",
    )
    max_calls: int = Field(20, ge=1, le=256, description="Calls at once on this account.")
    when_full: Literal["busy", "elsewhere"] | None = Field(
        None,
        description="What becomes of calls too many, and of those that come while the program"
        " stops: callers hear the busy tone (`busy`, 486), or the network is told to try another"
        " way (`elsewhere`, 503 with Retry-After). If not given, `elsewhere` with"
        " `registers = false`.",
    )

    @property
    def catches_all(self) -> bool:
        """Whether it is called by other names than its `user`: by any of the company's numbers."""
        return not self.registers or bool(self.numbers)

    @property
    def says_elsewhere(self) -> bool:
        """Whether the network is told to try another way, where no line is free."""
        return self.when_full == "elsewhere" or (self.when_full is None and not self.registers)

    @field_validator("peers")
    @classmethod
    def _networks(cls, peers: tuple[str, ...]) -> tuple[str, ...]:
        for peer in peers:
            ipaddress.ip_network(peer, strict=False)
        return peers

    @model_validator(mode="after")
    def _one_password(self) -> Self:
        if self.password_file and self.password_env:
            raise ValueError("give password_file or password_env, not both")
        if (self.password_env or "").startswith("IVR_"):
            raise ValueError("password_env must not begin with IVR_: those are settings")
        return self


class Sip(Section):
    """The telephone line (SIP)."""

    enabled: bool = Field(True, description="Whether calls by telephone are answered.")
    host: str = Field(
        "127.0.0.1",
        description="The machine's own address to use; loopback unless told otherwise.",
    )
    port: int = Field(
        5060, ge=0, le=65535, description="Port for UDP and TCP; 0 takes one that is free."
    )
    transports: tuple[Transport, ...] = Field(
        ("udp", "tcp"), min_length=1, description="What is listened on; TLS takes the next port."
    )
    certificate: Path | None = Field(
        None, description="PEM file with our certificate and key, for TLS."
    )
    ca_file: Path | None = Field(
        None,
        description="PEM file with the authorities that servers' certificates come from; the"
        " system's authorities if not given.",
    )
    verify: bool = Field(True, description="Whether servers' certificates are checked.")
    rtp_ports: str = Field(
        "16384-18383",
        pattern=r"^\d{4,5}-\d{4,5}$",
        description="Ports for speech; two a call. Open them in the firewall.",
    )
    codecs: tuple[Codec, ...] = Field(
        ("g722", "opus", "pcma", "pcmu"),
        min_length=1,
        description="Codecs that are taken, and offered in this order; of those that callers offer"
        " the first one that is listed here is taken, in the callers' order.",
    )
    rings: int = Field(
        0, ge=0, le=10, description="How often it rings, five seconds each, before it is answered."
    )
    max_calls: int = Field(
        20, ge=1, le=256, description="Telephone calls at once; more are refused."
    )
    jitter_min_ms: int = Field(
        20, ge=0, le=500, description="Milliseconds that the jitter buffer holds at least."
    )
    jitter_max_ms: int = Field(
        160, ge=20, le=2000, description="Milliseconds that the jitter buffer holds at most."
    )
    rtp_timeout_s: int = Field(
        30,
        ge=5,
        le=600,
        description="Seconds without any packet of sound after which a call ends.",
    )
    longest_hold_s: int = Field(
        1800,
        ge=10,
        le=14_400,
        description="Seconds that the other side may hold us; then the call ends.",
    )
    dial_to: tuple[str, ...] = Field(
        (),
        description="Beginnings of numbers (`+49561`, `0561`, or `20` for numbers of up to six"
        " digits within a telephone system) and whole SIP addresses that may be called or"
        " transferred to; none if the list is empty.",
    )
    dial_account: str | None = Field(
        None, description="Name of the account for outgoing calls; the first one if not given."
    )
    trust_identity: bool = Field(
        True,
        description="Whether the network's own statement of the caller (P-Asserted-Identity)"
        " counts before the telephone's.",
    )
    trace_headers: tuple[str, ...] = Field(
        (
            "P-Asserted-Identity",
            "Privacy",
            "Diversion",
            "History-Info",
            "User-Agent",
            "X-Call-ID",
            "X-Trace-ID",
            "X-Correlation-ID",
            "P-Charging-Vector",
            "Session-ID",
        ),
        max_length=11,
        description="SIP headers of incoming calls that are kept with the call, beside Call-ID.",
    )
    accounts: tuple[SipAccount, ...] = Field(
        (),
        description="Accounts, each a table `[[sip.accounts]]`; without any, telephones on this"
        " machine can call `sip:hotline@…`.",
    )

    @field_validator("trace_headers")
    @classmethod
    def _headers(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if not _HEADER_NAME.fullmatch(name):
                raise ValueError(f"[sip] trace_headers: {name!r} is no name of a SIP header")
            if name.lower() in ("authorization", "proxy-authorization"):
                raise ValueError("[sip] trace_headers must not hold headers with passwords")
        return names

    @field_validator("dial_to")
    @classmethod
    def _clear(cls, allowed: tuple[str, ...]) -> tuple[str, ...]:
        for each in allowed:
            if not (is_target(each) if ":" in each else is_beginning(each)):
                raise ValueError(
                    f"[sip] dial_to: {each!r} is no SIP address and no clear beginning of a"
                    " number: write + and two digits or more, like +49561, or an area code"
                )
        return allowed

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        names = [account.name for account in self.accounts]
        if len(set(names)) < len(names):
            raise ValueError("[[sip.accounts]] names must be different from each other")
        if self.dial_account is not None and self.dial_account not in names:
            raise ValueError("[sip] dial_account must be the name of one of the accounts")
        if self.jitter_max_ms < self.jitter_min_ms:
            raise ValueError("[sip] jitter_max_ms must not be below jitter_min_ms")
        self._strangers_stay_out()
        low, high = (int(port) for port in self.rtp_ports.split("-"))
        if not 1024 <= low < high <= 65535:
            raise ValueError("[sip] rtp_ports must be two ports from 1024 to 65535, low-high")
        return self

    def _strangers_stay_out(self) -> None:
        if _is_loopback(self.host):
            return
        for account in self.accounts:
            if not account.registers and not account.peers:
                raise ValueError(
                    f"[[sip.accounts]] {account.name}: an account with `registers = false` needs"
                    " `peers`, the addresses or networks that its calls come from: anybody's calls"
                    " would be answered otherwise"
                )
        if self.enabled and not self.accounts:
            raise ValueError(
                f"[sip] host = {self.host!r} without [[sip.accounts]]: anybody's calls would be"
                " answered. Add an account with `registers = false` and, as `peers`, the addresses"
                " of the telephones that may call"
            )

    @model_validator(mode="after")
    def _certificates_tell_something(self) -> Self:
        """The stack compares names with certificates, but no addresses."""
        if not self.verify or self.ca_file is not None:
            return self
        for account in self.accounts:
            if account.transport == "tls" and _is_address(account.proxy or account.server):
                raise ValueError(
                    f"[[sip.accounts]] {account.name}: with TLS, give the server's name instead of"
                    " an address, or [sip] ca_file with the server's own authority: any"
                    " certificate of the system's authorities would do otherwise"
                )
        return self


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_address(place: str) -> bool:
    """Whether a server or proxy is given by its IP address."""
    host = re.sub(r"^sips?:|;.*$", "", place)
    host = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
