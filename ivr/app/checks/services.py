"""The ports the hotline listens on: free, its own, or taken by somebody else."""

import socket

import httpx

from ivr.app.checks.finding import Finding, missing, ok
from ivr.config.settings import Settings

_ANSWER_S = 2.0
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not listened on


def check_ports(settings: Settings) -> list[Finding]:
    """One line a port: Rasa's, that of the actions, the web server's."""
    nlu, web = settings.nlu, settings.web
    return [
        _check_port("Rasa's port", nlu.host, nlu.port, "[nlu] port", "/version", "version"),
        _check_port(
            "actions' port",
            "127.0.0.1",
            nlu.actions_port,
            "[nlu] actions_port",
            "/health",
            "status",
        ),
        _check_port("web port", web.host, web.port, "[web] port", "/health", "status"),
    ]


def answers_health(host: str, port: int) -> bool:
    """Whether the hotline's web server says of itself that it is well."""
    try:
        return httpx.get(f"{base_url(host, port)}/health", timeout=_ANSWER_S).is_success
    except httpx.HTTPError:
        return False


def base_url(host: str, port: int) -> str:
    """The address under which this machine reaches what listens on `host`."""
    host = _ANYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _check_port(name: str, host: str, port: int, setting: str, path: str, key: str) -> Finding:
    if not _in_use(_ANYWHERE.get(host, host), port):
        return ok(name, f"{port} is free")
    if _speaks_like_ours(base_url(host, port) + path, key):
        return ok(name, f"{port} is in use by the hotline that is running")
    return missing(
        name,
        f"{port} is in use by another program",
        f"stop that program (ss -ltnp shows it), or choose another {setting}",
    )


def _in_use(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=_ANSWER_S):
            return True
    except OSError:
        return False


def _speaks_like_ours(url: str, key: str) -> bool:
    try:
        answer = httpx.get(url, timeout=_ANSWER_S).json()
    except (httpx.HTTPError, ValueError):
        return False
    return isinstance(answer, dict) and key in answer
