"""Whether the program is alive and ready, and what it measures: for containers and monitoring."""

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from ipaddress import ip_address

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from ivr.observe.prometheus import CONTENT_TYPE, Exposition
from ivr.web.addresses import unmapped
from ivr.web.part import Part

Ready = Callable[[], Awaitable[bool]]

_KEPT_S = 2.0
"""So long one look counts for all who ask: strangers shall not make work for what is looked at."""
_PATIENCE_S = 5.0
"""What has not answered by then does not work."""


class Readiness:
    """Looks at all parts at once, no oftener than every two seconds."""

    def __init__(
        self, parts: Mapping[str, Ready], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._parts = parts
        self._clock = clock
        self._one_look = asyncio.Lock()
        self._looked_at: float | None = None
        self._missing: list[str] = []

    async def missing(self) -> Sequence[str]:
        """The parts that do not work, by name."""
        async with self._one_look:
            if self._looked_at is None or self._clock() - self._looked_at >= _KEPT_S:
                works = await asyncio.gather(*(_works(each) for each in self._parts.values()))
                found = zip(self._parts, works, strict=True)
                self._missing = [name for name, fine in found if not fine]
                self._looked_at = self._clock()
            return self._missing


def health_part(
    parts: Mapping[str, Ready],
    exposition: Exposition | None = None,
    metrics_token: str | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Part:
    """`GET /health` answers while the program lives, `GET /ready` while all `parts` work, too.

    `/ready` names the parts that do not, with status 503. `GET /metrics` is for whoever shows the
    token as a bearer, or without one for this machine alone.
    """
    router, readiness = APIRouter(), Readiness(parts, clock)

    @router.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/ready")
    async def ready() -> JSONResponse:
        missing = await readiness.missing()
        body = {"status": "ok"} if not missing else {"status": "degraded", "missing": missing}
        return JSONResponse(body, 200 if not missing else 503)

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        if exposition is None:
            raise HTTPException(404)
        if not _may_measure(request, metrics_token):
            raise HTTPException(403)
        return Response(exposition.text(), media_type=CONTENT_TYPE)

    return Part("health", APIRouter(), public=router)


async def _works(ready: Ready) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await ready()
    except TimeoutError:
        return False


def _may_measure(request: Request, token: str | None) -> bool:
    if token is not None:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode())
    # What a proxy on this machine passes on came from elsewhere.
    passed_on = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    return not passed_on and _is_loopback(request.client.host if request.client else "")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(unmapped(host)).is_loopback
    except ValueError:
        return False
