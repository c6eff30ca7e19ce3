"""Whether the program is alive and ready, and what it measures: for containers and monitoring."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from ivr.observe.prometheus import CONTENT_TYPE, Exposition
from ivr.web.part import Part

Ready = Callable[[], Awaitable[bool]]


def health_part(
    parts: Mapping[str, Ready],
    exposition: Exposition | None = None,
    metrics_token: str | None = None,
) -> Part:
    """`GET /health` answers while the program lives, `GET /ready` while all `parts` work, too.

    `/ready` names the parts that do not, with status 503. `GET /metrics` is for whoever shows the
    token as a bearer, or without one for this machine alone.
    """
    router = APIRouter()

    @router.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/ready")
    async def ready() -> JSONResponse:
        missing = [name for name, works in parts.items() if not await works()]
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


def _may_measure(request: Request, token: str | None) -> bool:
    if token is not None:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode())
    # What a proxy on this machine passes on came from elsewhere.
    passed_on = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    return not passed_on and _is_loopback(request.client.host if request.client else "")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
