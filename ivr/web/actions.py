"""The webhook through which Rasa runs the program's own actions.

For Rasa alone: it listens on loopback, and every call needs the token that both were started with.
"""

import contextlib
import hmac
import json
import logging
import zlib
from collections.abc import AsyncIterator
from ipaddress import ip_address
from typing import Any, Protocol

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from ivr.web.server import serve

logger = logging.getLogger(__name__)

MAX_BODY = 8 * 1024 * 1024
"""Bytes of a call: the tracker of an hour-long call is below one megabyte."""


class Executor(Protocol):
    """What runs actions: rasa-sdk's ActionExecutor, or something in front of it."""

    async def run(self, action_call: dict[str, Any], /) -> Any: ...


def actions_router(executor: Executor, token: str | None) -> APIRouter:
    """Routes `POST /webhook`, as rasa-sdk's own server has it, and `GET /health`."""
    router = APIRouter()

    @router.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @router.post("/webhook")
    async def webhook(request: Request) -> JSONResponse:
        if not _allowed(request, token):
            return _error("only Rasa, with its token, may call actions", 401)
        call = _action_call(request, await request.body())
        if call is None:
            return _error("this is not an action call", 400)
        try:
            result = await executor.run(call)
        except ActionExecutionRejection as rejection:
            return _error(rejection.message, 400, rejection.action_name)
        except ActionNotFoundException as missing:
            logger.error("Rasa asks for an action this program does not have: train it again")
            return _error(missing.message, 404, missing.action_name)
        return JSONResponse(result.model_dump() if result else None)

    return router


@contextlib.asynccontextmanager
async def serve_actions(
    executor: Executor, token: str | None, port: int, host: str = "127.0.0.1"
) -> AsyncIterator[int]:
    """Serve the webhook within the running loop; yields the port, which is chosen for `port` 0.

    Raises MissingPiece if it cannot listen there. Open calls are given a second when it ends.
    """
    app = FastAPI(openapi_url=None)
    app.include_router(actions_router(executor, token))
    async with serve(app, host, port, "nlu.actions_port") as chosen:
        yield chosen


def _allowed(request: Request, token: str | None) -> bool:
    if token is None:
        return request.client is not None and ip_address(request.client.host).is_loopback
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _action_call(request: Request, body: bytes) -> dict[str, Any] | None:
    """The call as rasa-sdk wants it, or None. Rasa may send it deflated."""
    try:
        if request.headers.get("content-encoding") == "deflate":
            unpacker = zlib.decompressobj()
            body = unpacker.decompress(body, MAX_BODY)
        call = json.loads(body) if len(body) <= MAX_BODY else None
    except (ValueError, zlib.error):
        return None
    if not isinstance(call, dict) or not isinstance(call.get("tracker"), dict):
        return None
    # rasa-sdk insists on a domain, which Rasa leaves out where no action needs it.
    return {"domain": {}, **call}


def _error(message: str, status: int, action: str | None = None) -> JSONResponse:
    return JSONResponse({"error": message, "action_name": action}, status_code=status)
