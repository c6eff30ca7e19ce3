"""HTTP servers that live inside the program's own loop and leave its signals alone."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Generator

import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from ivr.core.errors import MissingPiece


@contextlib.asynccontextmanager
async def serve(app: FastAPI, host: str, port: int, setting: str) -> AsyncIterator[int]:
    """Serve `app` within the running loop; yields the port, which is chosen for `port` 0.

    Raises MissingPiece, naming `setting`, if it cannot listen there. Open requests are given a
    second when it ends.
    """
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    with _listening(host, port, setting) as listener:
        server = _Server(config)
        serving = asyncio.create_task(server.serve([listener]), name=setting)
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await serving


def _listening(host: str, port: int, setting: str) -> socket.socket:
    """A socket that takes connections at once, so that nobody waits for the server to start."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
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
