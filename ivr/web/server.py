"""HTTP servers that live inside the program's own loop and leave its signals alone."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Generator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from ivr.core.errors import ConfigError, MissingPiece
from ivr.web.certificates import Certificate
from ivr.web.doors import BACKLOG, Doors, Listener
from ivr.web.origin import Origin


@dataclass(frozen=True, slots=True)
class Reach:
    """How browsers come to the server, beside by plain HTTP."""

    certificate: Path | None = None
    key: Path | None = None
    proxies: tuple[str, ...] = ()
    """Whose word on where a request comes from is taken."""


@contextlib.asynccontextmanager
async def serve(
    app: FastAPI,
    host: str,
    port: int,
    setting: str,
    reach: Reach | None = None,
    doors: Doors | None = None,
) -> AsyncIterator[int]:
    """Serve `app` within the running loop; yields the port, which is chosen for `port` 0.

    How many connections it takes, `doors` decides. Raises MissingPiece, naming `setting`, if it
    cannot listen there, and ConfigError for a certificate that cannot be used. Open requests are
    given a second when it ends.
    """
    reach = reach or Reach()
    origin = Origin(app, reach.proxies)
    doors = doors or Doors(origin.trusts)
    config = uvicorn.Config(
        origin,
        backlog=BACKLOG,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        proxy_headers=False,
        ssl_certfile=reach.certificate,
        ssl_keyfile=reach.key,
    )
    _load(config, reach)
    with Listener(_listening(host, port, setting), doors) as listener:
        server = _Server(config)
        serving = asyncio.create_task(server.serve([listener]), name=setting)
        upkeep = [
            asyncio.create_task(_renew(config, reach), name="certificate"),
            asyncio.create_task(doors.keep(), name="doors"),
        ]
        try:
            yield listener.getsockname()[1]
        finally:
            for task in upkeep:
                task.cancel()
            server.should_exit = True
            await serving


def _load(config: uvicorn.Config, reach: Reach) -> None:
    """Read the certificate now, where its failure can be told."""
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "reason", None) or "unusable"
        raise ConfigError(
            f"the certificate {reach.certificate} with the key {reach.key} cannot be used"
            f" ({reason}): both must be PEM files that fit each other, readable, the key without"
            " a password; see [web] certificate"
        ) from error


async def _renew(config: uvicorn.Config, reach: Reach) -> None:
    if config.ssl is not None and reach.certificate is not None and reach.key is not None:
        await Certificate(config.ssl, reach.certificate, reach.key).keep_fresh()


def _listening(host: str, port: int, setting: str) -> socket.socket:
    """A socket that takes connections at once, so that nobody waits for the server to start."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Everywhere is everywhere: without this, Python leaves IPv4 out.
    both = host == "::" and socket.has_dualstack_ipv6()
    try:
        return socket.create_server((host, port), family=family, dualstack_ipv6=both)
    except OSError as error:
        raise MissingPiece(
            f"cannot listen on port {port} of {host} ({error.strerror}): stop the program that"
            f" uses it, or choose another `{setting}`"
        ) from error


class _Server(uvicorn.Server):
    """Leaves the signals to the program it is a part of."""

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield
