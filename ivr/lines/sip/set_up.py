"""What the SIP stack is told at its start: settings and accounts in its own words."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ivr.config.sip import Sip, SipAccount
from ivr.core.errors import ConfigError
from ivr.lines.sip.door import headers_read
from ivr.lines.sip.numbers import host_of
from ivr.lines.sip.trust import tls_lines

_CODECS = {
    "g722": "g722/16000/1",
    "opus": "opus/48000/1",
    "pcma": "pcma",
    "pcmu": "pcmu",
}
_SPARE_CALLS = 100
"""So many calls beyond the limit reach us and are counted; the stack refuses more by itself."""


def accounts_of(settings: Sip) -> Sequence[SipAccount]:
    """The configured ones, or one that telephones on this machine can call at once."""
    if settings.accounts:
        return settings.accounts
    local = SipAccount(
        name="local", user="hotline", server=settings.host, registers=False, when_full="busy"
    )
    if settings.host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return [local]
    # Other addresses of the loopback network may belong to containers and to other people's
    # programs on this machine: only the one that is used may call.
    if ipaddress.ip_address(settings.host).is_loopback:
        return [local.model_copy(update={"peers": (settings.host,)})]
    return [local]


def start_wish(settings: Sip, port: int) -> dict[str, Any]:
    """`port` is that of the last start where the settings leave it open."""
    accounts = accounts_of(settings)
    peers = {frozenset(account.peers) for account in accounts}
    # Where a name may stand for any machine (SRV), its answers come from addresses unknown here.
    filtered = all(peers) and not any(map(_is_name, _answering(settings, accounts)))
    called = _called(settings, accounts) if filtered else []
    return {
        "host": settings.host,
        "port": port,
        "max_calls": settings.max_calls + _SPARE_CALLS,
        "headers": headers_read(settings),
        "rtp_timeout_s": settings.rtp_timeout_s,
        # Packets from elsewhere are dropped; those whom we call have to be heard, too.
        "peers": sorted(frozenset().union(*peers)) if filtered else [],
        "called": called,
        # From where a call comes matters where not only one account's peers come through.
        "sources": len(peers) > 1
        or bool(called)
        or (all(peers) and not filtered)
        or any(a.registers and not a.peers for a in accounts),
        "config": _config(settings, accounts),
    }


def _called(settings: Sip, accounts: Sequence[SipAccount]) -> Sequence[str]:
    """Names and addresses of the machines that answer us."""
    hosts = {host_of(address) for address in _answering(settings, accounts)}
    known = {network for account in accounts for network in account.peers}
    return sorted(hosts - known - {""})


def _answering(settings: Sip, accounts: Sequence[SipAccount]) -> Sequence[str]:
    """The SIP addresses of whom we log on at, and of whom we call."""
    # Numbers are the provider's to call.
    calls = any(":" not in target for target in settings.dial_to)
    servers = [f"sip:{_place(each)}" for each in accounts if each.registers or calls]
    return [*servers, *(target for target in settings.dial_to if ":" in target)]


def _is_name(address: str) -> bool:
    """Whether it holds a name without a port, which SRV may lead anywhere."""
    host = host_of(address)
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not re.search(rf"{re.escape(host)}:[0-9]", address)
    return False


def _place(account: SipAccount) -> str:
    return (account.proxy or account.server).removeprefix("sips:").removeprefix("sip:")


def _config(settings: Sip, accounts: Sequence[SipAccount]) -> str:
    transports = list(dict.fromkeys([*settings.transports, *(a.transport for a in accounts)]))
    lines = {
        "sip_transports": ",".join(transports),
        # Who logs on somewhere is called from there: the stack refuses others with 403, unless
        # the account has peers. With TCP it would not listen at all; the door sees to those.
        "filter_registrar": "udp",
        # Names in the system's hosts file count, too.
        "dns_getaddrinfo": "yes",
        "rtp_ports": settings.rtp_ports,
        "audio_jitter_buffer_type": "adaptive",
        "audio_jitter_buffer_ms": f"{settings.jitter_min_ms}-{settings.jitter_max_ms}",
        "audio_buffer": "20-160",
        # Speech has one channel, and a lossy network is where forward error correction helps.
        "opus_stereo": "no",
        "opus_sprop_stereo": "no",
        "opus_inbandfec": "yes",
        "opus_application": "voip",
    }
    lines |= tls_lines(settings)
    return "".join(f"{key} {value}\n" for key, value in lines.items())


def account_wish(account: SipAccount, settings: Sip, port: int, password: str) -> dict[str, Any]:
    """Holds the password: never to be logged."""
    server = account.server
    if not settings.accounts:
        server = f"{settings.host}:{port}"
    ways_in = [] if account.registers else settings.transports
    return {
        "name": account.name,
        # The stack finds a call's account by its transport, too; calls out go by the first one.
        "transports": list(dict.fromkeys([account.transport, *ways_in])),
        "account": {
            "user": account.user,
            "domain": server,
            "password": password,
            "registrar": _proxy(account),
            "reg_interval": account.refresh_s if account.registers else 0,
            "audio_codecs": [_CODECS[codec] for codec in settings.codecs],
            "auth_user": account.auth_user,
            "dtmf_mode": "auto",
            "extra_params": _extras(account),
        },
    }


def _extras(account: SipAccount) -> Sequence[str]:
    if account.catches_all:
        # The first one catches the calls of all, from wherever they come: the door tells them.
        return ["catchall=yes", "check_origin=no"]
    return ["check_origin=no"] if account.peers else []


def _proxy(account: SipAccount) -> str | None:
    """The stack speaks UDP with a proxy whose address names no transport."""
    proxy = account.proxy
    if proxy is None or ";transport=" in proxy.lower():
        return proxy
    return f"{proxy};transport={account.transport}"


def password_of(account: SipAccount, env: Mapping[str, str]) -> str:
    """Raises ConfigError where it should be but is not."""
    if account.password_env is not None:
        password = env.get(account.password_env, "")
        if not password:
            raise ConfigError(
                f"the SIP account {account.name} needs its password in the environment variable"
                f" {account.password_env}, which is empty"
            )
        return _checked(account, password)
    if account.password_file is None:
        return ""
    try:
        text = account.password_file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the password of the SIP account {account.name} cannot be read from"
            f" {account.password_file}: {getattr(error, 'strerror', None) or 'it is no text'}"
        ) from error
    first = text.splitlines()[0].strip() if text.strip() else ""
    if not first:
        raise ConfigError(f"{account.password_file} holds no password: write it in the first line")
    return _checked(account, first)


def _checked(account: SipAccount, password: str) -> str:
    if any(char in '"\\' or not char.isprintable() for char in password):
        raise ConfigError(
            f"the password of the SIP account {account.name} contains a quote, a backslash or a"
            " control character, which SIP accounts here cannot carry: choose another one"
        )
    return password
