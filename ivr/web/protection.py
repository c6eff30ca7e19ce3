"""What every request goes through, whoever answers it.

It gets a number for the log, a bound on what it may bring, and an answer with the headers that
keep pages from being framed, sniffed or made to run foreign scripts. No script or style stands in
a page itself: the content security policy allows none.
"""

import logging
import secrets
import time
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ivr.core.context import current_request
from ivr.web import texts
from ivr.web.staff.cookies import is_secure, visitor_header

log = logging.getLogger(__name__)

MOST_BYTES = 1_000_000
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
"""Given unless the answer has its own, as the embedded call page does."""
_A_YEAR = "max-age=31536000"


class TooMuch(HTTPException):
    """A request brings more than it may. Its kind is what FastAPI lets through from a body."""

    def __init__(self) -> None:
        super().__init__(413)


class Protection:
    """ASGI middleware around the whole program."""

    def __init__(self, app: ASGIApp, largest_bodies: Mapping[str, int]) -> None:
        """`largest_bodies`: bytes below a path; the longest path that fits counts."""
        self._app = app
        self._largest = sorted(largest_bodies.items(), key=lambda each: -len(each[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        number = secrets.token_hex(6)
        token = current_request.set(number)
        texts.speak(_language(HTTPConnection(scope)))
        try:
            if scope["type"] == "websocket":
                await self._app(scope, receive, send)
            else:
                await self._answer(scope, receive, send, number)
        finally:
            current_request.reset(token)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, number: str) -> None:
        began, status = time.perf_counter(), 0

        async def send_safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(scope, message, number)
            await send(message)

        limit = self._limit(scope["path"])
        try:
            if _announced(scope) > limit:
                raise TooMuch
            await self._app(scope, _bounded(receive, limit), send_safely)
        except TooMuch:
            answer = PlainTextResponse("too large", 413, {"Connection": "close"})
            await answer(scope, receive, send_safely)
        finally:
            _note(scope, status, time.perf_counter() - began)

    def _limit(self, path: str) -> int:
        fitting = (size for prefix, size in self._largest if path.startswith(prefix))
        return next(fitting, MOST_BYTES)


def _bounded(receive: Receive, limit: int) -> Receive:
    """Counts what really comes: nobody has to announce the right length, or any."""
    taken = 0

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise TooMuch
        return message

    return receive_some


def _announced(scope: Scope) -> int:
    length = HTTPConnection(scope).headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0


def _add_headers(scope: Scope, message: Message, number: str) -> None:
    headers, connection = MutableHeaders(scope=message), HTTPConnection(scope)
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    headers["X-Request-Id"] = number
    if is_secure(connection):
        headers.setdefault("Strict-Transport-Security", _A_YEAR)
    mark = scope["state"].get("new_visitor")
    if mark is not None:
        headers.append("Set-Cookie", visitor_header(mark, secure=is_secure(connection)))


def _note(scope: Scope, status: int, seconds: float) -> None:
    """The route, not the path: that may hold a token, and what strangers type."""
    route = getattr(scope.get("route"), "path", None)
    if route is None or route == "/static":
        return
    log.debug(
        "a request was answered",
        extra={
            "method": scope["method"],
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
        },
    )


def _language(connection: HTTPConnection) -> str:
    """The first of our languages that the browser asks for; German for all others."""
    known = texts.languages()
    if len(known) > 1:
        for wanted in connection.headers.get("accept-language", "")[:200].split(","):
            language = wanted.split(";")[0].split("-")[0].strip().lower()
            if language in known:
                return language
    return texts.SOURCE
