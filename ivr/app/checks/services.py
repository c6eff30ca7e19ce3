"""The ports the hotline listens on: free, its own, or taken by somebody else."""

import asyncio
import socket

import httpx

from ivr.app.checks.finding import Finding, missing, ok
from ivr.config.settings import Settings
from ivr.config.web import Web
from ivr.understanding.running_rasa import find_running_rasa

_ANSWER_S = 2.0
_LOOPBACK = "127.0.0.1"
_ANYWHERE = {"0.0.0.0": _LOOPBACK, "::": "::1"}  # noqa: S104 - compared with, not listened on


def check_ports(settings: Settings) -> list[Finding]:
    """One line a port: Rasa's, the actions', the web server's. Not from within a running loop."""
    nlu, web = settings.nlu, settings.web
    # A hotline of another folder is a stranger too: only the one that works on our data is ours.
    running = asyncio.run(find_running_rasa(settings.hotline.data_dir))
    ours = {running.port, running.actions_port} if running else set()
    if running and answers_health(web):
        ours.add(web.port)
    return [
        _check_port("Rasa's port", nlu.host, nlu.port, "[nlu] port", ours),
        _check_port("actions' port", _LOOPBACK, nlu.actions_port, "[nlu] actions_port", ours),
        _check_port("web port", web.host, web.port, "[web] port", ours),
    ]


def answers_health(web: Web) -> bool:
    """Whether the hotline's web server says of itself that it is well."""
    address = base_url(web.host, web.port, secure=web.certificate is not None)
    try:
        # The certificate is for the name that browsers use, not for this machine's own address.
        return httpx.get(f"{address}/health", timeout=_ANSWER_S, verify=False).is_success  # noqa: S501
    except httpx.HTTPError:
        return False


def base_url(host: str, port: int, *, secure: bool = False) -> str:
    """The address under which this machine reaches what listens on `host`."""
    scheme, host = "https" if secure else "http", _ANYWHERE.get(host, host)
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _check_port(name: str, host: str, port: int, setting: str, ours: set[int]) -> Finding:
    if not _in_use(_ANYWHERE.get(host, host), port):
        return ok(name, f"{port} is free")
    if port in ours:
        return ok(name, f"{port} is in use by the hotline that is running")
    return missing(
        name,
        f"{port} is in use by another program, or by a hotline that is just starting",
        f"stop that program (ss -ltnp shows it), or choose another {setting}",
    )


def _in_use(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=_ANSWER_S):
            return True
    except OSError:
        return False
