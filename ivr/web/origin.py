"""Whom a request counts as coming from: its peer, or whom a trusted proxy names."""

import logging
from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from ivr.web.addresses import unmapped

log = logging.getLogger(__name__)

_NAMES_SOMEBODY = b"x-forwarded-for"


class Origin:
    """ASGI middleware around the whole program, next to the server."""

    def __init__(self, app: ASGIApp, proxies: Sequence[str]) -> None:
        """`proxies`: addresses and networks whose X-Forwarded-For and -Proto are believed."""
        trusting = ProxyHeadersMiddleware(app, list(proxies))  # type: ignore[arg-type]
        self._trusting: ASGIApp = trusting  # type: ignore[assignment]
        self._trusted = trusting.trusted_hosts
        self._told = False

    def trusts(self, address: str) -> bool:
        return address in self._trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if client is not None:
            scope["client"] = client = (unmapped(client[0]), client[1])
            if not self._told and not self.trusts(client[0]):
                self._look(scope)
        await self._trusting(scope, receive, send)

    def _look(self, scope: Scope) -> None:
        """Tell, once, of a proxy that is not believed. Strangers may send the header, too."""
        if any(name == _NAMES_SOMEBODY for name, _ in scope["headers"]):
            self._told = True
            log.warning(
                "X-Forwarded-For came from an address that is no trusted proxy and is not"
                " believed: if a reverse proxy of yours sends it, name its address in [web]"
                " trusted_proxies, or all its visitors count as one"
            )
